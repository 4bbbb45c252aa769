import type { App } from '@slack/bolt';
import { onButton } from '../buttons';
import type { Front } from '../front';
import { stop } from '../statements';
import { ACTIONS } from '../surface';
import { STOP_REASONS } from '../words';

export const withdraw = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.withdraw, ({ by }, { requestId }) =>
    stop(front, requestId, { by, how: 'withdraw', reason: STOP_REASONS.withdraw }),
  );
