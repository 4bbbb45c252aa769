import type { ChatUser } from '../../access/chat-user';
import type { Decision, Question, Vote } from '../../access/decision';
import { oncePerId, withBench } from './bench';
import { answeringFor, type Answering } from './delegations';
import type { ActivityDeps } from './deps';
import type { Facts, KnownReview } from './facts';
import { lookedUp, type LookedUp } from './looked-up';
import { withManager } from './managers';
import { onCallFor } from './on-call';

/** What policy was asked, and said. */
export interface Asked {
  question: Question;
  decision: Decision;
  missing: LookedUp['missing'];
  /** Whose approvals sit in the seat of somebody who is away, and of whom. */
  answering: { by: ChatUser; for: ChatUser }[];
}

/** Puts facts and reviews to policy; where seats are still empty, with people who might fill them (bench.ts). */
export async function ask(
  deps: ActivityDeps,
  about: Facts,
  reviews: readonly KnownReview[],
  at: Date,
): Promise<Asked> {
  const { request, requester, role } = about;
  const { facts, missing } = await lookedUp(deps, about);
  const answering = await answeringFor(deps, reviews, at);
  const known = [
    ...(await withManager(deps, about)),
    ...reviews.map(({ person }) => person),
    ...answering.people,
  ];
  const { workload } = request;
  const concerned: Question = {
    requester: workload?.id ?? requester.id,
    ...(workload && {
      workload: { id: workload.id, kind: workload.kind, accountable: requester.id },
    }),
    role: role.id,
    account: role.account.id,
    durationMinutes: request.durationMinutes,
    reason: request.reason,
    ...(request.ticket !== undefined && { ticket: request.ticket }),
    at: at.toISOString(),
    people: oncePerId(await onCallFor(deps, role, known)),
    reviews: reviews.map(voteOf),
    ...(request.breakGlass && { breakGlass: true }),
    ...(answering.delegations.length > 0 && { delegations: answering.delegations }),
    ...facts,
  };
  const asked = await withBench(deps, role, concerned);
  return { ...asked, missing, answering: seatsOfOthers(asked.decision, reviews, answering) };
}

const seatsOfOthers = (
  { countedReviews }: Decision,
  reviews: readonly KnownReview[],
  { said }: Answering,
): Asked['answering'] =>
  countedReviews.flatMap(({ by, for: absent }) => {
    const review = reviews.find(({ person }) => person.id === by);
    const away = said.find(({ person }) => person === absent?.id);
    return review && away ? [{ by: review.statement.by, for: away.by }] : [];
  });

const voteOf = ({ statement, person }: KnownReview): Vote => ({
  by: person.id,
  verdict: statement.verdict,
  ...(statement.durationMinutes !== undefined && { durationMinutes: statement.durationMinutes }),
  ...(statement.scope !== undefined && { scope: statement.scope }),
  at: statement.at,
});
