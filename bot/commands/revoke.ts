import type { App } from '@slack/bolt';
import { cutForm } from '../blocks/cut-form';
import { revokeForm } from '../blocks/forms';
import { sentenceModal } from '../blocks/modals';
import { escaped } from '../blocks/text';
import { wayMessage } from '../blocks/way';
import type { Front } from '../front';
import { withNames } from '../names';
import * as payloads from '../payloads';
import { COMMANDS } from '../surface';
import { asTyped } from './as-typed';
import { readRevoke } from './revoke-words';

/** Alone it asks for one grant; with a person, a role or --all it shows what many at once would be. */
export const revoke = (app: App, { client, catalog, desk, signIn }: Front): void =>
  app.command(COMMANDS.revoke, async ({ ack, body }) => {
    const { by, triggerId, text } = payloads.command.parse(body);
    const first = signIn?.wayToLink(by);
    if (first) return ack(wayMessage(first));
    const roles = catalog.roles().map(({ id }) => id);
    const words = await readRevoke(text, by, roles, async (role) => {
      const { grants, requests } = await desk.cuttable({ of: 'role', role });
      return grants + requests > 0;
    });
    if (words.kind === 'problem') {
      const typed = `You typed: ${COMMANDS.revoke} ${asTyped(text)}`;
      return ack({
        response_type: 'ephemeral',
        text: `${escaped(words.problem)}\n${escaped(typed)}`,
      });
    }
    await ack();
    if (words.kind === 'form') {
      await client.views.open({ trigger_id: triggerId, view: revokeForm() });
      return;
    }
    const preview = await desk.cuttable(words.what);
    const view =
      preview.grants + preview.requests === 0
        ? sentenceModal(await withNames(client, nothingLive(words.what)))
        : cutForm({ ...words, preview });
    await client.views.open({ trigger_id: triggerId, view });
  });

function nothingLive(what: Parameters<typeof cutForm>[0]['what']): string {
  switch (what.of) {
    case 'person':
      return `Nothing of <@${what.person.user}>, or of a machine that they answer for, is live or waiting, so there is nothing to revoke. Which machines somebody answers for who has never used Curfew in Slack is not known here: /revoke alone finds each grant.`;
    case 'role':
      return `Nothing on ${what.role} is live or waiting, so there is nothing to revoke.`;
    case 'all':
      return 'Nothing of anybody is live or waiting, so there is nothing to revoke.';
  }
}
