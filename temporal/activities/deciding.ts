import { Refused } from '../../access/refused';
import { newGrantId } from '../../keys/ids';
import { ask } from './asking';
import { closedBefore, heldUntilOf } from './begun-anew';
import { forExplaining } from './bench';
import { recordUse, remindOfReviews } from './break-glass';
import { requireRoom, wasDecided } from './capping';
import type { Activities, DecidedRequest, Weighed } from './contract';
import type { ActivityDeps } from './deps';
import { askedEntry } from './ending';
import {
  chatActor,
  ENDING,
  factsOf,
  knownReviews,
  only,
  openedGrant,
  requireSamePerson,
  sealKey,
  seenOf,
  textIn,
  type Facts,
} from './facts';
import { workloadOnRecord, workloadText } from './workloads';
import { extensionOf, requireNotRevoked } from './extending';
import { noOrNotNow, ruledSentence } from './not-now';
import { restsOn } from './question-on-record';
import { onRecord, requireSteppedUp, whyNotSteppedUp } from './step-up';
import { fenceFor } from '../../access/fence';

/** Everything up to "active": identify, decide, weigh, decide again. */
export const deciding = (
  deps: ActivityDeps,
): Pick<Activities, 'decideRequest' | 'weighReviews' | 'activate'> => ({
  async decideRequest({ requestSeal }) {
    const { request, stepUp } = await deps.edge.verify(requestSeal, 'request');
    const { requestId, role, durationMinutes, reason, ticket } = request;
    deps.ledger.append({
      kind: 'request.opened',
      key: `request.opened:${requestId}`,
      at: request.submittedAt,
      requestId,
      actor: chatActor(request.requester),
      data: {
        role,
        durationMinutes,
        reason,
        ...(ticket !== undefined && { ticket }),
        ...(request.breakGlass && { breakGlass: true }),
        ...(stepUp && { stepUp: onRecord(stepUp) }),
        ...(request.extends !== undefined && { extends: request.extends }),
        ...(request.workload && { workload: await workloadOnRecord(request.workload) }),
      },
    });
    try {
      return (
        closedBefore(deps, requestId) ?? (await decideNow(deps, await factsOf(deps, requestSeal)))
      );
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return recordDecision(deps, requestId, deps.now(), chatActor(request.requester), {
        verdict: 'deny',
        because: error.because,
        ...(error.wouldPass !== undefined && { wouldPass: error.wouldPass }),
      });
    }
  },

  async weighReviews({ requestSeal, reviewSeals, latest }) {
    const about = await factsOf(deps, requestSeal);
    const reviews = await knownReviews(deps, about, reviewSeals);
    const mine = reviews.find(({ seal }) => seal === latest);
    const { requestId } = about.request;
    if (!mine) {
      const said = await deps.edge.verify(latest, 'review');
      // Says why: nobody is linked, several are, or they are deactivated.
      const person = await deps.people.identify(said.by);
      const missing = whyNotSteppedUp(deps.signInIssuer, about.role, 'approve', said, person);
      if (missing) throw missing;
      throw new Error('the reviewer was unknown a moment ago and is known now');
    }
    const asked = await ask(deps, about, reviews, deps.now());
    const { question, decision, missing, answering } = asked;
    const forbiddenBy =
      decision.verdict === 'deny' ? deps.policy.explain(question).forbiddenBy : [];
    const because = ruledSentence(decision, forbiddenBy);
    const weighed = weigh(decision, because, mine.person.id, mine.statement.verdict);
    if (answering.length > 0) weighed.answering = answering;
    const absent = decision.countedReviews.find(({ by }) => by === mine.person.id)?.for;
    // Said again after an operator ran it anew: the window that is on record stays.
    const heldUntil = heldUntilOf(deps, requestId);
    if (heldUntil !== undefined && weighed.verdict === 'grant') weighed.expiresAt = heldUntil;
    deps.ledger.append({
      kind: weighed.counted ? 'request.reviewed' : 'click.refused',
      key: `review:${sealKey(latest)}`,
      at: mine.statement.at,
      requestId,
      actor: mine.person.id,
      data: {
        verdict: mine.statement.verdict,
        by: { ...mine.statement.by },
        ...(mine.statement.durationMinutes !== undefined && {
          durationMinutes: mine.statement.durationMinutes,
        }),
        ...(mine.statement.scope !== undefined && { scope: mine.statement.scope }),
        ...(mine.statement.reason !== undefined && { reason: mine.statement.reason }),
        ...(absent && { for: { ...absent } }),
        ...(mine.statement.stepUp && { stepUp: onRecord(mine.statement.stepUp) }),
        because: weighed.because,
        policies: decision.policies,
        policyHash: deps.policy.hash,
        termsHash: about.termsHash,
        ...restsOn(question, decision, missing),
      },
    });
    return weighed;
  },

  async activate({ requestSeal, reviewSeals }) {
    const about = await factsOf(deps, requestSeal);
    const { requestId } = about.request;
    const grant = openedGrant(deps, requestId);
    requireSamePerson(grant, about);
    requireNotRevoked(deps, extensionOf(deps, about));
    if (!only(deps, { key: `grant.activated:${grant.grantId}` })) requireRoom(deps, about);
    const { until, policies, durationMinutes, scope } = await decideAgain(deps, about, reviewSeals);
    const now = deps.now();
    const recorded = deps.ledger.appendUnless(
      {
        kind: 'grant.activated',
        key: `grant.activated:${grant.grantId}`,
        at: now.toISOString(),
        requestId,
        grantId: grant.grantId,
        actor: about.holder,
        data: {
          until,
          ...(durationMinutes !== undefined && { durationMinutes }),
          ...(scope !== undefined && { scope }),
          policies,
          ...(about.factsAt !== undefined && { factsAt: about.factsAt }),
          termsHash: about.termsHash,
          policyHash: deps.policy.hash,
          reviews: reviewSeals.map(sealKey),
          seen: seenOf(about.requester),
        },
      },
      grant.grantId,
      ENDING,
    );
    if (!recorded) throw new Refused('The grant was ended before it began.');
    if (about.request.breakGlass) recordUse(deps, about, recorded);
    const window = { from: recorded.at, until: textIn(recorded, 'until') };
    // The target's one writer gives it, once the window is on record.
    if (grant.mechanism !== 'role-session') return window;
    const canary = await deps.sessions.mint({
      target: grant.target,
      grantId: grant.grantId,
      sourceIdentity: deps.sourceIdentityFor(about.holder),
      fence: fenceFor({ until, intendedAt: now }),
    });
    deps.ledger.append({
      kind: 'probe.canaries',
      key: `probe.canaries:${canary.accessKeyId}`,
      at: deps.now().toISOString(),
      requestId,
      grantId: grant.grantId,
      actor: 'curfew',
      data: { accessKeyIds: [canary.accessKeyId], why: 'activation: minted and thrown away' },
    });
    return window;
  },
});

async function decideNow(deps: ActivityDeps, about: Facts): Promise<DecidedRequest> {
  const { request, requester, holder, role, terms, termsHash } = about;
  const { requestId } = request;
  requireGlassSignIn(deps, about);
  const extended = extensionOf(deps, about);
  if (!wasDecided(deps, requestId)) requireRoom(deps, about);
  // A repeat decides as of the moment that is on record, so that the window's end stays the same.
  const at = new Date(only(deps, { key: `request.decided:${requestId}` })?.at ?? deps.now());
  const { question, decision, missing } = await ask(deps, about, [], at);
  const explained = deps.policy.explain(
    decision.verdict === 'deny' ? await forExplaining(deps, role, question) : question,
  );
  const because = ruledSentence(decision, explained.forbiddenBy);
  const record = (answer: DecidedRequest): DecidedRequest =>
    recordDecision(deps, requestId, at, holder, answer, {
      policies: answer.verdict === decision.verdict ? decision.policies : [],
      ...restsOn(question, decision, missing),
    });
  if (decision.verdict === 'deny') {
    if (request.breakGlass) await remindOfReviews(deps, requester.id);
    const { wouldPass } = explained;
    return record({ verdict: 'deny', because, ...(wouldPass !== undefined && { wouldPass }) });
  }
  const cut = (): DecidedRequest =>
    record({ verdict: 'deny', because: 'It was cut before it was decided.' });
  const isCut = () => only(deps, { key: `request.closed:${requestId}` }) !== undefined;
  if (isCut()) return cut();
  const opened = deps.ledger.append({
    kind: 'grant.opened',
    key: `grant.opened:${requestId}`,
    at: at.toISOString(),
    requestId,
    grantId: newGrantId(),
    actor: holder,
    data: {
      person: holder,
      ...(request.workload && { accountable: requester.id }),
      role: role.id,
      account: role.account.id,
      targetArn: role.targetArn,
      region: role.region,
      ...(role.regions && { regions: [...role.regions] }),
      ...(role.mechanism !== 'role-session' && { mechanism: role.mechanism }),
      termsHash,
      ...(extended && { extends: extended.grantId }),
      ...(request.breakGlass &&
        decision.expiresAt !== undefined && { breakGlass: true, until: decision.expiresAt }),
    },
  });
  // Whoever cuts an undecided request closes it and then looks for its grant: one of us sees the other.
  if (isCut()) {
    deps.ledger.append(askedEntry(deps, openedGrant(deps, requestId), 'revoke'));
    return cut();
  }
  const heldUntil = heldUntilOf(deps, requestId);
  const answer: DecidedRequest = {
    verdict: decision.verdict,
    because,
    requester: { id: holder, name: request.workload?.id ?? requester.name },
    ...(request.workload && { workload: workloadText(request.workload, requester) }),
    role: decision.rule === undefined ? role : { ...role, rule: decision.rule },
    terms,
    termsHash,
    grantId: opened.grantId ?? '',
    needed: decision.needed,
    ...(extended && { extends: extended }),
    ...(about.factsAt !== undefined && { factsAt: about.factsAt }),
    policyHash: deps.policy.hash,
    ...(explained.whoMay !== undefined && { whoMay: explained.whoMay }),
    answerBy: heldUntil ?? new Date(at.getTime() + role.expireSeconds * 1000).toISOString(),
    ...(heldUntil !== undefined && { heldUntil }),
    lateAfterMinutes: deps.lateAfterMinutes,
    ...(decision.stage && { stage: decision.stage }),
    ...(decision.expiresAt !== undefined && { expiresAt: decision.expiresAt }),
  };
  return record(answer);
}

/** Nobody is asked about a break-glass, so the sign-in of whoever breaks it is all that stands in a thief's way. */
function requireGlassSignIn(deps: ActivityDeps, { request, role, requester, stepUp }: Facts): void {
  if (request.breakGlass)
    requireSteppedUp(
      deps.signInIssuer,
      role,
      'breakGlass',
      { at: request.submittedAt, stepUp },
      requester,
    );
}

function recordDecision(
  deps: ActivityDeps,
  requestId: string,
  at: Date,
  actor: string,
  answer: DecidedRequest,
  because: { policies: string[] } & Partial<ReturnType<typeof restsOn>> = { policies: [] },
): DecidedRequest {
  deps.ledger.append({
    kind: 'request.decided',
    key: `request.decided:${requestId}`,
    at: at.toISOString(),
    requestId,
    actor,
    data: {
      verdict: answer.verdict,
      because: answer.because,
      ...(answer.verdict === 'deny' &&
        answer.wouldPass !== undefined && { wouldPass: answer.wouldPass }),
      ...because,
      ...(answer.verdict !== 'deny' && answer.factsAt !== undefined && { factsAt: answer.factsAt }),
      policyHash: deps.policy.hash,
    },
  });
  return answer;
}

function weigh(
  {
    verdict,
    countedReviews,
    needed,
    durationMinutes,
    scope,
    stage,
    expiresAt,
  }: ReturnType<ActivityDeps['policy']['decide']>,
  sentence: string,
  by: string,
  said: 'approve' | 'deny',
): Weighed {
  const mine = countedReviews.find((review) => review.by === by);
  const counting = countedReviews.filter(({ counted }) => counted).length;
  // The policy of this moment denies the request itself: an approval changes nothing.
  const overruled = verdict === 'deny' && said === 'approve';
  return {
    verdict,
    counted: mine?.counted === true && !overruled,
    because: overruled ? sentence : (mine?.because ?? sentence),
    counting,
    needed,
    ...(durationMinutes !== undefined && { durationMinutes }),
    ...(scope !== undefined && { scope }),
    ...(stage && { stage }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/**
 * The decision that stands before any mint: from seals and fresh facts, never from what the workflow
 * says. Throws {@link Refused} when it is not a grant, or its window is over.
 */
export async function decideAgain(
  deps: ActivityDeps,
  about: Facts,
  reviewSeals: readonly string[],
): Promise<{ until: string; policies: string[]; durationMinutes?: number; scope?: string }> {
  requireGlassSignIn(deps, about);
  const reviews = await knownReviews(deps, about, reviewSeals);
  const now = deps.now();
  const decidedAt = only(deps, { key: `request.decided:${about.request.requestId}` })?.at;
  const moment = reviews.length === 0 && decidedAt !== undefined ? new Date(decidedAt) : now;
  const { question, decision, missing } = await ask(deps, about, reviews, moment);
  if (decision.verdict !== 'grant' || decision.expiresAt === undefined) {
    throw noOrNotNow(deps, question, decision, missing);
  }
  const asked = { ...question, at: now.toISOString() };
  const fresh = deps.policy.mayMint(asked);
  if (fresh.verdict === 'deny') throw noOrNotNow(deps, asked, fresh, missing);
  if (Date.parse(decision.expiresAt) <= now.getTime()) throw new Refused('The window is over.');
  const { expiresAt, policies, durationMinutes, scope } = decision;
  return {
    until: expiresAt,
    policies,
    ...(durationMinutes !== undefined && { durationMinutes }),
    ...(scope !== undefined && { scope }),
  };
}
