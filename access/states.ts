/**
 * Where a request or its grant stands. Before `active` nothing was handed out;
 * `ending` means asked or written, not yet observed, and `overdue` the same for
 * longer than it may take: on-call is told, and what may still be alive is said.
 */
export const GRANT_STATES = [
  'deciding',
  'waiting',
  'activating',
  'active',
  'ending',
  'overdue',
  'ended',
  'refused',
  'denied',
  'withdrawn',
  'expired',
] as const;
export type GrantState = (typeof GRANT_STATES)[number];

const OVER: readonly GrantState[] = ['ended', 'refused', 'denied', 'withdrawn', 'expired'];

/** Nothing can change any more. */
export const isOver = (state: GrantState): boolean => OVER.includes(state);
