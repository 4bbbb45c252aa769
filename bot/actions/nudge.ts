import type { App } from '@slack/bolt';
import { onButton } from '../buttons';
import type { Front } from '../front';
import { nudge as sayNudge } from '../statements';
import { ACTIONS } from '../surface';

export const nudge = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.nudge, ({ by, clickId }, { requestId }) =>
    sayNudge(front, requestId, by, clickId),
  );
