import type { LedgerKind } from '../../../access/ledger';
import { seatsFor } from '../run/plan';
import { all, first, textOf, type Check } from './invariant';

const ONCE: readonly LedgerKind[] = [
  'request.opened',
  'request.decided',
  'grant.opened',
  'grant.activated',
  'end.asked',
  'end.written',
  'end.observed',
  'grant.ended',
];

const CLOSED: readonly LedgerKind[] = [
  'grant.ended',
  'request.denied',
  'request.withdrawn',
  'request.expired',
  'request.refused',
];

/** What stands on the ledger about one request. */
export const RECORD: Readonly<Record<string, Check>> = {
  'every step once': (seen) =>
    ONCE.filter((kind) => all(seen, kind).length > 1).map(
      (kind) => `${kind} is on record ${all(seen, kind).length} times`,
    ),

  'every request comes to one end': (seen) => {
    if (seen.requestId === undefined) return [];
    const ends = all(seen, ...CLOSED).map(({ kind }) => kind);
    if (ends.length === 0) return ['it is still open'];
    return ends.length > 1 ? [`it ended as ${ends.join(' and as ')}`] : [];
  },

  'asked, written, observed, ended, in this order': (seen) => {
    const [asked, written, observed, ended] = (
      ['end.asked', 'end.written', 'end.observed', 'grant.ended'] as const
    ).map((kind) => first(seen, kind)?.seq);
    const fence = all(seen, 'mint.intended')
      .map((entry) => textOf(entry, 'fence') ?? '')
      .toSorted()
      .at(-1);
    // A session past its fence ends without the list: then the list may be written whenever IAM is back.
    const endedByItself = (fence ?? '') <= (first(seen, 'end.observed')?.at ?? '');
    const wrong = [
      ended !== undefined && observed === undefined && 'ended, and never observed',
      ended !== undefined && observed !== undefined && observed > ended && 'ended before observed',
      observed !== undefined && (asked ?? Infinity) > observed && 'observed before asked',
      written !== undefined && (asked ?? Infinity) > written && 'written before asked',
      written !== undefined &&
        observed !== undefined &&
        written > observed &&
        !endedByItself &&
        'observed before written',
    ];
    return wrong.filter((one) => one !== false);
  },

  'no grant without its decision': (seen) => {
    const activated = first(seen, 'grant.activated');
    if (!activated) return [];
    const decided = first(seen, 'request.decided');
    const said = all(seen, 'request.reviewed').filter(({ seq }) => seq < activated.seq);
    const yes = new Set(said.filter((one) => textOf(one, 'verdict') === 'approve').map(by));
    const needed = seatsFor(seen.part);
    return [
      ...(decided && decided.seq < activated.seq ? [] : ['nothing was decided before']),
      ...(yes.size < needed ? [`${yes.size} of ${needed} had approved`] : []),
      ...(said.some((one) => textOf(one, 'verdict') === 'deny') ? ['somebody had denied it'] : []),
    ];
  },

  'nobody approves their own': (seen) => {
    const person = textOf(first(seen, 'grant.opened'), 'person');
    return all(seen, 'request.reviewed')
      .filter((one) => by(one) === person)
      .map(({ seq }) => `entry ${seq} is the requester's own approval`);
  },

  'silence is no approval': (seen) => {
    if (seen.part.story !== 'silence' && seen.part.story !== 'half-silence') return [];
    // A mass cut asks the end of whatever waits, too: that approves nothing.
    return all(seen, 'grant.activated', 'mint.intended').map(
      ({ kind, seq }) => `nobody answered in time, and still there is ${kind} (entry ${seq})`,
    );
  },

  'the window as it was decided': (seen) => {
    const activated = first(seen, 'grant.activated');
    const until = textOf(activated, 'until');
    if (!activated || until === undefined) return [];
    const deciding =
      seatsFor(seen.part) === 0
        ? first(seen, 'request.decided')?.at
        : all(seen, 'request.reviewed')
            .filter(({ seq }) => seq < activated.seq)
            .map(({ at }) => at)
            .toSorted()
            .at(-1);
    const wanted = Date.parse(deciding ?? '') + seen.part.minutes * 60_000;
    return Date.parse(until) === wanted
      ? []
      : [
          `it ends ${until}, ${seen.part.minutes} min after ${deciding ?? 'no decision'} is another`,
        ];
  },

  'the end is set before anything is granted': ({ history }) => {
    const granting = history?.indexOf('activity activate') ?? -1;
    if (history === undefined || granting < 0) return [];
    const timer = history.findIndex((step) => step.includes('the window ends'));
    return timer >= 0 && timer < granting
      ? []
      : ['the workflow activates the grant before the timer of its end exists'];
  },
};

const by = ({ actor }: { actor: string }): string => actor;
