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
  const known = file.entitlements.get(person);
  if (known !== undefined) return known;
  const found = findEntitlement(file, person);
  file.entitlements.set(person, found);
  return found;
}

function findEntitlement(file: Case, person: PersonFacts): Entitlement {
  const not = (because: string): Entitlement => ({ seats: undefined, because });
  const seats = seatsFor(file.terms, person);
  if (seats.length === 0) return not(notSeated(file.terms, person));
  const ruling = ruleOn(file, 'Approve', person);
  if (ruling.kind === 'permitted') return { seats, policies: ruling.policies };
  if (ruling.kind === 'uncovered')
    return not(`No rule lets ${nameOf(person)} approve ${file.terms.role.id}.`);
  return not(ruling.because.join(' '));
}

/** The seats (by index) that are open to this person's groups. */
export const seatsFor = ({ seats }: RoleTerms, person: PersonFacts): number[] =>
  seats.flatMap(({ groups }, index) =>
    groups.some((group) => person.groups.includes(group)) ? [index] : [],
  );

/** Why somebody without a seat has no say. */
export const notSeated = (terms: RoleTerms, person: PersonFacts): string =>
  terms.seats.length === 0
    ? `Nobody is asked about ${terms.role.id}.`
    : `${nameOf(person)} is not in ${seatLabels(terms)}.`;

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
    else if (seatsFor(file.terms, person).length > 0) bench.barred.push(entitled.because);
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
