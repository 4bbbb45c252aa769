import type { App } from '@slack/bolt';
import { requestForm } from '../blocks/forms';
import type { Front } from '../front';
import * as payloads from '../payloads';
import { COMMANDS } from '../surface';
import { WORDS } from '../words';

export const requestAccess = (app: App, { client }: Front): void =>
  app.command(COMMANDS.requestAccess, async ({ ack, body }) => {
    await ack();
    const { triggerId, text } = payloads.command.parse(body);
    const hint = text === '' ? undefined : WORDS.oneLineForm;
    await client.views.open({ trigger_id: triggerId, view: requestForm(hint) });
  });
