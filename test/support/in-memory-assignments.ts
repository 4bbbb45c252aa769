import { sameEmail } from '../../access/email';
import type { Assignments, Holder } from '../../access/assignments';
import { Refused } from '../../access/refused';
import type { Target } from '../../access/session';

/** Assignments as a plain map, and another hand in it. */
export interface InMemoryAssignments extends Assignments {
  /** What somebody at a console does. */
  giveByHand(target: Target, person: Holder): void;
  takeByHand(target: Target, person: Holder): void;
  /** The person is deleted there; what was given to them stays listed. */
  deletePerson(person: Holder): void;
  /** Who holds it, by directory id, sorted. */
  heldBy(target: Target): string[];
  /** From when on whom everything is denied, by directory id. */
  fencesOf(target: Target): Record<string, string>;
  /** Somebody removes the fences of a target. */
  dropFences(target: Target): void;
  /** So many people's fences have room; as many as there are when undefined. */
  room: number | undefined;
  /** The next so many calls of this kind end as FAILED on the other side. */
  failNext(call: 'assign' | 'remove' | 'fence', times?: number): void;
  /** Every call so far, oldest first. */
  calls: { call: keyof Assignments; target: string; person?: string }[];
}

/**
 * The people are those that the other side knows. With `survivesMs`, what a session lives without a fence;
 * `fenced: false` for a mechanism that can keep no deny ready.
 */
export function inMemoryAssignments(
  people: readonly Holder[],
  { survivesMs, fenced = true }: { survivesMs?: number; fenced?: boolean } = {},
): InMemoryAssignments {
  const held = new Map<string, Set<string>>();
  const fences = new Map<string, Map<string, string>>();
  const failures = new Map<string, number>();
  const calls: InMemoryAssignments['calls'] = [];
  const key = (target: Target) => `${target.arn} ${target.accountId}`;
  const holders = (target: Target) => there(held, key(target), () => new Set<string>());
  const fencesOf = (target: Target) => there(fences, key(target), () => new Map<string, string>());

  const deleted = new Set<string>();
  /** Whom it was given to; else who they are today. */
  const given = (person: Holder): string => person.knownAs ?? known(person);
  const known = ({ id, emails }: Holder): string => {
    const found = people
      .filter((one) => !deleted.has(one.id))
      .filter(
        (one) =>
          one.id === id ||
          one.emails.some((email) => emails.some((mine) => sameEmail(mine, email))),
      );
    const [one, ...others] = found;
    if (one === undefined)
      throw new Refused(`${id} does not exist there.`, 'An administrator can provision them.');
    if (others.length > 0 || one.id !== id)
      throw new Refused(`It is not clear who ${id} is there.`, 'An administrator can clear it up.');
    return id;
  };
  const begin = (call: keyof Assignments, target: Target, person?: Holder) => {
    calls.push({
      call,
      target: target.arn,
      ...(person === undefined ? {} : { person: person.id }),
    });
    const left = failures.get(call) ?? 0;
    if (left === 0) return;
    failures.set(call, left - 1);
    throw new Error(`${call} on ${target.arn} FAILED there`);
  };

  const memory: InMemoryAssignments = {
    room: undefined,
    async look(target, person) {
      begin('look', target, person);
      const id = given(person);
      const at = new Date();
      const fencedFrom = fencesOf(target).get(id);
      return {
        held: holders(target).has(id),
        at: at.toISOString(),
        where: 'in memory',
        knownAs: id,
        ...(deleted.has(id) && !holders(target).has(id) && { gone: true as const }),
        ...(fencedFrom !== undefined && { fencedFrom }),
        ...(fencedFrom === undefined &&
          survivesMs !== undefined && {
            survives: {
              what: 'sessions opened before',
              until: new Date(at.getTime() + survivesMs).toISOString(),
            },
          }),
      };
    },
    async assign(target, person) {
      const id = known(person);
      begin('assign', target, person);
      holders(target).add(id);
    },
    async remove(target, person) {
      const id = given(person);
      begin('remove', target, person);
      holders(target).delete(id);
    },
    async fence(target, wanted) {
      begin('fence', target);
      const leftOut: string[] = [];
      const next = new Map<string, string>();
      for (const { person, until } of wanted)
        try {
          const id = given(person);
          const before = next.get(id);
          if (before === undefined || Date.parse(before) < Date.parse(until)) next.set(id, until);
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          leftOut.push(person.id);
        }
      if (fenced) fences.set(key(target), next);
      return { writtenAt: new Date().toISOString(), leftOut };
    },
    fits: async (_target, wanted) =>
      memory.room === undefined ||
      new Set(wanted.map(({ person }) => person.id)).size <= memory.room,
    async holders(target) {
      begin('holders', target);
      return [...holders(target)].sort().map((id) => ({ id, foreign: false, name: id }));
    },
    giveByHand: (target, person) => void holders(target).add(person.id),
    takeByHand: (target, person) => void holders(target).delete(person.id),
    deletePerson: ({ id }) => void deleted.add(id),
    heldBy: (target) => [...holders(target)].sort(),
    fencesOf: (target) => Object.fromEntries(fencesOf(target)),
    dropFences: (target) => void fences.delete(key(target)),
    failNext: (call, times = 1) => void failures.set(call, times),
    calls,
  };
  return memory;
}

function there<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
