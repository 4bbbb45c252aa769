/** AWS's shortest session, and the longest one of ours. */
export const SESSION_SECONDS = 900;

/** A session's own end: never after the window, never later than 900 s after its mint was intended. */
export const fenceFor = ({ until, intendedAt }: { until: string; intendedAt: Date }): string =>
  new Date(
    Math.min(Date.parse(until), intendedAt.getTime() + SESSION_SECONDS * 1000),
  ).toISOString();
