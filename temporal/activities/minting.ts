import { sameChatUser } from '../../access/chat-user';
import { fenceFor } from '../../access/fence';
import type { Receiver } from '../../access/grant';
import type { LedgerEntry } from '../../access/ledger';
import { RateLimited } from '../../access/rate-limited';
import { Refused } from '../../access/refused';
import type { AccessRequest } from '../../access/request';
import type { AskingWorkload } from '../../access/workload';
import { verifyProof } from '../../keys/proof';
import { thumbprint } from '../../keys/receiver';
import { seal } from '../../keys/seal';
import { wordsFor } from '../../keys/words';
import { extendedBy } from './chain';
import type { Activities } from './contract';
import { decideAgain } from './deciding';
import type { ActivityDeps } from './deps';
import {
  chatActor,
  ENDING,
  factsOf,
  grantableRole,
  only,
  openedGrant,
  requireSamePerson,
  textIn,
  type OpenedGrant,
} from './facts';
import { onRecord, requireSteppedUp } from './step-up';
import { askedSince, mintsWait } from './valve-record';

/** Connecting a receiver, and handing sessions to it. */
export const minting = (
  deps: ActivityDeps,
): Pick<Activities, 'checkClaim' | 'recordConnection' | 'confirmConnection' | 'mint'> => ({
  async checkClaim({ requestId, receiver, proof }) {
    const { grantId } = openedGrant(deps, requestId);
    const call = { method: 'POST', path: '/api/connect', grantId };
    await verifyProof(proof, receiver.signing, call, deps.now());
    return { words: await wordsFor(receiver, grantId) };
  },

  async recordConnection({ requestId, kind, by, note, key }) {
    const { grantId } = openedGrant(deps, requestId);
    const at = deps.now().toISOString();
    deps.ledger.append({ kind, key, at, requestId, grantId, actor: chatActor(by), data: { note } });
  },

  async confirmConnection({ requestSeal, connectSeal, receiver }) {
    const { request } = await deps.edge.verify(requestSeal, 'request');
    const grant = openedGrant(deps, request.requestId);
    const said = await confirmed(deps, grant, connectSeal, receiver);
    if (!sameChatUser(said.by, request.requester)) {
      throw new Refused('This grant belongs to somebody else.');
    }
    const role = grantableRole(deps, request.role);
    if (role.stepUp) {
      const person = await deps.people.identify(said.by);
      requireSteppedUp(deps.signInIssuer, role, 'connect', said, person);
    }
    deps.ledger.append({
      kind: 'connect.confirmed',
      key: `connect.confirmed:${grant.grantId}:${said.signingThumbprint}`,
      at: said.at,
      requestId: request.requestId,
      grantId: grant.grantId,
      actor: grant.person,
      data: {
        signing: said.signingThumbprint,
        encryption: said.encryptionThumbprint,
        ...(said.stepUp && { stepUp: onRecord(said.stepUp) }),
      },
    });
  },

  async mint({ requestSeal, reviewSeals, connectSeal, receiver, proof }) {
    const about = await factsOf(deps, requestSeal);
    const { requestId } = about.request;
    const grant = openedGrant(deps, requestId);
    if (grant.mechanism !== 'role-session')
      throw new Refused('This access has no credentials of its own.', 'Sign in where it stands.');
    requireSamePerson(grant, about);
    const said = about.request.workload
      ? await boundByRequest(about.request, about.request.workload, grant, receiver)
      : await confirmed(deps, grant, connectSeal, receiver);
    if (!sameChatUser(said.by, about.request.requester)) {
      throw new Refused('This grant belongs to somebody else.');
    }
    // A job has nobody to sign in, and brings no evidence.
    requireSteppedUp(deps.signInIssuer, about.role, 'connect', said, about.requester);
    // A terminal goes on asking for the grant that it was connected to.
    const path = `/api/grants/${said.grantId}/credentials`;
    const nonce = await verifyProof(
      proof,
      receiver.signing,
      { method: 'POST', path, grantId: said.grantId },
      deps.now(),
    );
    const { scope: within } = await decideAgain(deps, about, reviewSeals).catch(
      (error: unknown) => {
        if (error instanceof Refused) recordRefusedMint(deps, grant, nonce, error.because);
        throw error;
      },
    );
    const scope = about.role.scopes?.find(({ name }) => name === within);
    if (within !== undefined && scope === undefined)
      throw new Refused(`${about.role.id} has no scope called ${within} any more.`, 'Ask again.');
    const { intent, fence } = intend(deps, grant, nonce, {
      receiver: said.signingThumbprint,
      ...(scope && { scope: scope.name }),
    });
    const credentials = await deps.sessions.mint({
      target: grant.target,
      grantId: grant.grantId,
      sourceIdentity: deps.sourceIdentityFor(about.holder),
      fence,
      ...(scope && { scope }),
    });
    const { accessKeyId, expiration, issuedAt } = credentials;
    const done = deps.ledger.appendIf(
      {
        kind: 'mint.done',
        key: `mint.done:${accessKeyId}`,
        at: deps.now().toISOString(),
        requestId,
        grantId: grant.grantId,
        actor: grant.person,
        data: {
          accessKeyId,
          expiration,
          receiver: said.signingThumbprint,
          ...(about.factsAt !== undefined && { factsAt: about.factsAt }),
        },
      },
      // A valve covers whatever was handed out before it. What comes after it from before it is handed to nobody.
      () => !askedSince(deps, grant.target.arn, intent),
    );
    if (!done) {
      recordThrownAway(deps, grant, accessKeyId);
      throw waitForValve();
    }
    const sealed = await seal(credentials, receiver.encryption);
    return { sealed, accessKeyId, expiration, issuedAt, grantId: grant.grantId };
  },
});

/** The person's own confirmation of exactly these keys for exactly this grant, or one that it extends. */
async function confirmed(
  deps: ActivityDeps,
  { grantId }: OpenedGrant,
  connectSeal: string,
  receiver: Receiver,
) {
  const said = await deps.edge.verify(connectSeal, 'connect');
  const same =
    [grantId, ...extendedBy(deps, grantId)].includes(said.grantId) &&
    said.signingThumbprint === (await thumbprint(receiver.signing)) &&
    said.encryptionThumbprint === (await thumbprint(receiver.encryption));
  if (!same) throw new Refused('The confirmation was given for other keys.', 'Connect again.');
  return said;
}

/** A job has no chat to compare words in: the keys stand in the request that its own token proved. */
async function boundByRequest(
  { requester, submittedAt: at }: AccessRequest,
  bound: AskingWorkload,
  { grantId }: OpenedGrant,
  receiver: Receiver,
) {
  const of = async (keys: Receiver) => ({
    signingThumbprint: await thumbprint(keys.signing),
    encryptionThumbprint: await thumbprint(keys.encryption),
  });
  const [asked, brought] = await Promise.all([of(bound.receiver), of(receiver)]);
  if (
    asked.signingThumbprint !== brought.signingThumbprint ||
    asked.encryptionThumbprint !== brought.encryptionThumbprint
  )
    throw new Refused('The access was asked for with other keys.', 'Ask again from a new run.');
  return { grantId, by: requester, at, stepUp: undefined, ...asked };
}

/**
 * Fixes the fence and puts the intent on record before STS is called. If the intent cannot be
 * recorded, or the end was asked already, nothing is minted.
 */
function intend(
  deps: ActivityDeps,
  { grantId, requestId, person, target }: OpenedGrant,
  nonce: string,
  more: { receiver: string; scope?: string },
): { intent: LedgerEntry; fence: string } {
  const activated = only(deps, { key: `grant.activated:${grantId}` });
  if (!activated) throw new Refused('This grant is not active yet.', 'Try again in a moment.');
  const now = deps.now();
  const fence = fenceFor({ until: textIn(activated, 'until'), intendedAt: now });
  if (Date.parse(fence) <= now.getTime())
    throw new Refused('The window is over.', 'Ask for access again.');
  let waits = false;
  const intent = deps.ledger.appendIf(
    {
      kind: 'mint.intended',
      // A retried attempt is another intent: what the first one got from STS may be lost, but counts.
      key: `mint.intended:${grantId}:${nonce}:${now.getTime()}`,
      at: now.toISOString(),
      requestId,
      grantId,
      actor: person,
      data: { fence, ...more },
    },
    () => {
      if (deps.ledger.entries({ grantId, kinds: ENDING, limit: 1 }).length > 0) return false;
      waits = mintsWait(deps, target.arn);
      return !waits;
    },
  );
  if (waits) throw waitForValve();
  if (!intent) throw new Refused('This grant is over.', 'Ask for access again.');
  return { intent, fence };
}

/** Not now: the same call is tried again in a moment, and gets a session that is young enough. */
const waitForValve = (): RateLimited =>
  new RateLimited('the cut of everything older on this role', 2);

/** Nobody holds it, and AWS's own log names it. */
function recordThrownAway(
  deps: ActivityDeps,
  { requestId, grantId }: OpenedGrant,
  accessKeyId: string,
): void {
  deps.ledger.append({
    kind: 'probe.canaries',
    key: `probe.canaries:${accessKeyId}`,
    at: deps.now().toISOString(),
    requestId,
    grantId,
    actor: 'curfew',
    data: { accessKeyIds: [accessKeyId], why: 'minted while its role was cut: thrown away' },
  });
}

function recordRefusedMint(
  deps: ActivityDeps,
  { grantId, requestId, person }: OpenedGrant,
  nonce: string,
  because: string,
): void {
  deps.ledger.append({
    kind: 'mint.refused',
    key: `mint.refused:${grantId}:${nonce}`,
    at: deps.now().toISOString(),
    requestId,
    grantId,
    actor: person,
    data: { because },
  });
}
