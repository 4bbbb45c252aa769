import type { App } from '@slack/bolt';
import { durationText } from '../../access/duration';
import type { AccessRequest } from '../../access/request';
import { requestForm } from '../blocks/forms';
import { escaped } from '../blocks/text';
import { wayMessage } from '../blocks/way';
import type { Front } from '../front';
import { refusalText } from '../names';
import * as payloads from '../payloads';
import { recordRefusal } from '../refusals';
import { COMMANDS } from '../surface';
import { requestOf } from '../views/opening';
import { WORDS } from '../words';
import { asTyped } from './as-typed';
import { readCommand } from './request-words';

/** Alone it opens the form; with a role and a reason behind it, it asks at once. */
export const requestAccess = (app: App, front: Front): void =>
  app.command(COMMANDS.requestAccess, async ({ ack, body, respond }) => {
    const { client, catalog, signIn } = front;
    const command = payloads.command.parse(body);
    const { by, triggerId, text } = command;
    const first = signIn?.wayToLink(by);
    if (first) return ack(wayMessage(first));
    const words = readCommand(text, catalog);
    if (words.kind === 'help')
      return ack({ response_type: 'ephemeral', text: WORDS.requestHelp.map(escaped).join('\n') });
    await ack();
    if (words.kind === 'ask') {
      // Delivered twice, it has one trigger: it is the same request.
      const request = requestOf(front, by, triggerId, words.asked);
      await respond({ response_type: 'ephemeral', text: await ask(front, command, request) });
      return;
    }
    const offersBreakGlass = catalog.roles().some(({ breakGlass }) => breakGlass !== undefined);
    await client.views.open({
      trigger_id: triggerId,
      view: requestForm(words.hint, { ...words.given, offersBreakGlass }),
    });
  });

/** Asks, and says to the requester alone what became of it. */
async function ask(
  front: Front,
  { by, text }: payloads.Command,
  request: AccessRequest,
): Promise<string> {
  const opened = await front.desk.open(await front.signer.sign({ kind: 'request', request }));
  switch (opened.outcome) {
    case 'done':
      return escaped(`${askedText(front, request)} Curfew writes to you how it goes on.`);
    case 'pending':
      return escaped(`${opened.because} ${WORDS.mayBeAsked}`);
    case 'refused': {
      const { because } = opened;
      const what = COMMANDS.requestAccess;
      recordRefusal(front, { by, clickId: request.requestId, what, about: undefined, because });
      const typed = `You typed: ${what} ${asTyped(text)}`;
      return `${escaped(await refusalText(front.client, opened))}\n${escaped(typed)}`;
    }
  }
}

function askedText({ catalog }: Front, request: AccessRequest): string {
  const { role, durationMinutes, ticket, reason } = request;
  const account = catalog.role(role)?.account.name;
  const what = [role, ...(account === undefined ? [] : [`in ${account}`])].join(' ');
  const details = [durationText(durationMinutes), ...(ticket === undefined ? [] : [ticket])];
  return `Asked for ${what}, ${details.join(', ')}: ${reason}.`;
}
