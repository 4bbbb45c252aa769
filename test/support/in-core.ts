import { randomUUID } from 'node:crypto';
import { temporal } from '@temporalio/proto';
import { newReceiverKeys, thumbprint } from '../../keys/receiver';
import { newConnectCode } from '../../keys/codes';
import { makeProof } from '../../keys/proof';
import { becomes, chat, eventually, type Core } from './core';

export interface LiveGrant {
  requestId: string;
  grantId: string;
}

/** A grant that is live. `leftMs`: how much of its window is left, of one minute in all. */
export async function liveGrant(
  core: Core,
  { leftMs, who = 'ada' }: { leftMs?: number; who?: string } = {},
): Promise<LiveGrant> {
  core.switches.behindMs = leftMs === undefined ? 0 : 60_000 - leftMs;
  const requestId = await core.request(
    who,
    'dev-readonly',
    leftMs === undefined ? {} : { minutes: 1 },
  );
  await becomes(core, requestId, 'active');
  core.switches.behindMs = 0;
  return { requestId, grantId: (await core.desk.request(requestId))?.grantId ?? '' };
}

/** A request of Ada's that waits for a reviewer, with all that she and they can see. */
export async function waitingRequest(core: Core, minutes = 30): Promise<string> {
  const requestId = await core.request('ada', 'staging-admin', { minutes });
  await eventually(
    () => core.messenger.notices(requestId).length + core.messenger.cards(requestId).length,
    (count) => count === 2,
  );
  return requestId;
}

/** One that a reviewer has approved, live and told. */
export async function approvedGrant(core: Core, minutes?: number): Promise<LiveGrant> {
  const requestId = await waitingRequest(core, minutes);
  await core.review('carla', requestId);
  await becomes(core, requestId, 'active');
  await eventually(
    () => core.messenger.notices(requestId).length,
    (count) => count === 2,
  );
  return { requestId, grantId: (await core.desk.request(requestId))?.grantId ?? '' };
}

/** A receiver connected to the grant; `mint` asks for a session as the command line would. */
export async function connectedReceiver(core: Core, { grantId }: LiveGrant, who = 'ada') {
  const { keys, receiver } = await newReceiverKeys();
  const { hash } = newConnectCode(grantId);
  const expiresAt = new Date(Date.now() + 120_000).toISOString();
  await core.desk.offerConnection({
    grantId,
    codeHash: hash,
    expiresAt,
    by: chat(who),
    shownIn: 'V1',
  });
  const proof = await makeProof(keys.signing, { method: 'POST', path: '/api/connect', grantId });
  await core.desk.bind({ grantId, codeHash: hash, receiver, proof });
  const signed = await core.signer.sign({
    kind: 'connect',
    grantId,
    signingThumbprint: await thumbprint(receiver.signing),
    encryptionThumbprint: await thumbprint(receiver.encryption),
    by: chat(who),
    at: new Date().toISOString(),
  });
  await core.desk.confirm(signed);
  const path = `/api/grants/${grantId}/credentials`;
  return {
    receiver,
    keys,
    connectSeal: signed.seal,
    proof: () => makeProof(keys.signing, { method: 'POST', path, grantId }),
    mint: async () =>
      core.desk.issue({
        grantId,
        proof: await makeProof(keys.signing, { method: 'POST', path, grantId }),
      }),
  };
}

/** The access key id of one minted session. */
export async function mintedKey(core: Core, grant: LiveGrant, who = 'ada'): Promise<string> {
  const minted = await (await connectedReceiver(core, grant, who)).mint();
  if (minted.outcome !== 'done') throw new Error(`not minted: ${JSON.stringify(minted)}`);
  return minted.issued.accessKeyId;
}

export const ended = (core: Core, { requestId }: LiveGrant): Promise<unknown> =>
  core.client.workflow.getHandle(`access-${requestId}`).result();

const { RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL, RESET_REAPPLY_EXCLUDE_TYPE_UPDATE } =
  temporal.api.enums.v1.ResetReapplyExcludeType;

/** As an operator may with `temporal workflow reset`: from its first task. `forget`: without what people said since. */
export async function runAnew(core: Core, requestId: string, forget = false): Promise<void> {
  const workflowId = `access-${requestId}`;
  const { events } = await core.client.workflow.getHandle(workflowId).fetchHistory();
  const first = events?.find(({ workflowTaskCompletedEventAttributes: task }) => task)?.eventId;
  await core.client.workflowService.resetWorkflowExecution({
    namespace: core.client.options.namespace,
    workflowExecution: { workflowId },
    ...(first && { workflowTaskFinishEventId: first }),
    ...(forget && {
      resetReapplyExcludeTypes: [
        RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL,
        RESET_REAPPLY_EXCLUDE_TYPE_UPDATE,
      ],
    }),
    requestId: randomUUID(),
    reason: 'to try it again',
  });
}
