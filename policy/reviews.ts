import type { Decision, PersonFacts, Vote } from '../access/decision';
import { durationText } from '../access/duration';
import { notActive } from './admission';
import { hasSay, notSeated, rightsOf } from './approvers';
import { askerName } from './asker';
import { forLess, isParty, type Case } from './case';
import { findPerson, nameOf } from './people';
import { seatTogether, type Right, type Sitter } from './seating';
import { narrower } from './session-scopes';
import { sitDown } from './stages';

/** What the votes came to. */
export interface Tally {
  /** Who fills a seat, in the order they voted, and of what right. */
  seated: (Sitter & { right: Right })[];
  /** Who said no, when that counts. */
  deniedBy?: PersonFacts;
  /** When the last seat was filled. */
  decidedAt?: string;
  /** The least that the approvals are for; what was asked while none is for less. */
  minutes: number;
  /** The narrowest scope that the approvals are for; undefined while all are for all of the role. */
  scope?: string;
  /** One for each vote, in the order of the question. */
  counted: Decision['countedReviews'];
}

/** What is known while votes are counted. */
interface Hearing extends Pick<Tally, 'deniedBy' | 'decidedAt' | 'minutes' | 'scope'> {
  seated: Sitter[];
}

/**
 * Counts votes in the order of their time, whatever order they come in. A person counts once: the
 * first approval stands and repeating it changes nothing; a denial counts even after one's own
 * approval. The first denial, or the last seat filled, decides; what comes later does not count.
 * An approval may be for less than was asked, never for more; the least of them is what all have approved.
 * Nobody votes on their own request. Whether a vote's date can be true is judged where its
 * signature is: here a vote may be younger than the request that `at` tells of.
 *
 * Rules restrict saying yes only: whoever has a seat may say no, in whatever stage, so a new forbid (or a
 * rule that fails) cannot silence a denial and turn it into a grant.
 */
export function tally(file: Case, votes: readonly Vote[]): Tally {
  const hearing: Hearing = { seated: [], minutes: file.question.durationMinutes };
  const heard = inOrder(votes.map((vote, place) => ({ ...vote, place }))).map((vote) => ({
    vote,
    answer: count(file, hearing, vote),
  }));
  const rights = seatTogether(hearing.seated, file.humanOf) ?? [];
  const seated = hearing.seated.flatMap((sitter, index) => {
    const right = rights[index];
    return right === undefined ? [] : [{ ...sitter, right }];
  });
  const counted = heard
    .toSorted((one, other) => one.vote.place - other.vote.place)
    .map(({ vote: { by }, answer }) => ({ by, ...settled(answer, seated) }));
  return { ...hearing, seated, counted };
}

type Answer =
  | { counted: false; because: string }
  | { counted: true; because: string }
  /** Of what right somebody sits is known when all have voted. */
  | { counted: true; approval: Sitter; less: string };

const settled = (answer: Answer, seated: Tally['seated']) => {
  if (!('approval' in answer)) return answer;
  const { approval, less } = answer;
  const name = nameOf(approval.person);
  const away = seated.find(({ person }) => person === approval.person)?.right.for;
  if (away === undefined) return { counted: true, because: `${name} approved${less}.` };
  const { person, until } = away;
  return {
    counted: true,
    because: `${name} approved${less}, for ${nameOf(person)}, who is away.`,
    for: { id: person.id, until },
  };
};

function count(file: Case, hearing: Hearing, vote: Vote): Answer {
  const not = (because: string): Answer => ({ counted: false, because });
  const match = findPerson(file.question.people, vote.by);
  if (match.found === undefined) return not(match.because);
  const voter = match.found;
  const name = nameOf(voter);
  if (isParty(file, voter))
    return not(
      file.workload === undefined
        ? `${name} asked for this; nobody decides on their own request.`
        : `${name} answers for ${askerName(file)}, which asks for this, and does not decide about it.`,
    );
  if (!voter.active) return not(notActive(voter));
  if (!hasSay(file, voter, vote.at)) return not(notSeated(file, voter));
  if (hearing.deniedBy !== undefined)
    return not(`${nameOf(hearing.deniedBy)} had already denied it.`);
  if (hearing.decidedAt !== undefined) return not('It was already approved.');
  if (vote.verdict === 'deny') {
    hearing.deniedBy = voter;
    return { counted: true, because: `${name} said no.` };
  }
  const asked = file.question.durationMinutes;
  const minutes = Math.min(vote.durationMinutes ?? asked, asked);
  if (!Number.isInteger(minutes) || minutes < 1)
    return not(`${name} approved for no time that can be given.`);
  const { scope } = vote;
  if (scope !== undefined && !file.terms.role.scopes?.some((one) => one.name === scope))
    return not(
      `${name} approved for the scope ${scope}, which ${file.terms.role.id} does not have.`,
    );
  const entitled = rightsOf(forLess(file, minutes), voter, vote.at);
  if (entitled.rights === undefined) return not(entitled.because);
  const sitting = sitDown(file, hearing.seated, { person: voter, rights: entitled.rights });
  if ('because' in sitting) return not(sitting.because);
  hearing.seated.push(sitting.sitter);
  hearing.minutes = Math.min(hearing.minutes, minutes);
  const narrowest = narrower(file.terms.role, hearing.scope, scope);
  if (narrowest !== undefined) hearing.scope = narrowest;
  if (hearing.seated.length === file.terms.seats.length) hearing.decidedAt = vote.at;
  const time = minutes < asked ? ` for ${durationText(minutes)}` : '';
  const less = `${time}${scope === undefined ? '' : `, within ${scope}`}`;
  return { counted: true, approval: sitting.sitter, less };
}

/** By time; at the same instant a denial comes first, then the voters' names decide. */
const inOrder = <V extends Vote>(votes: readonly V[]): V[] =>
  votes.toSorted(
    (one, other) =>
      Date.parse(one.at) - Date.parse(other.at) ||
      Number(other.verdict === 'deny') - Number(one.verdict === 'deny') ||
      (one.by < other.by ? -1 : Number(one.by > other.by)),
  );
