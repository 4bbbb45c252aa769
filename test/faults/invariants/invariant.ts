import type { LedgerEntry, LedgerKind } from '../../../access/ledger';
import type { Evidence, PartEvidence } from '../run/evidence';

/** What must hold of one request whatever happened; says how it was broken, or nothing. */
export type Check = (seen: PartEvidence, around: Evidence) => string[];

/**
 * An operator terminated the request's workflow or ran it anew. Then nobody goes on telling its story, and AWS's
 * fence alone ends the access: what is said and written is not asked for, what works is.
 */
export const isDisowned = ({ injuries }: Evidence): boolean =>
  injuries.some(
    ({ injury, note }) =>
      (injury.what === 'terminate' || injury.what === 'reset') && note === 'done',
  );

export const all = ({ ledger }: PartEvidence, ...kinds: LedgerKind[]): LedgerEntry[] =>
  ledger.filter(({ kind }) => kinds.includes(kind));

export const first = (seen: PartEvidence, ...kinds: LedgerKind[]): LedgerEntry | undefined =>
  all(seen, ...kinds)[0];

export const textOf = (entry: LedgerEntry | undefined, name: string): string | undefined => {
  const value = entry?.data[name];
  return typeof value === 'string' ? value : undefined;
};

export const clock = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(11, 23);
