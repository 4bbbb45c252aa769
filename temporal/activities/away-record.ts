import { z } from 'zod';
import type { Away, AwayEnd } from '../../access/away';
import { sameChatUser, type ChatUser } from '../../access/chat-user';
import { instant } from '../../access/ids';
import type { LedgerEntry } from '../../access/ledger';
import { chatUser } from '../../access/person';
import { only, textIn, type OnRecord } from './facts';

/** What `away.said` holds. The words' own seal stands with it: whoever reads it looks whether somebody said it. */
const said = z.object({
  awayId: z.string(),
  by: chatUser,
  to: chatUser,
  person: z.string(),
  delegate: z.string(),
  until: instant,
  seal: z.string(),
});

const ended = z.object({ awayId: z.string(), how: z.enum(['back', 'over']) });

/** An absence as the ledger has it, with whoever the two were in the directory. */
export interface AwayOnRecord extends Away {
  person: string;
  delegate: string;
  seal: string;
  ended?: { at: string; how: AwayEnd };
}

export const awayKey = (awayId: string): string => `away.said:${awayId}`;
export const awayEndKey = (awayId: string): string => `away.ended:${awayId}`;
export const awayRefusedKey = (awayId: string): string => `away.refused:${awayId}`;

/** What was said since this instant, oldest first, until it was taken back or its time has come. */
export function awaysSince(deps: OnRecord, since: string): AwayOnRecord[] {
  const kinds = ['away.said', 'away.ended'] as const;
  const entries = deps.ledger.entries({ kinds, since });
  const ends = new Map(
    entries
      .filter(({ kind }) => kind === 'away.ended')
      .map((entry) => [textIn(entry, 'awayId'), endOf(entry)]),
  );
  return entries
    .filter(({ kind }) => kind === 'away.said')
    .map((entry) => onRecord(entry, ends.get(textIn(entry, 'awayId'))));
}

export function awayCalled(deps: OnRecord, awayId: string): AwayOnRecord | undefined {
  const entry = only(deps, { key: awayKey(awayId) });
  const end = only(deps, { key: awayEndKey(awayId) });
  return entry && onRecord(entry, end && endOf(end));
}

function onRecord(entry: LedgerEntry, end: AwayOnRecord['ended']): AwayOnRecord {
  const { until, ...kept } = said.parse(entry.data);
  const isShorter = end !== undefined && Date.parse(end.at) < Date.parse(until);
  return {
    ...kept,
    from: entry.at,
    until: isShorter ? end.at : until,
    ...(end && { ended: end }),
  };
}

const endOf = (entry: LedgerEntry): { at: string; how: AwayEnd } => ({
  at: entry.at,
  how: ended.parse(entry.data).how,
});

/** The longest that a configuration may allow. */
const LONGEST_MS = 31 * 86_400_000;

/** Those that hold at this instant. */
export const awaysAt = (deps: OnRecord, at: Date): AwayOnRecord[] =>
  awaysSince(deps, new Date(at.getTime() - LONGEST_MS).toISOString()).filter(
    ({ from, until }) => Date.parse(from) <= at.getTime() && at.getTime() < Date.parse(until),
  );

/** What holds now of this chat user: said by them, and naming them. */
export function awaysOf(
  deps: OnRecord,
  user: ChatUser,
  at: Date,
): { own: AwayOnRecord[]; forOthers: AwayOnRecord[] } {
  const all = awaysAt(deps, at);
  return {
    own: all.filter(({ by }) => sameChatUser(by, user)),
    forOthers: all.filter(({ to }) => sameChatUser(to, user)),
  };
}

export const toAway = ({ awayId, by, to, from, until }: AwayOnRecord): Away => ({
  awayId,
  by,
  to,
  from,
  until,
});
