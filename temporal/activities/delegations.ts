import { sameChatUser } from '../../access/chat-user';
import type { Delegation, Question } from '../../access/decision';
import type { Person } from '../../access/person';
import { Refused } from '../../access/refused';
import { awaysSince, type AwayOnRecord } from './away-record';
import type { ActivityDeps } from './deps';
import { identifyOrNobody, type KnownReview } from './facts';

type Asking = Pick<ActivityDeps, 'ledger' | 'edge' | 'people' | 'catalog'>;

type Known = Pick<Person, 'id'>;

/** Those in whose seats these reviews may count, and since when; as of now in the directory. */
export interface Answering {
  people: Person[];
  delegations: Delegation[];
  said: AwayOnRecord[];
}

/**
 * What was said by people who are away, as far as one of these reviews rests on it. Whoever said it is identified
 * afresh, as whoever reviews was: who has left, or is linked to another person by now, gives nothing to anybody.
 */
export async function answeringFor(
  deps: Asking,
  reviews: readonly KnownReview[],
  at: Date,
): Promise<Answering> {
  const found: Answering = { people: [], delegations: [], said: [] };
  if (reviews.length === 0) return found;
  const oldest = Math.min(at.getTime(), ...reviews.map((one) => Date.parse(one.statement.at)));
  for (const away of awaysIn(deps, oldest)) {
    const review = reviews.find((one) => sameChatUser(one.statement.by, away.to));
    if (!review || review.person.id !== away.delegate) continue;
    if (!(await wasSaid(deps, away))) continue;
    const by = await identifyOrNobody(deps, away.by);
    if (by?.id !== away.person) continue;
    found.people.push(by);
    found.said.push(away);
    found.delegations.push(asDelegation(away));
  }
  return found;
}

/**
 * Those who answer for some of these people at this instant, to know whom to ask. What is known of these may be a minute
 * old, so nothing is given on it: in whose place somebody may sit who has voted, only {@link answeringFor} says.
 */
export async function answeringAmong(
  deps: Asking & Pick<ActivityDeps, 'directory'>,
  people: readonly Known[],
  { at, reviews = [] }: Question,
): Promise<Omit<Answering, 'said'>> {
  const instant = Date.parse(at);
  const concerned = awaysIn(deps, instant).filter(
    ({ person, delegate, from, until }) =>
      Date.parse(from) <= instant &&
      instant < Date.parse(until) &&
      people.some(({ id }) => id === person) &&
      !reviews.some((vote) => vote.by === delegate),
  );
  const found: Omit<Answering, 'said'> = { people: [], delegations: [] };
  for (const away of concerned) {
    if (!(await wasSaid(deps, away))) continue;
    if (!people.some(({ id }) => id === away.delegate)) {
      const to = await deps.directory.person(away.delegate);
      if (to) found.people.push(to);
    }
    found.delegations.push(asDelegation(away));
  }
  return found;
}

/** Those that held at this instant or later, for no longer than is allowed now. */
function awaysIn({ ledger, catalog }: Asking, instant: number): AwayOnRecord[] {
  if (catalog.delegation === undefined) return [];
  const longestMs = catalog.delegation.longestMinutes * 60_000;
  const since = new Date(instant - longestMs).toISOString();
  return awaysSince({ ledger }, since).flatMap((away) => {
    const last = Math.min(Date.parse(away.until), Date.parse(away.from) + longestMs);
    return last > instant ? [{ ...away, until: new Date(last).toISOString() }] : [];
  });
}

/** The entry holds what somebody said, and no more than that. */
async function wasSaid({ edge }: Asking, away: AwayOnRecord): Promise<boolean> {
  try {
    const { awayId, by, to, until } = await edge.verify(away.seal, 'away');
    return (
      awayId === away.awayId &&
      sameChatUser(by, away.by) &&
      sameChatUser(to, away.to) &&
      Date.parse(until) >= Date.parse(away.until)
    );
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

const asDelegation = ({ person, delegate, from, until }: AwayOnRecord): Delegation => ({
  by: person,
  to: delegate,
  from,
  until,
});
