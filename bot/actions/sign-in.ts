import type { App } from '@slack/bolt';
import type { Front } from '../front';
import { WAYS } from '../surface';

/** The browser is on its way to the page already. */
export const signIn = (app: App, _front: Front): void =>
  app.action({ type: 'block_actions', action_id: WAYS.signIn }, async ({ ack }) => ack());
