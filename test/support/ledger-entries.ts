import type { NewLedgerEntry } from '../../access/ledger';

/** Some entry with this key; what else it says can be changed. */
export const entryCalled = (key: string, rest: Partial<NewLedgerEntry> = {}): NewLedgerEntry => ({
  kind: 'request.opened',
  key,
  at: '2026-01-01T12:00:00.000Z',
  actor: 'curfew',
  data: {},
  ...rest,
});
