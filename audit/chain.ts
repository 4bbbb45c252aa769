import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { LedgerHead, Verification } from '../access/ledger';

/** What stands before the first entry. */
export const FIRST_PREV = '0'.repeat(64);

const link = z.object({ seq: z.int(), prev: z.string() });

/**
 * Walks the rows, oldest first. Each must have the next number, hash to its hash, and name the hash
 * before it. A chain cannot show that its tail is gone or that all of it was written anew: for that,
 * bring a head that was kept elsewhere.
 */
export function verifyChain(
  rows: Iterable<Record<string, unknown>>,
  knownHead?: LedgerHead,
): Verification {
  let entries = 0;
  let head = FIRST_PREV;
  for (const row of rows) {
    const seq = entries + 1;
    const isOther = knownHead?.seq === seq && knownHead.hash !== row['hash'];
    if (isOther || !fits(row, seq, head)) return { entries, head, broken: seq };
    entries = seq;
    head = String(row['hash']);
  }
  return knownHead && knownHead.seq > entries
    ? { entries, head, broken: entries + 1 }
    : { entries, head };
}

function fits(row: Record<string, unknown>, seq: number, prev: string): boolean {
  const { body, hash } = row;
  if (row['seq'] !== seq || typeof body !== 'string') return false;
  if (createHash('sha256').update(body).digest('hex') !== hash) return false;
  const claimed = link.safeParse(parsed(body));
  return claimed.success && claimed.data.seq === seq && claimed.data.prev === prev;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
