import { all, count, first, wasReset, type Check } from './invariant';

/** What people saw, and whether they got through. */
export const CHAT: Readonly<Record<string, Check>> = {
  'people get through': (seen) => seen.inVain,

  '"revoked" and "ended" are said after it was observed': (seen) => [
    ...seen.said
      .filter(({ wasObserved }) => !wasObserved)
      .map(({ text }) => `the chat said "${text.slice(0, 120)}", and nothing was observed yet`),
    ...(seen.messages.some(({ metadata }) => metadata?.kind === 'ended') &&
    !first(seen, 'end.observed')
      ? ['the requester was told of an end that nobody observed']
      : []),
  ],

  'no button on what is over': (seen, around) =>
    seen.messages
      .filter(({ buttons }) => buttons.length > 0)
      .filter(() => !wasReset(around))
      .map(({ metadata, buttons }) => `the ${metadata?.kind} still has ${JSON.stringify(buttons)}`),

  'everybody is told once': (seen, around) => {
    if (seen.requestId === undefined) return [];
    const last = ['ended', 'denied', 'withdrawn', 'expired', 'refused'];
    const told = last.reduce((sum, kind) => sum + count(seen, kind), 0);
    const decided = first(seen, 'grant.opened') !== undefined;
    const twice = wasReset(around)
      ? []
      : ['card', 'waiting', 'active', ...last].filter((kind) => count(seen, kind) > 1);
    return [
      ...twice.map((kind) => `there are ${count(seen, kind)} messages of the kind ${kind}`),
      ...(decided && count(seen, 'card') === 0 ? ['there is no card'] : []),
      ...(told === 1 || (told > 1 && wasReset(around))
        ? []
        : [`the requester was told ${told} times how it ended`]),
    ];
  },

  'an activation is told': (seen) =>
    all(seen, 'connect.offered').length > 0 &&
    !seen.messages.some(({ metadata }) => metadata?.kind === 'active')
      ? ['it was used, and no message said that it was there']
      : [],
};
