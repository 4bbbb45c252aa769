import { z } from 'zod';
import { sameChatUser } from '../../access/chat-user';
import type { NewLedgerEntry } from '../../access/ledger';
import { Refused } from '../../access/refused';
import type { AccessRequest } from '../../access/request';
import type { StopStatement } from '../../access/statement';
import { latestLive } from './chain';
import type { Activities, AskedEnd, EndHow, StopVerdict } from './contract';
import type { ActivityDeps } from './deps';
import {
  chatActor,
  chatUserOf,
  lastFenceOf,
  openedGrant,
  sealKey,
  type OpenedGrant,
} from './facts';
import { missedObjective } from './objective';

/** Asked, written, observed (observing.ts), closed: each on record before the next. */
export const ending = (
  deps: ActivityDeps,
): Pick<Activities, 'judgeStop' | 'askEnd' | 'askCut' | 'closeGrant' | 'closeRequest'> => ({
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
    const missed = missedObjective(deps, { requestId, grantId });
    const goesOn = latestLive(deps, grantId, deps.now());
    return { ...(missed && { missed }), ...(goesOn && { goesOnUntil: goesOn.until }) };
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

/** May they end access of this role that this request gave to somebody? With facts of this moment. */
export async function mayRevoke(
  deps: ActivityDeps,
  { requestId, role }: Pick<AccessRequest, 'requestId' | 'role'>,
  said: Pick<StopStatement, 'by'>,
): Promise<StopVerdict> {
  try {
    const by = await deps.people.identify(said.by);
    const { person, accountable } = openedGrant(deps, requestId);
    const holderId = accountable ?? person;
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
): AskedEnd {
  const asked = deps.ledger.append(askedEntry(deps, grant, how, said));
  const lastFence = lastFenceOf(deps, grant.grantId);
  const by = chatUserOf(asked.actor);
  const { reason } = asked.data;
  return {
    askedAt: asked.at,
    ...(lastFence !== undefined && { lastFence }),
    recorded: {
      how: endHow.parse(asked.data['how']),
      ...(by && { by }),
      ...(typeof reason === 'string' && { reason }),
    },
  };
}

export const endHow = z.enum(['natural', 'end', 'revoke', 'lapsed', 'lost', 'failed']);

/** The entry after which nothing is minted for the grant; the first one on record stands. */
export const askedEntry = (
  deps: Pick<ActivityDeps, 'now'>,
  grant: OpenedGrant,
  how: EndHow,
  said?: Pick<StopStatement, 'at' | 'by' | 'reason'>,
): NewLedgerEntry => ({
  kind: 'end.asked',
  key: `end.asked:${grant.grantId}`,
  at: said?.at ?? deps.now().toISOString(),
  requestId: grant.requestId,
  grantId: grant.grantId,
  actor: said ? chatActor(said.by) : 'curfew',
  data: { how, targetArn: grant.target.arn, ...(said && { reason: said.reason }) },
});
