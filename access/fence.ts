/** AWS's shortest session, and the longest one of ours. */
export const SESSION_SECONDS = 900;

/**
 * A session's own end: never after the window, never later than 900 s after its mint was intended.
 * Whole seconds, rounded down, as policies compare them: what is on record is what AWS enforces.
 */
export const fenceFor = ({ until, intendedAt }: { until: string; intendedAt: Date }): string =>
  wholeSecond(Math.min(Date.parse(until), intendedAt.getTime() + SESSION_SECONDS * 1000));

/** The instant (milliseconds) without its fraction of a second. Throws a RangeError when it is none. */
export const wholeSecond = (instant: number): string =>
  new Date(Math.floor(instant / 1000) * 1000).toISOString();

/** The same without a fraction at all, as policies are written and AWS says when it issued a session. */
export const plainSecond = (instant: number): string => wholeSecond(instant).replace('.000Z', 'Z');
