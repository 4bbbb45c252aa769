import type { PersonFacts } from '../access/decision';
import { seatsFilled } from './seats';

/** A right to fill one of these seats (by index): one's own, or that of somebody who is away. */
export interface Right {
  seats: readonly number[];
  policies: readonly string[];
  for?: { person: PersonFacts; until: string };
}

/** Somebody who says yes, and in which ways they may. */
export interface Sitter {
  person: PersonFacts;
  rights: readonly Right[];
}

type HumanOf = (person: PersonFacts) => string;

/**
 * One right for each of these people, so that all of them sit at once: nobody in two seats, whether in
 * person or by somebody who answers for them. One's own right comes first. Undefined: they cannot all sit.
 */
export function seatTogether(sitters: readonly Sitter[], humanOf: HumanOf): Right[] | undefined {
  for (const rights of waysToSit(sitters, humanOf)) return rights;
  return undefined;
}

/**
 * How many seats these people and others can fill in the end. Somebody who answers for another adds
 * nothing to what the two could fill themselves, so of the others their own rights are enough.
 */
export function mostFilled(
  sitters: readonly Sitter[],
  others: readonly Sitter[],
  humanOf: HumanOf,
): number {
  const seated = new Set(sitters.map(({ person }) => humanOf(person)));
  const free = ownSeats(others, humanOf);
  let most = 0;
  for (const rights of waysToSit(sitters, humanOf)) {
    const absent = new Set(
      rights.flatMap((right) => right.for ?? []).map(({ person }) => humanOf(person)),
    );
    const own = [...free].filter(([human]) => !seated.has(human) && !absent.has(human));
    most = Math.max(most, seatsFilled([...rights, ...own.map(([, seats]) => ({ seats }))]));
  }
  return most;
}

/** What each human may fill of their own right, under whatever entries of the directory. */
function ownSeats(all: readonly Sitter[], humanOf: HumanOf): Map<string, number[]> {
  const seats = new Map<string, number[]>();
  for (const { person, rights } of all)
    for (const right of rights)
      if (right.for === undefined) {
        const human = humanOf(person);
        seats.set(human, [...(seats.get(human) ?? []), ...right.seats]);
      }
  return seats;
}

function* waysToSit(
  sitters: readonly Sitter[],
  humanOf: HumanOf,
  chosen: readonly Right[] = [],
): Generator<Right[]> {
  const sitter = sitters[chosen.length];
  if (sitter === undefined) return yield [...chosen];
  const sitting = [...sitters, ...chosen.flatMap((right) => right.for ?? [])];
  const taken = new Set(sitting.map(({ person }) => humanOf(person)));
  for (const right of distinct(sitter.rights, sitters.length)) {
    if (right.for !== undefined && taken.has(humanOf(right.for.person))) continue;
    const next = [...chosen, right];
    if (seatsFilled(next) === next.length) yield* waysToSit(sitters, humanOf, next);
  }
}

/** Rights to the same seats differ by whom they are for: one more than there can be people taken will do. */
function distinct(rights: readonly Right[], sitting: number): Right[] {
  const alike = new Map<string, number>();
  return rights.filter((right) => {
    const seats = right.seats.join();
    const before = alike.get(seats) ?? 0;
    alike.set(seats, before + 1);
    // Taken are those who sit, and one for each of them but this one.
    return before < 2 * sitting;
  });
}
