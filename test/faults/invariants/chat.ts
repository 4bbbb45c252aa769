import {
  all,
  count,
  first,
  isOfTerminal,
  staleIn,
  wasReset,
  wasTerminated,
  type Check,
} from './invariant';

/** What people saw, and whether they got through. */
export const CHAT: Readonly<Record<string, Check>> = {
  'people get through': (seen, around) =>
    seen.inVain.filter((what) => !(wasReset(around) && isOfTerminal(what))),

  '"revoked" and "ended" are said after it was observed': (seen) => [
    ...seen.said
      .filter(({ wasObserved }) => !wasObserved)
      .map(({ text }) => `the chat said "${text.slice(0, 120)}", and nothing was observed yet`),
    ...(seen.messages.some(({ metadata }) => metadata?.kind === 'ended') &&
    !first(seen, 'end.observed')
      ? ['the requester was told of an end that nobody observed']
      : []),
  ],

  'no button on what is over': (seen) =>
    seen.messages
      .map(({ metadata, buttons }) => ({ metadata, stale: staleIn(buttons) }))
      .filter(({ stale }) => stale.length > 0)
      .map(({ metadata, stale }) => `the ${metadata?.kind} still has ${JSON.stringify(stale)}`),

  'everybody is told once': (seen, around) => {
    if (seen.requestId === undefined) return [];
    const last = ['ended', 'denied', 'withdrawn', 'expired', 'refused'];
    const told = last.reduce((sum, kind) => sum + count(seen, kind), 0);
    // Terminated before its card was there: then it is closed, and nobody else ever heard of it.
    const decided = first(seen, wasTerminated(around) ? 'grant.activated' : 'grant.opened');
    return [
      ...['card', 'waiting', 'active', ...last]
        .filter((kind) => count(seen, kind) > 1)
        .map((kind) => `there are ${count(seen, kind)} messages of the kind ${kind}`),
      ...(decided !== undefined && count(seen, 'card') === 0 ? ['there is no card'] : []),
      ...(told === 1 ? [] : [`the requester was told ${told} times how it ended`]),
    ];
  },

  'an activation is told': (seen) =>
    all(seen, 'connect.offered').length > 0 &&
    !seen.messages.some(({ metadata }) => metadata?.kind === 'active')
      ? ['it was used, and no message said that it was there']
      : [],
};
