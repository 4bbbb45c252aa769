import { all, count, first, textOf, wasTerminated, type Check } from './invariant';

/** What must hold of break-glass, and of what somebody has asked for on top of something else. */
export const SECOND: Readonly<Record<string, Check>> = {
  'a break-glass is told to everybody at once': (seen, around) => {
    if (!first(seen, 'breakglass.used')) return [];
    const alarms = seen.messages.filter(({ metadata }) => metadata?.kind === 'alarm');
    const loud = alarms.filter(({ text }) => text.startsWith('BREAK-GLASS'));
    const channels = new Set(loud.map(({ channel }) => channel));
    if (loud.length === 2 && channels.size === 2) return [];
    // Terminated before it could be loud: then on-call is told of that instead.
    if (wasTerminated(around) && loud.length === channels.size && alarms.length > loud.length)
      return [];
    return [`${loud.length} messages were loud about it, in ${channels.size} channels`];
  },

  'a break-glass is reviewed once': (seen) => {
    if (!first(seen, 'breakglass.used')) return [];
    const reviews = all(seen, 'breakglass.reviewed').length;
    return [
      ...(count(seen, 'task') === 1 ? [] : [`there are ${count(seen, 'task')} review tasks`]),
      ...(reviews === 1 ? [] : [`it was reviewed ${reviews} times`]),
      ...(count(seen, 'reviewed') === reviews
        ? []
        : [`the requester was told ${count(seen, 'reviewed')} times what the review said`]),
    ];
  },

  'a break-glass without review blocks the next': (seen) =>
    seen.part.story === 'barred'
      ? all(seen, 'grant.activated', 'mint.intended').map(
          ({ kind, seq }) => `the one before was not reviewed, and there is ${kind} (entry ${seq})`,
        )
      : [],

  'an extension goes on from its grant': (seen, { parts: [before] }) => {
    const opened = first(seen, 'grant.opened');
    if (!seen.part.extends || !opened) return [];
    const from = textOf(opened, 'extends');
    const asked = all(seen, 'connect.confirmed').length;
    return [
      ...(from !== undefined && from === before?.grantId
        ? []
        : [`it goes on from ${from ?? 'nothing'}, and ${before?.grantId} was extended`]),
      ...(asked > 0 && (before?.sessions.length ?? 0) > 0
        ? ['its terminal had to be confirmed again']
        : []),
    ];
  },
};
