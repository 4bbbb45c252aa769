import type { App } from '@slack/bolt';
import { revokeForm } from '../blocks/forms';
import type { Front } from '../front';
import * as payloads from '../payloads';
import { COMMANDS } from '../surface';
import { WORDS } from '../words';

export const revoke = (app: App, { client }: Front): void =>
  app.command(COMMANDS.revoke, async ({ ack, body }) => {
    await ack();
    const { triggerId, text } = payloads.command.parse(body);
    const hint = text === '' ? undefined : WORDS.oneLineForm;
    await client.views.open({ trigger_id: triggerId, view: revokeForm(hint) });
  });
