import type { RevocationEntry, Target } from '../../access/session';

/** An instant so many seconds from now. */
export const inSeconds = (seconds: number): string =>
  new Date(Date.now() + seconds * 1_000).toISOString();

/** A mint of Ada's, or a look at it, with its fence in a quarter of an hour unless said. */
export const mintOrder = (target: Target, grantId: string, fence = inSeconds(900)) => ({
  target,
  grantId,
  sourceIdentity: '00uada00000000000001',
  fence,
});

export const cuts = (...grantIds: string[]): RevocationEntry[] =>
  grantIds.map((grantId) => ({ grantId, lastFence: inSeconds(900) }));
