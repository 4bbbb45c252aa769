import { z } from 'zod';
import { grantId, instant, requestId } from './ids';

/** What can be on the record. Asked, written and observed are different events. */
export const ledgerKind = z.enum([
  'request.opened',
  'request.decided',
  'request.reviewed',
  'request.reminded',
  'request.escalated',
  'request.refused',
  'request.denied',
  'request.withdrawn',
  'request.expired',
  'click.refused',
  'edge.refused',
  'person.linked',
  'person.unlinked',
  'person.seen',
  'away.said',
  'away.refused',
  'away.ended',
  'workload.called',
  'signin.offered',
  'signin.used',
  'signin.refused',
  'grant.opened',
  'grant.activated',
  'grant.rechecked',
  'breakglass.used',
  'breakglass.reviewed',
  'connect.offered',
  'connect.bound',
  'connect.confirmed',
  'connect.refused',
  'assignment.found',
  'assignment.intended',
  'assignment.made',
  'assignment.removed',
  'mint.intended',
  'mint.done',
  'mint.refused',
  'probe.canaries',
  'end.asked',
  'end.written',
  'end.seen',
  'end.observed',
  'grant.ended',
  'revocations.written',
  'valve.asked',
  'valve.fixed',
  'valve.written',
  'valve.passed',
  'valve.seen',
  'valve.observed',
  'cut.asked',
  'cut.refused',
  'cut.decided',
  'cut.ended',
  'drift.found',
  'drift.restored',
  'quarantine.opened',
  'quarantine.shown',
  'quarantine.removing',
  'quarantine.removed',
  'quarantine.kept',
  'quarantine.gone',
  'alarm.raised',
  'alarm.cleared',
  'alarm.paged',
  'alarm.resolved',
  'process.started',
  'policy.loaded',
  'policy.refused',
]);
export type LedgerKind = z.infer<typeof ledgerKind>;

export const newLedgerEntry = z.object({
  kind: ledgerKind,
  /** The same key is the same event: appended once, however often it is asked. */
  key: z.string().min(1).max(300),
  /** When it happened; the ledger adds when it was recorded. */
  at: instant,
  requestId: requestId.optional(),
  grantId: grantId.optional(),
  /** Directory id, or `chat:<workspace>:<user>` when nobody is linked, or `curfew`. */
  actor: z.string(),
  data: z.record(z.string(), z.json()),
});
export type NewLedgerEntry = z.infer<typeof newLedgerEntry>;

export const ledgerEntry = newLedgerEntry.extend({
  seq: z.int().positive(),
  recordedAt: instant,
  /** SHA-256 of the entry before, hex; 64 zeros for the first. */
  prev: z.string(),
  /** SHA-256 over the canonical JSON of everything above, hex. */
  hash: z.string(),
});
export type LedgerEntry = z.infer<typeof ledgerEntry>;

/** An entry's place and hash, kept somewhere the ledger's host cannot write. */
export interface LedgerHead {
  seq: number;
  hash: string;
}

/** `entries` and `head` count what fits; `broken` is the first sequence number that does not. */
export interface Verification {
  entries: number;
  head: string;
  broken?: number;
}

/** The record of what happened. Append-only and hash-chained; shared by bot and worker. */
export interface Ledger {
  /** Returns the entry that is on record for this key: the new one, or the one that was there. */
  append(entry: NewLedgerEntry): LedgerEntry;
  /**
   * Appends unless one of `kinds` is already on record for the grant; then returns undefined.
   * One transaction, so a mint cannot be intended after its grant's end was asked.
   */
  appendUnless(
    entry: NewLedgerEntry,
    grantId: string,
    kinds: readonly LedgerKind[],
  ): LedgerEntry | undefined;
  /** Appends if `mayStand` then says so, in one transaction with what it reads of the record; else undefined. */
  appendIf(entry: NewLedgerEntry, mayStand: () => boolean): LedgerEntry | undefined;
  /** Appends all of them in one transaction, each as {@link append} does. */
  appendAll(entries: readonly NewLedgerEntry[]): LedgerEntry[];
  /** Oldest first. */
  entries(filter: {
    requestId?: string;
    grantId?: string;
    kinds?: readonly LedgerKind[];
    /** Only of grants to which none of these has happened, before or since. */
    unless?: readonly LedgerKind[];
    /** Only of requests to which none of these has happened, before or since. */
    unlessRequest?: readonly LedgerKind[];
    key?: string;
    afterSeq?: number;
    /** Recorded at this instant or later. */
    since?: string;
    limit?: number;
  }): LedgerEntry[];
  /**
   * Walks the whole chain. A tail that was cut off, or a chain that was written anew from its start,
   * is found only with a head that was kept elsewhere.
   */
  verify(knownHead?: LedgerHead): Verification;
  close(): void;
}
