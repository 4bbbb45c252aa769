import { randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const letters = (count: number): string =>
  Array.from({ length: count }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** An id in Slack's form, `C07K2M9Q4TZ`: random, so that nothing can lean on a counter. */
export const newId = (prefix: 'C' | 'D' | 'V' | 'E' | 'R'): string => `${prefix}0${letters(9)}`;

/** What Slack fills in where an app left out a `block_id` or an `action_id`. */
export const newBlockId = (): string => letters(5).toLowerCase();

/** A message's `ts` (seconds, a dot, six digits): ordered, random within its millisecond. */
export function newTs(after: string, now: number): string {
  const wanted = BigInt(now) * 1000n + BigInt(randomInt(1000));
  const last = BigInt(after.replace('.', '') || '0');
  return tsOf(wanted > last ? wanted : last + BigInt(1 + randomInt(50)));
}

const tsOf = (micros: bigint): string =>
  `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`;

/** Orders two `ts`: both have ten digits before the dot until the year 2286. */
export const byTs = (one: { ts: string }, other: { ts: string }): number =>
  one.ts < other.ts ? -1 : one.ts > other.ts ? 1 : 0;
