import type { Decision, PersonFacts, Vote } from '../access/decision';
import { durationText } from '../access/duration';
import { notActive } from './admission';
import { notSeated, seatsFor, type Entitlement } from './approvers';
import type { RoleTerms } from './catalog';
import { findPerson, nameOf, sameHuman } from './people';
import { fillsOneMore, seatsFilled } from './seats';

/** What the votes came to. */
export interface Tally {
  /** Who fills a seat, in the order they voted. */
  seated: { person: PersonFacts; seats: readonly number[]; policies: readonly string[] }[];
  /** Who said no, when that counts. */
  deniedBy?: PersonFacts;
  /** When the last seat was filled. */
  decidedAt?: string;
  /** The least that the approvals are for; what was asked while none is for less. */
  minutes: number;
  /** One for each vote, in the order of the question. */
  counted: Decision['countedReviews'];
}

/**
 * Counts votes in the order of their time, whatever order they come in. A person counts once: the
 * first approval stands and repeating it changes nothing; a denial counts even after one's own
 * approval. The first denial, or the last seat filled, decides; what comes later does not count.
 * An approval may be for less than was asked, never for more; the least of them is what all have approved.
 * Nobody votes on their own request. Whether a vote's date can be true is judged where its
 * signature is: here a vote may be younger than the request that `at` tells of.
 *
 * Rules restrict saying yes only: whoever has a seat may say no, so a new forbid (or a rule that fails)
 * cannot silence a denial and turn it into a grant.
 */
export function tally(
  votes: readonly Vote[],
  hearing: {
    people: readonly PersonFacts[];
    /** Whose request it is, and who answers for it. */
    parties: readonly PersonFacts[];
    /** The workload that asks, when the one party answers for it. */
    answersFor?: string;
    terms: RoleTerms;
    /** What was asked. */
    minutes: number;
    /** May this person approve so much? */
    entitled: (person: PersonFacts, minutes: number) => Entitlement;
  },
): Tally {
  const result: Tally = { seated: [], counted: [], minutes: hearing.minutes };
  const counted = inOrder(votes.map((vote, place) => ({ ...vote, place }))).map((vote) => ({
    place: vote.place,
    review: { by: vote.by, ...count(vote, hearing, result) },
  }));
  result.counted = counted
    .toSorted((one, other) => one.place - other.place)
    .map(({ review }) => review);
  return result;
}

function count(
  vote: Vote,
  hearing: Parameters<typeof tally>[1],
  result: Tally,
): { counted: boolean; because: string } {
  const not = (because: string) => ({ counted: false, because });
  const match = findPerson(hearing.people, vote.by);
  if (match.found === undefined) return not(match.because);
  const voter = match.found;
  const name = nameOf(voter);
  if (hearing.parties.some((party) => sameHuman(party, voter)))
    return not(
      hearing.answersFor === undefined
        ? `${name} asked for this; nobody decides on their own request.`
        : `${name} answers for ${hearing.answersFor}, which asks for this, and does not decide about it.`,
    );
  if (!voter.active) return not(notActive(voter));
  if (seatsFor(hearing.terms, voter).length === 0) return not(notSeated(hearing.terms, voter));
  if (result.deniedBy !== undefined)
    return not(`${nameOf(result.deniedBy)} had already denied it.`);
  if (result.decidedAt !== undefined) return not('It was already approved.');
  if (vote.verdict === 'deny') {
    result.deniedBy = voter;
    return { counted: true, because: `${name} said no.` };
  }
  const minutes = Math.min(vote.durationMinutes ?? hearing.minutes, hearing.minutes);
  if (!Number.isInteger(minutes) || minutes < 1)
    return not(`${name} approved for no time that can be given.`);
  const entitlement = hearing.entitled(voter, minutes);
  if (entitlement.seats === undefined) return not(entitlement.because);
  if (result.seated.some(({ person }) => sameHuman(person, voter)))
    return not(`${name} counts once; approving again changes nothing.`);
  const sitter = { person: voter, ...entitlement };
  if (!fillsOneMore(result.seated, sitter))
    return not(`Every seat that ${name} could fill is taken.`);
  result.seated.push(sitter);
  result.minutes = Math.min(result.minutes, minutes);
  if (seatsFilled(result.seated) === hearing.terms.seats.length) result.decidedAt = vote.at;
  const less = minutes < hearing.minutes ? ` for ${durationText(minutes)}` : '';
  return { counted: true, because: `${name} approved${less}.` };
}

/** By time; at the same instant a denial comes first, then the voters' names decide. */
const inOrder = <V extends Vote>(votes: readonly V[]): V[] =>
  votes.toSorted(
    (one, other) =>
      Date.parse(one.at) - Date.parse(other.at) ||
      Number(other.verdict === 'deny') - Number(one.verdict === 'deny') ||
      (one.by < other.by ? -1 : Number(one.by > other.by)),
  );
