import type { ReceiverEvent } from '@slack/bolt';
import { z } from 'zod';
import { Refused } from '../access/refused';
import { sentenceModal } from './blocks/modals';
import { escaped, fit } from './blocks/text';
import { asTyped } from './commands/as-typed';
import type { Front } from './front';
import * as payloads from './payloads';
import { answerClick, messageOf } from './private-answer';
import { WORDS } from './words';

// Slack waits three seconds and then tells the person that something failed. Socket Mode has no
// timer of its own in Bolt, so this one speaks before Slack does.
const PATIENCE_MS = 2500;

type Guarding = Pick<Front, 'client' | 'log' | 'desk'>;
type Ack = ReceiverEvent['ack'];

/** One ack, whoever comes first; what comes later is dropped. */
function ackOnce(ack: Ack): { ack: Ack; used: () => boolean } {
  let used = false;
  return {
    used: () => used,
    ack: async (response) => {
      if (used) return;
      used = true;
      await ack(response);
    },
  };
}

/**
 * Hands a delivery to `process` and makes sure that the person hears something: when nobody
 * acknowledged in time, when a listener threw, and when there was no listener at all.
 */
export async function guarded(
  front: () => Guarding,
  event: ReceiverEvent,
  process: (event: ReceiverEvent) => Promise<void>,
): Promise<void> {
  const once = ackOnce(event.ack);
  const say = (sentence: string) =>
    apologise(front(), event.body, once, sentence).catch((error: unknown) =>
      front().log.error({ error: messageOf(error) }, 'an apology could not be delivered'),
    );
  const timer = setTimeout(() => {
    if (once.used()) return;
    front().log.warn(kindOf(event.body), 'a listener is slow');
    void say(WORDS.slow);
  }, PATIENCE_MS);
  try {
    await process({ ...event, ack: once.ack });
    if (!once.used()) await say(WORDS.unknown);
  } catch (error) {
    front().log.error({ ...kindOf(event.body), error: messageOf(error) }, 'a listener failed');
    await say(error instanceof Refused ? error.message : WORDS.failed);
  } finally {
    clearTimeout(timer);
  }
}

const body = z.object({
  type: z.string().optional(),
  command: z.string().optional(),
  text: z.string().default(''),
  response_url: z.url().optional(),
  user: z.object({ id: z.string() }).optional(),
  view: z
    .object({
      callback_id: z.string().nullish(),
      blocks: z.array(z.object({ type: z.string(), block_id: z.string() })).default([]),
    })
    .nullish(),
});

const kindOf = (given: unknown): { kind: string } => {
  const read = body.safeParse(given).data;
  return { kind: read?.command ?? read?.view?.callback_id ?? read?.type ?? 'unknown' };
};

async function apologise(
  front: Guarding,
  given: unknown,
  { ack, used }: { ack: Ack; used: () => boolean },
  sentence: string,
): Promise<void> {
  const read = body.parse(given);
  if (read.command !== undefined) {
    // Slack clears what was typed: here it is again.
    const typed =
      read.text.trim() && `\n${escaped(`You typed: ${read.command} ${asTyped(read.text)}`)}`;
    const answer = { response_type: 'ephemeral', text: `${escaped(sentence)}${typed}` };
    return used() ? respond(read.response_url, answer) : ack(answer);
  }
  switch (read.type) {
    case 'view_submission':
      if (!used()) return ack(underFirstField(read, sentence));
      await front.client.chat.postMessage({
        channel: read.user?.id ?? '',
        text: escaped(sentence),
      });
      return;
    case 'block_actions':
      await ack();
      return answerClick(front, payloads.click.parse(given), sentence);
    case 'block_suggestion':
      // A menu has no place for an error: the sentence stands where the options would.
      return ack({ options: [option(sentence)] });
    case undefined:
    default:
      return ack();
  }
}

const option = (sentence: string) => ({
  text: { type: 'plain_text', text: fit(sentence, 75) },
  value: 'unavailable',
});

function underFirstField({ view }: z.infer<typeof body>, sentence: string): object {
  const field = view?.blocks.find(({ type }) => type === 'input')?.block_id;
  return field === undefined
    ? { response_action: 'update', view: sentenceModal(sentence) }
    : { response_action: 'errors', errors: { [field]: sentence } };
}

async function respond(url: string | undefined, answer: object): Promise<void> {
  if (url === undefined) throw new Error('there is no address to answer to');
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(answer),
    signal: AbortSignal.timeout(3000),
  });
  if (!response.ok) throw new Error(`the answer was refused (${response.status})`);
}
