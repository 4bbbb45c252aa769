import type { App } from '@slack/bolt';
import { onButton } from '../buttons';
import type { Front } from '../front';
import { stop } from '../statements';
import { ACTIONS } from '../surface';
import { STOP_REASONS } from '../words';

export const endNow = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.endNow, ({ by }, { requestId }) =>
    stop(front, requestId, { by, how: 'end', reason: STOP_REASONS.end }),
  );
