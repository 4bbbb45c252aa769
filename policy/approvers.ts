import type { PersonFacts } from '../access/decision';
import { ruleOn, type Case } from './case';
import type { RoleTerms } from './catalog';
import { findPerson, nameOf, sameHuman } from './people';

/** May this person sit in judgement, in which seats (by index), and by which rules? */
export type Entitlement =
  | { seats: readonly number[]; policies: readonly string[] }
  | { seats: undefined; because: string };

/** The seat says which groups, the rules say who of them and when: both must agree. */
export function entitlement(file: Case, person: PersonFacts): Entitlement {
  const { seats, role } = file.terms;
  const not = (because: string): Entitlement => ({ seats: undefined, because });
  if (seats.length === 0) return not(`Nobody is asked about ${role.id}.`);
  const mine = seats.flatMap(({ groups }, index) =>
    groups.some((group) => person.groups.includes(group)) ? [index] : [],
  );
  if (mine.length === 0) return not(`${nameOf(person)} is not in ${seatLabels(file.terms)}.`);
  const ruling = ruleOn(file, 'Approve', person);
  if (ruling.kind === 'permitted') return { seats: mine, policies: ruling.policies };
  if (ruling.kind === 'uncovered') return not(`No rule lets ${nameOf(person)} approve ${role.id}.`);
  return not(ruling.because.join(' '));
}

/** Who may approve, whether they have or not, and why others of their groups may not. */
export interface Bench {
  sitters: { person: PersonFacts; seats: readonly number[] }[];
  barred: string[];
}

export function benchOf(file: Case): Bench {
  const { people } = file.question;
  const bench: Bench = { sitters: [], barred: [] };
  for (const id of new Set(people.map((person) => person.id))) {
    const { found: person } = findPerson(people, id);
    if (!person?.active || sameHuman(person, file.requester)) continue;
    const entitled = entitlement(file, person);
    if (entitled.seats !== undefined) bench.sitters.push({ person, seats: entitled.seats });
    else if (inAnySeat(file.terms, person)) bench.barred.push(entitled.because);
  }
  return bench;
}

/** Two directory entries of one human fill one seat. */
export const oncePerHuman = <T extends { person: PersonFacts }>(all: readonly T[]): T[] =>
  all.filter(
    ({ person }, index) => !all.slice(0, index).some((other) => sameHuman(other.person, person)),
  );

/** `payments-owners or security`. */
export const seatLabels = ({ seats }: RoleTerms): string =>
  [...new Set(seats.map(({ label }) => label))].join(' or ');

const inAnySeat = ({ seats }: RoleTerms, person: PersonFacts): boolean =>
  seats.some(({ groups }) => groups.some((group) => person.groups.includes(group)));
