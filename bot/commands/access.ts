import type { App } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Away } from '../../access/away';
import type { ChatUser } from '../../access/chat-user';
import { awayIdFor } from '../../keys/ids';
import { escaped, mention, moment } from '../blocks/text';
import { wayMessage } from '../blocks/way';
import type { Front } from '../front';
import { refusalText } from '../names';
import * as payloads from '../payloads';
import { sayAway, sayBack } from '../statements';
import { COMMANDS } from '../surface';
import { longestText, readAccess, type AccessWords } from './access-words';
import { asTyped } from './as-typed';

/** Who answers for me while I am away, and what else there is to say. */
export const access = (app: App, front: Front): void =>
  app.command(COMMANDS.access, async ({ ack, body }) => {
    const { by, triggerId, text } = payloads.command.parse(body);
    const first = front.signIn?.wayToLink(by);
    if (first) return ack(wayMessage(first));
    const { catalog, client, now } = front;
    const words = readAccess(text, {
      by,
      now: now(),
      timezone: (await timezoneOf(client, by)) ?? catalog.timezone,
      delegation: catalog.delegation,
    });
    const typed = `You typed: ${COMMANDS.access} ${asTyped(text)}`;
    const answer = await answerTo(front, by, triggerId, words);
    const isWrong = words.kind === 'problem';
    await ack({
      response_type: 'ephemeral',
      text: isWrong ? `${answer}\n${escaped(typed)}` : answer,
    });
  });

async function answerTo(
  front: Front,
  by: ChatUser,
  triggerId: string,
  words: AccessWords,
): Promise<string> {
  switch (words.kind) {
    case 'problem':
      return escaped(words.problem);
    case 'help':
      return helpText(front);
    case 'own':
      return ownText(front, await front.desk.aways(by));
    case 'away': {
      const { to } = words;
      const until = words.until.toISOString();
      const awayId = awayIdFor(by.workspace, triggerId);
      const said = await sayAway(front, { awayId, by, to, until });
      if (said.outcome === 'done')
        return `${mention(to)} is to answer for you until ${moment(until)}. ${escaped(said.note)}`;
      return escaped(await refusalText(front.client, said));
    }
    case 'back':
      return backText(front, by);
  }
}

async function backText(front: Front, by: ChatUser): Promise<string> {
  const { own } = await front.desk.aways(by);
  if (own.length === 0)
    return 'You are not away, so there is nothing to take back. What you said a moment ago may still be on its way: then say it again when its direct message has come.';
  const answers = await Promise.all(
    own.map(async ({ awayId }) => {
      const said = await sayBack(front, { awayId, by });
      return said.outcome === 'done' ? said.note : refusalText(front.client, said);
    }),
  );
  return answers.map(escaped).join('\n');
}

function ownText({ catalog }: Front, { own, forOthers }: { own: Away[]; forOthers: Away[] }) {
  const lines = [
    ...own.map(({ to, until }) => `${mention(to)} answers for you until ${moment(until)}.`),
    ...forOthers.map(({ by, until }) => `You answer for ${mention(by)} until ${moment(until)}.`),
  ];
  return [
    ...(lines.length === 0 ? ['You are not away, and answer for nobody who is.'] : lines),
    ...howLines(catalog),
  ].join('\n');
}

const helpText = ({ catalog }: Front): string =>
  [
    `${COMMANDS.requestAccess} help: how to ask for access to an AWS role.`,
    `${COMMANDS.revoke}: take live access back.`,
    ...howLines(catalog),
  ].join('\n');

const howLines = ({ delegation }: Front['catalog']): string[] =>
  delegation === undefined
    ? [`${COMMANDS.access} away: forbidden here, by curfew.yaml (delegation.allowed).`]
    : [
        `${COMMANDS.access} away @reviewer until friday: they fill your seat while you are away. Or: until 2026-12-04, until 4 Dec 17:00, for 3d; at most ${longestText(delegation.longestMinutes)}.`,
        `${COMMANDS.access} back: you are back, and nobody answers for you any more.`,
        `${COMMANDS.access} away: who answers for whom now.`,
      ];

/** Undefined where Slack does not say it: then days are meant as the policies mean them. */
const timezoneOf = (client: WebClient, { user }: ChatUser): Promise<string | undefined> =>
  client.users.info({ user }).then(
    ({ user: found }) => found?.tz,
    () => undefined,
  );
