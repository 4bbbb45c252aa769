import type { PlainTextElement, MrkdwnElement } from '@slack/types';
import type { ChatUser } from '../../access/chat-user';
import { secondsText } from '../../access/duration';
import type { EndTrail, Named } from '../../access/messages';
import { isWorkloadUser } from '../../access/workload';

// Control and bidirectional characters can make a reason read as something else on a card.
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** The first half of a character that the cut went through. */
const HALF = /[\uD800-\uDBFF]$/;

/** One line of what somebody typed, without characters that change how it reads. */
export const oneLine = (text: string): string => text.replace(DECEPTIVE, ' ').trim();

/** At most `max` characters; a longer text ends in … */
export const fit = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(HALF, '')}…`;

/** For what people or configuration wrote: Slack neither formats it nor notifies anyone. */
export const plain = (text: string, max = 3000): PlainTextElement => ({
  type: 'plain_text',
  text: fit(oneLine(text), max) || '–',
  emoji: false,
});

/** Formatted text made of our own words, {@link mention} and {@link moment} only. */
export const formatted = (text: string): MrkdwnElement => ({
  type: 'mrkdwn',
  text,
  verbatim: true,
});

/** For the `text` of a message, which Slack reads as formatted. */
export const escaped = (text: string): string =>
  oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** `<@U…>`, or a workload's name; ids come from Slack, anything else is not repeated. */
export function mention(one: ChatUser): string {
  const { user } = one;
  if (isWorkloadUser(one)) return /^[a-z0-9-]{1,63}$/.test(user) ? user : 'a workload';
  return /^[UW][A-Z0-9]{2,20}$/.test(user) ? `<@${user}>` : 'someone';
}

const utc = (iso: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options }).format(new Date(iso));

const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;

/** `14:05` in the reader's own time, with the day when it is not today's. */
export const moment = (iso: string): string =>
  slackDate(
    iso,
    '{date_short_pretty} {time}',
    utc(iso, { ...CLOCK, day: 'numeric', month: 'short' }),
  );

/** The same to the second, for evidence. */
export const momentWithSeconds = (iso: string): string =>
  slackDate(iso, '{time_secs}', utc(iso, { ...CLOCK, second: '2-digit' }));

/** `asked …, written … (1.2 s), observed … (4.2 s)`: an end, and how long each step took. */
export function trailText({ askedAt, writtenAt, observedAt, seconds }: EndTrail): string {
  const step = (what: string, at: string, took?: number): string =>
    `${what} ${momentWithSeconds(at)}${took === undefined ? '' : ` (${secondsText(took)})`}`;
  return [
    step('asked', askedAt),
    ...(writtenAt ? [step('written', writtenAt, seconds?.askedToWritten)] : []),
    step('observed', observedAt, seconds?.askedToObserved),
  ].join(', ');
}

const slackDate = (iso: string, form: string, fallback: string): string =>
  `<!date^${Math.floor(Date.parse(iso) / 1000)}^${form}|${fallback} UTC>`;

/** `@carla, @gus and 2 others`; empty when there is nobody. */
export function namesText({ known, others }: Named): string {
  const names = known.map(mention).join(', ');
  if (others === 0) return names;
  if (names === '') return `${others} ${others === 1 ? 'person' : 'people'}`;
  return `${names} and ${others} ${others === 1 ? 'other' : 'others'}`;
}
