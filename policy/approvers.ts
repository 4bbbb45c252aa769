import type { PersonFacts } from '../access/decision';
import { ruleText } from '../access/explanation';
import { notActive } from './admission';
import { isParty, ruleOn, type Case } from './case';
import type { RoleTerms, Seat } from './catalog';
import { awayFor } from './delegates';
import { findPerson, nameOf } from './people';
import type { Right } from './seating';

/** May this person sit in judgement of their own right, in which seats (by index), and by which rules? */
export type Entitlement =
  | { seats: readonly number[]; policies: readonly string[] }
  | { seats: undefined; because: string };

/** The seat says whom it is for, the rules say who of them and when: both must agree. */
export function entitlement(file: Case, person: PersonFacts): Entitlement {
  const known = file.entitlements.get(person);
  if (known !== undefined) return known;
  const found = findEntitlement(file, person);
  file.entitlements.set(person, found);
  return found;
}

function findEntitlement(file: Case, person: PersonFacts): Entitlement {
  const not = (because: string): Entitlement => ({ seats: undefined, because });
  const seats = seatsFor(file, person);
  if (seats.length === 0) return not(notSeated(file, person));
  const approving = mayApprove(file, person);
  return approving.policies === undefined
    ? not(approving.because)
    : { seats, policies: approving.policies };
}

/** What the rules say to this person's approving, whatever seats there are. */
function mayApprove(
  file: Case,
  person: PersonFacts,
): { policies: readonly string[] } | { policies: undefined; because: string } {
  const ruling = ruleOn(file, 'Approve', person);
  switch (ruling.kind) {
    case 'permitted':
      return { policies: ruling.policies };
    case 'uncovered':
      return {
        policies: undefined,
        because: `No rule lets ${nameOf(person)} approve ${file.terms.role.id}.`,
      };
    case 'forbidden':
    case 'unknown':
    case 'fault':
      return {
        policies: undefined,
        because: [
          ...ruling.because,
          ...ruleText(ruling.kind === 'forbidden' ? ruling.policies : []),
        ].join(' '),
      };
  }
}

/** In which ways somebody may sit: of their own right, and for each who is away and has a right to a seat. */
export type Rights = { rights: readonly Right[] } | { rights: undefined; because: string };

/**
 * Nobody hands on what was handed to them: a seat of somebody who is away is one that they could fill
 * of their own right at this moment. And whoever answers for them is somebody whom the rules let approve.
 */
export function rightsOf(file: Case, person: PersonFacts, at: string): Rights {
  const own = entitlement(file, person);
  const away = awayFor(file, person, at);
  if (away.length === 0)
    return own.seats === undefined
      ? { rights: undefined, because: own.because }
      : { rights: [own] };
  const approving = mayApprove(file, person);
  if (approving.policies === undefined) return { rights: undefined, because: approving.because };
  const { policies } = approving;
  const theirs = away.map(({ by, until }) => ({ by, until, right: entitlement(file, by) }));
  const handed = theirs.flatMap(({ by, until, right }): Right[] =>
    right.seats === undefined
      ? []
      : [
          {
            seats: right.seats,
            policies: [...new Set([...policies, ...right.policies])],
            for: { person: by, until },
          },
        ],
  );
  const rights = own.seats === undefined ? handed : [own, ...handed];
  if (rights.length > 0) return { rights };
  const why = theirs.flatMap(({ by, right }) =>
    right.seats === undefined && seatsFor(file, by).length > 0 ? [right.because] : [],
  );
  if (why.length === 0 && own.seats === undefined) why.push(own.because);
  return { rights: undefined, because: why.join(' ') };
}

/** The seats (by index) that are open to this person. */
export const seatsFor = (file: Case, person: PersonFacts): number[] =>
  file.terms.seats.flatMap((seat, index) => (isOpenTo(file, seat, person) ? [index] : []));

function isOpenTo(file: Case, seat: Seat, person: PersonFacts): boolean {
  if (seat.isManagers === true && whyStoodIn(file, seat) === undefined)
    return managerOf(file).found?.id === person.id;
  return seat.groups.some((group) => person.groups.includes(group));
}

/**
 * Why others stand in for the manager in this seat; undefined while nobody does. Of several with the manager's address
 * nobody can tell who it is: that is not the same as none.
 */
export function whyStoodIn(file: Case, { isManagers, groups }: Seat): string | undefined {
  if (isManagers !== true || groups.length === 0) return undefined;
  const manager = managerOf(file);
  if (manager.found === undefined) return manager.isSeveral === true ? undefined : manager.because;
  if (!manager.found.active) return notActive(manager.found);
  return isParty(file, manager.found)
    ? `${nameOf(manager.found)} does not decide about what is asked for themselves.`
    : undefined;
}

/** Who the requester reports to, or why that is nobody. */
export function managerOf({ question, requester }: Case): ReturnType<typeof findPerson> {
  if (requester.manager !== undefined) return findPerson(question.people, requester.manager);
  const because = `The directory does not say who the manager of ${nameOf(requester)} is.`;
  return { found: undefined, because };
}

/** Has this person a say, rightly or not by the rules: a seat of their own, or of somebody who is away? */
export const hasSay = (file: Case, person: PersonFacts, at: string): boolean =>
  seatsFor(file, person).length > 0 ||
  awayFor(file, person, at).some(({ by }) => seatsFor(file, by).length > 0);

/** Why somebody without a seat has no say. */
export function notSeated(file: Case, person: PersonFacts): string {
  const { terms, requester } = file;
  const { seats, role } = terms;
  const isForManager = (seat: Seat): boolean =>
    seat.isManagers === true && whyStoodIn(file, seat) === undefined;
  if (seats.length === 0) return `Nobody is asked about ${role.id}.`;
  const [managers, others] = [
    seats.filter(isForManager),
    seats.filter((one) => !isForManager(one)),
  ];
  const groups = [...new Set(others.flatMap((seat) => seat.groups))].join(' or ');
  const name = nameOf(person);
  if (groups === '') return `${name} is not the manager of ${nameOf(requester)}.`;
  return `${name} is not in ${groups}${managers.length > 0 ? `, nor the manager of ${nameOf(requester)}` : ''}.`;
}

/** Who may approve, whether they have or not, and why others who have a seat may not. */
export interface Bench {
  sitters: { person: PersonFacts; rights: readonly Right[] }[];
  barred: string[];
}

export function benchOf(file: Case): Bench {
  const { people, at } = file.question;
  const bench: Bench = { sitters: [], barred: [] };
  for (const id of new Set(people.map((person) => person.id))) {
    const { found: person } = findPerson(people, id);
    if (!person?.active || isParty(file, person)) continue;
    const entitled = rightsOf(file, person, at);
    if (entitled.rights !== undefined) bench.sitters.push({ person, rights: entitled.rights });
    else if (hasSay(file, person, at)) bench.barred.push(entitled.because);
  }
  return bench;
}

/** `payments-owners or security`. */
export const seatLabels = ({ seats }: RoleTerms): string => labelsOf(seats);

const labelsOf = (seats: readonly Seat[]): string =>
  [...new Set(seats.map(({ label }) => label))].join(' or ');
