import type { App } from '@slack/bolt';
import { requestForm } from '../blocks/forms';
import { wayMessage } from '../blocks/way';
import type { Front } from '../front';
import * as payloads from '../payloads';
import { COMMANDS } from '../surface';
import { readCommand } from './request-words';

export const requestAccess = (app: App, { client, catalog, signIn }: Front): void =>
  app.command(COMMANDS.requestAccess, async ({ ack, body }) => {
    const { by, triggerId, text } = payloads.command.parse(body);
    const first = signIn?.wayToLink(by);
    if (first) return ack(wayMessage(first));
    await ack();
    const offersBreakGlass = catalog.roles().some(({ breakGlass }) => breakGlass !== undefined);
    const { hint, ...given } = readCommand(text, catalog);
    await client.views.open({
      trigger_id: triggerId,
      view: requestForm(hint, { ...given, offersBreakGlass }),
    });
  });
