import type { App } from '@slack/bolt';
import { onButton } from '../buttons';
import type { Front } from '../front';
import { reviewBreakGlass } from '../statements';
import { ACTIONS } from '../surface';

export const justified = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.justified, ({ by, clickId }, { requestId }) =>
    reviewBreakGlass(front, requestId, { by, verdict: 'justified', note: '' }, clickId),
  );
