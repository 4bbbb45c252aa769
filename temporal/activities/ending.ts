import { sameChatUser } from '../../access/chat-user';
import { Refused } from '../../access/refused';
import type { AccessRequest } from '../../access/request';
import type { Sighting } from '../../access/session';
import type { StopStatement } from '../../access/statement';
import type { Activities, EndHow, ObservedEnd, StopVerdict } from './contract';
import type { ActivityDeps } from './deps';
import {
  chatActor,
  lastFenceOf,
  only,
  openedGrant,
  textIn,
  sealKey,
  type OpenedGrant,
} from './facts';

/** Looks in one attempt, one about every second; the next attempt goes on. */
const LOOKS = 30;
/** The canary of a revoke outlives the looking, so that only the list can deny it. */
const CANARY_MS = 120_000;

/** Asked, written, observed, closed: each on record before the next. */
export const ending = (
  deps: ActivityDeps,
): Pick<
  Activities,
  'judgeStop' | 'askEnd' | 'askCut' | 'observeEnd' | 'closeGrant' | 'closeRequest'
> => ({
  async judgeStop({ requestSeal, stopSeal }) {
    const { request } = await deps.edge.verify(requestSeal, 'request');
    const said = await deps.edge.verify(stopSeal, 'stop');
    const verdict = await mayStop(deps, request, said);
    if (!verdict.allowed) {
      deps.ledger.append({
        kind: 'click.refused',
        key: `stop:${sealKey(stopSeal)}`,
        at: said.at,
        requestId: request.requestId,
        actor: chatActor(said.by),
        data: { what: said.how, because: verdict.because },
      });
    }
    return verdict;
  },

  async askEnd({ requestId, how, stopSeal }) {
    const grant = openedGrant(deps, requestId);
    return recordAsked(deps, grant, how, await whoAsked(deps, stopSeal));
  },

  async askCut({ requestId, grantId, target }) {
    await deps.tellRevocationList(target, { requestId, grantId });
  },

  async observeEnd({ requestId, how }) {
    const grant = openedGrant(deps, requestId);
    const known = only(deps, { key: `end.observed:${grant.grantId}` });
    if (known) return { observedAt: known.at, statement: textIn(known, 'statement') };
    const lastFence = lastFenceOf(deps, grant.grantId);
    const seen: ObservedEnd =
      lastFence === undefined
        ? { observedAt: deps.now().toISOString(), statement: 'No credentials had been handed out.' }
        : await lookUntilDenied(deps, grant, lastFence);
    deps.ledger.append({
      kind: 'end.observed',
      key: `end.observed:${grant.grantId}`,
      at: seen.observedAt,
      requestId,
      grantId: grant.grantId,
      actor: 'curfew',
      data: { statement: seen.statement, how },
    });
    return seen;
  },

  async closeGrant({ requestId, how, statement }) {
    const { grantId } = openedGrant(deps, requestId);
    deps.ledger.append({
      kind: 'grant.ended',
      key: `grant.ended:${grantId}`,
      at: deps.now().toISOString(),
      requestId,
      grantId,
      actor: 'curfew',
      data: { how, statement },
    });
  },

  async closeRequest({ requestId, as, note }) {
    deps.ledger.append({
      kind: `request.${as}`,
      key: `request.closed:${requestId}`,
      at: deps.now().toISOString(),
      requestId,
      actor: 'curfew',
      data: { note },
    });
  },
});

/**
 * Whose word it was. Ending needs no authority, only its attribution does: a seal that cannot be
 * verified any more (the edge key was changed) must not keep access alive.
 */
async function whoAsked(
  deps: ActivityDeps,
  stopSeal: string | undefined,
): Promise<StopStatement | undefined> {
  if (stopSeal === undefined) return undefined;
  try {
    return await deps.edge.verify(stopSeal, 'stop');
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

/** The requester ends their own; on-call revokes others' where policy lets them. */
export async function mayStop(
  deps: ActivityDeps,
  request: Pick<AccessRequest, 'requestId' | 'requester' | 'role'>,
  said: StopStatement,
): Promise<StopVerdict> {
  if (said.requestId !== request.requestId) {
    return { allowed: false, because: 'This was said of another request.' };
  }
  if (sameChatUser(said.by, request.requester))
    return { allowed: true, because: 'It is their own.' };
  if (said.how !== 'revoke') {
    return {
      allowed: false,
      because: `Only the requester can ${said.how} this.`,
      wouldPass: 'On-call can revoke it with /revoke.',
    };
  }
  return mayRevoke(deps, request, said);
}

async function mayRevoke(
  deps: ActivityDeps,
  { requestId, role }: Pick<AccessRequest, 'requestId' | 'role'>,
  said: StopStatement,
): Promise<StopVerdict> {
  try {
    const by = await deps.people.identify(said.by);
    const holderId = openedGrant(deps, requestId).person;
    const holder = (await deps.directory.person(holderId)) ?? {
      id: holderId,
      name: holderId,
      emails: [],
      groups: [],
      active: false,
    };
    const decision = deps.policy.mayRevoke({ by, holder, role, at: deps.now().toISOString() });
    return { allowed: decision.verdict === 'grant', because: decision.because.join(' ') };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return {
      allowed: false,
      because: error.because,
      ...(error.wouldPass !== undefined && { wouldPass: error.wouldPass }),
    };
  }
}

/** From this entry on no mint can be intended, so the last fence is final. */
export function recordAsked(
  deps: ActivityDeps,
  grant: OpenedGrant,
  how: EndHow,
  said?: StopStatement,
): { askedAt: string; lastFence?: string } {
  const asked = deps.ledger.append({
    kind: 'end.asked',
    key: `end.asked:${grant.grantId}`,
    at: said?.at ?? deps.now().toISOString(),
    requestId: grant.requestId,
    grantId: grant.grantId,
    actor: said ? chatActor(said.by) : 'curfew',
    data: { how, targetArn: grant.target.arn, ...(said && { reason: said.reason }) },
  });
  const lastFence = lastFenceOf(deps, grant.grantId);
  return { askedAt: asked.at, ...(lastFence !== undefined && { lastFence }) };
}

/** Twice running, because one denial may come from one of AWS's servers only. */
async function lookUntilDenied(
  deps: ActivityDeps,
  grant: OpenedGrant,
  lastFence: string,
): Promise<ObservedEnd> {
  let last: Sighting | undefined;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const before = last?.seen;
    last = await look(deps, grant, lastFence);
    if (last.seen === 'denied' && before === 'denied') {
      return { observedAt: last.at, statement: `Seen denied ${last.where}.` };
    }
    await deps.pause();
  }
  throw new Error(
    last?.seen === 'unproven'
      ? `unproven ${last.where}: the control canary is denied too, so a denial says nothing`
      : `not seen denied yet ${last?.where ?? ''}`,
  );
}

const look = (deps: ActivityDeps, grant: OpenedGrant, lastFence: string): Promise<Sighting> =>
  deps.probe.look({
    target: grant.target,
    grantId: grant.grantId,
    sourceIdentity: deps.sourceIdentityFor(grant.person),
    fence:
      Date.parse(lastFence) <= deps.now().getTime()
        ? lastFence
        : new Date(deps.now().getTime() + CANARY_MS).toISOString(),
    beforeUse: async (accessKeyIds) => {
      deps.ledger.append({
        kind: 'probe.canaries',
        key: `probe.canaries:${accessKeyIds.join(':')}`,
        at: deps.now().toISOString(),
        requestId: grant.requestId,
        grantId: grant.grantId,
        actor: 'curfew',
        data: { accessKeyIds, why: 'a look whether the grant is denied' },
      });
    },
  });
