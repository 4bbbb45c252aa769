import type { z } from 'zod';
import { escapedWords } from './escaping';
import type { Parts } from './parts';
import { commandPayload } from './payloads';
import { SlackError } from './slack-error';
import type { Acted, commandBody } from './wire';
import { SLACKBOT, type User } from './workspace';

const MOST_SHOWN = 200;

/** Somebody types a slash command and presses Enter. */
export async function runCommand(
  parts: Parts,
  body: z.output<typeof commandBody>,
  origin: string,
): Promise<Acted> {
  const user = parts.workspace.findUser(body.user);
  const channel =
    body.channel === undefined
      ? parts.workspace.dmOf(user.id)
      : parts.workspace.findChannelOf(user, body.channel);
  const command = `/${body.command.replace(/^\//, '')}`;
  const from = { channel: channel.id, user: user.id };

  const declared = parts.commands.find((known) => known.command === command);
  if (!declared) {
    const known = parts.commands.map((one) => one.command).join(', ');
    slackbotSays(parts, from, `${command} is not a valid command. This workspace has: ${known}.`);
    return { ...(await seen(parts, user)), ms: 0, ack: false, error: 'invalid_command' };
  }

  const outcome = await parts.deliveries.deliver({
    type: 'slash_commands',
    kind: 'command',
    subject: command,
    user: user.id,
    payload: commandPayload({
      user,
      channel,
      command,
      text: declared.escape ? escapedWords(body.text.trim(), parts.workspace) : body.text.trim(),
      triggerId: parts.triggers.issue(user.id),
      responseUrl: parts.responseUrls.issue(origin, from),
    }),
  });
  if (outcome.acked) answerInAck(parts, from, outcome.answer);
  else slackbotSays(parts, from, `${command} failed with the error "${outcome.error}"`);
  return {
    ...(await seen(parts, user)),
    ms: outcome.ms,
    ack: outcome.acked,
    ...(outcome.acked ? {} : { error: outcome.error }),
  };
}

/** What the person has before them once the app has calmed down. */
export async function seen(
  { activity, shown }: Parts,
  user: User,
): Promise<Pick<Acted, 'messages' | 'modal'>> {
  await activity.settled();
  const modal = shown.topModal(user.id);
  const messages = shown.messages(user.id).slice(-MOST_SHOWN);
  return modal === undefined ? { messages } : { messages, modal };
}

function answerInAck(parts: Parts, from: { channel: string; user: string }, answer: unknown): void {
  if (typeof answer !== 'object' || answer === null) return;
  if (!('text' in answer && answer.text) && !('blocks' in answer)) return;
  try {
    parts.responseUrls.answer(from, answer);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    slackbotSays(parts, from, `The answer of the app could not be shown: ${error.message}`);
  }
}

const slackbotSays = (
  { messages }: Parts,
  { channel, user }: { channel: string; user: string },
  text: string,
): void => {
  messages.post({ channel, user: SLACKBOT, text, blocks: [], onlyFor: user });
};
