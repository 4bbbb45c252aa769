import { all, clock, first, textOf, type Check } from './invariant';

/** What AWS answered to the sessions that were handed out. */
export const ACCESS: Readonly<Record<string, Check>> = {
  'no access after its end': (seen) => {
    const until = Date.parse(textOf(first(seen, 'grant.activated'), 'until') ?? '');
    return seen.uses
      .filter(({ answer, besides }) => answer === 'ok' && besides === undefined)
      .filter(({ wasObserved, endsByClock, from }) => wasObserved || (endsByClock && from >= until))
      .map(({ what, from, wasObserved }) => {
        const why = wasObserved
          ? 'its end was on record as seen denied'
          : `its window ended ${clock(until)}`;
        return `${what} still worked at ${clock(from)}: ${why}`;
      });
  },

  'no early end': (seen) =>
    seen.uses
      .filter(({ answer, to, fence, wasAsked }) => answer !== 'ok' && !wasAsked && to < fence)
      .map(
        ({ what, from, answer, fence }) =>
          `${what} got ${answer} at ${clock(from)}, although nobody had asked for the end and it was good until ${clock(fence)}`,
      ),

  'what somebody had before is never touched': (seen) =>
    seen.uses
      .filter(({ besides, answer }) => besides === 'permanent' && answer !== 'ok')
      .map(({ what, from, answer }) => `${what} got ${answer} at ${clock(from)}`),

  'no session longer than its window': (seen) => {
    const until = Date.parse(textOf(first(seen, 'grant.activated'), 'until') ?? '');
    return all(seen, 'mint.intended')
      .filter((entry) => Date.parse(textOf(entry, 'fence') ?? '') > until)
      .map(({ seq }) => `entry ${seq} fixed a fence after the window's end`);
  },

  'nothing minted after the end was asked': (seen) => {
    const asked = first(seen, 'end.asked')?.seq ?? Infinity;
    return [
      ...all(seen, 'mint.intended')
        .filter(({ seq }) => seq > asked)
        .map(({ seq }) => `entry ${seq} intends a mint, the end was asked in entry ${asked}`),
      ...seen.mintedTooLate,
    ];
  },

  'every session on record': (seen) => {
    const recorded = all(seen, 'mint.done').map((entry) => textOf(entry, 'accessKeyId'));
    return seen.sessions
      .filter(({ through, keys }) => through === 'terminal' && !recorded.includes(keys.accessKeyId))
      .map(({ keys }) => `${keys.accessKeyId} was handed out and is not on record`);
  },
};
