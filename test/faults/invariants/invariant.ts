import type { Message } from '../../../bench/stack';
import { BUTTONS } from '../../../bot/surface';
import type { LedgerEntry, LedgerKind } from '../../../access/ledger';
import type { Evidence, PartEvidence } from '../run/evidence';

/** What must hold of one request whatever happened; says how it was broken, or nothing. */
export type Check = (seen: PartEvidence, around: Evidence) => string[];

/** An operator ran the request's workflow anew: a connected terminal has to connect again. Nothing else is excused. */
export const wasReset = (around: Evidence): boolean => wasDone(around, 'reset');

export const wasTerminated = (around: Evidence): boolean => wasDone(around, 'terminate');

const wasDone = ({ injuries }: Evidence, what: 'reset' | 'terminate'): boolean =>
  injuries.some(({ injury, note }) => injury.what === what && note === 'done');

/** What a terminal tried in vain, as terminal.ts calls it. */
export const isOfTerminal = (what: string): boolean => what.startsWith('the terminal ');

export const all = ({ ledger }: PartEvidence, ...kinds: LedgerKind[]): LedgerEntry[] =>
  ledger.filter(({ kind }) => kinds.includes(kind));

export const first = (seen: PartEvidence, ...kinds: LedgerKind[]): LedgerEntry | undefined =>
  all(seen, ...kinds)[0];

export const textOf = (entry: LedgerEntry | undefined, name: string): string | undefined => {
  const value = entry?.data[name];
  return typeof value === 'string' ? value : undefined;
};

/** Buttons that stand for something that is over; asking again is never out of date. */
export const staleIn = (buttons: Message['buttons']): Message['buttons'] =>
  buttons.filter((label) => label !== BUTTONS.again);

/** Messages of this kind about it. */
export const count = ({ messages }: PartEvidence, kind: string | undefined): number =>
  messages.filter(({ metadata }) => metadata?.kind === kind).length;

export const clock = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(11, 23);
