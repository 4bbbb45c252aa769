import type { AnswersFor, PersonFacts, Policy } from '../access/decision';
import { ruleOn, type Bundle } from './case';
import type { RoleTerms } from './catalog';
import { nameOf, sameHuman } from './people';
import { caseOf } from './reach';

/** So many roles are named. */
const MOST_NAMES = 4;

/**
 * Whether naming this person can ever mean anything: some seat is open to whoever is away, and some rule lets the
 * other approve that role for somebody. Whether it does for this very request, the decision asks each time.
 */
export function mayAnswerFor(
  bundle: Bundle,
  { by, to }: Parameters<Policy['mayAnswerFor']>[0],
): AnswersFor {
  if (sameHuman(by, to))
    return {
      may: false,
      because: `${nameOf(to)} is the same person in the company directory.`,
      wouldPass: 'Name somebody else.',
    };
  const seated = bundle.book
    .roles()
    .flatMap(({ id }) => bundle.book.terms(id) ?? [])
    .filter((terms) => couldSit(terms, by));
  if (seated.length === 0)
    return {
      may: false,
      because: `${nameOf(by)} is asked about no role, so there is nothing to answer for.`,
      wouldPass: 'Only reviewers need somebody in their place.',
    };
  if (seated.some((terms) => couldApprove(bundle, terms, to))) return { may: true };
  const roles = seated.slice(0, MOST_NAMES).map(({ role }) => role.id);
  const more = seated.length > roles.length ? ', …' : '';
  return {
    may: false,
    because: `No rule lets ${nameOf(to)} approve anything that ${nameOf(by)} is asked about (${roles.join(', ')}${more}).`,
    wouldPass: 'Name somebody whom a rule lets approve it.',
  };
}

const couldSit = ({ seats, variants }: RoleTerms, { groups }: PersonFacts): boolean =>
  [...seats, ...variants.flatMap((variant) => variant.seats)].some(
    (seat) => seat.isManagers === true || seat.groups.some((group) => groups.includes(group)),
  );

/** For some requester, with all there is to give. What a forbid says to the hour or the person does not count. */
const couldApprove = (bundle: Bundle, terms: RoleTerms, person: PersonFacts): boolean =>
  [bundle.book.groups, []].some((groups) => {
    const asked = { ...person, onCall: true };
    const file = caseOf(bundle, terms, groups, [asked]);
    return ruleOn(file, 'Approve', asked).kind !== 'uncovered';
  });
