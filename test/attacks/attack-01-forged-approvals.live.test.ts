import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { exportJWK, generateKeyPair } from 'jose';
import type { ReviewStatement } from '../../access/statement';
import { createEdgeSigner } from '../../keys/edge';
import { createActivities } from '../../temporal/activities';
import { becomes, chat, eventually, type Core } from '../support/core';
import { connectedReceiver, liveGrant } from '../support/in-core';
import { useCore } from '../support/use-core';

let core: Core;
let env: TestWorkflowEnvironment;
useCore(
  (started, engine) => {
    core = started;
    env = engine;
  },
  { codecKey: Buffer.alloc(32, 7) },
);

async function waiting(role = 'staging-admin') {
  const signed = await core.signRequest('ada', role);
  await core.desk.open(signed);
  const { requestId } = signed.statement.request;
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  return {
    requestId,
    requestSeal: signed.seal,
    termsHash: core.messenger.cards(requestId)[0]?.termsHash ?? '',
  };
}

const approval = (requestId: string, termsHash: string, who = 'carla'): ReviewStatement => ({
  kind: 'review',
  requestId,
  termsHash,
  by: chat(who),
  verdict: 'approve',
  at: new Date().toISOString(),
});

test('an approval that the bot did not sign changes nothing, whoever it names', async () => {
  const { requestId, termsHash } = await waiting();
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const stranger = createEdgeSigner(await exportJWK(privateKey));
  const forged = await stranger.sign(approval(requestId, termsHash));
  expect(await core.desk.review(forged, randomUUID())).toMatchObject({
    outcome: 'refused',
    because: expect.stringContaining('signature'),
  });
  const mine = await core.signer.sign(approval(requestId, termsHash, 'ben'));
  const relabelled = { statement: approval(requestId, termsHash), seal: mine.seal };
  expect(await core.desk.review(relabelled, randomUUID())).toMatchObject({ outcome: 'refused' });
  expect(await core.stateOf(requestId)).toBe('waiting');
  expect(core.kindsOf(requestId)).not.toContain('grant.activated');
});

test('with encryption on, what a stranger writes into the namespace in clear is not taken', async () => {
  const { requestId, termsHash } = await waiting();
  const stranger = new Client({
    connection: env.connection,
    namespace: env.namespace ?? 'default',
  });
  const signed = await core.signer.sign(approval(requestId, termsHash));
  const plain = env.connection.withDeadline(Date.now() + 3_000, () =>
    stranger.workflow
      .getHandle(`access-${requestId}`)
      .executeUpdate('review', { args: [signed], updateId: 'u1' }),
  );
  await expect(plain).rejects.toThrow(/./);
  expect(core.kindsOf(requestId)).not.toContain('request.reviewed');
  // What was refused does not stand in the way of those who may.
  expect(
    await eventually(
      () => core.review('carla', requestId),
      ({ outcome }) => outcome !== 'pending',
    ),
  ).toMatchObject({ effect: 'approved' });
});

test('a workflow that lies to its activities gets nothing: they decide again from what was signed', async () => {
  const { activate, mint } = createActivities(core.deps);
  const { requestId, requestSeal, termsHash } = await waiting();
  const other = await waiting();
  const forOther = await core.signer.sign(approval(other.requestId, other.termsHash));
  const byMyself = await core.signer.sign(approval(requestId, termsHash, 'ada'));
  const byNobodyEntitled = await core.signer.sign(approval(requestId, termsHash, 'ben'));
  for (const reviewSeals of [[], [forOther.seal], [byMyself.seal], [byNobodyEntitled.seal]]) {
    await expect(activate({ requestSeal, reviewSeals })).rejects.toThrow(/./);
  }
  const live = await liveGrant(core);
  const { receiver, connectSeal, proof } = await connectedReceiver(core, live);
  await expect(
    mint({ requestSeal, reviewSeals: [], connectSeal, receiver, proof: await proof() }),
  ).rejects.toThrow(/other keys/);
  expect(core.kindsOf(requestId)).not.toContain('grant.activated');
  expect(core.aws.sessionsOf((await core.desk.request(requestId))?.grantId ?? '')).toEqual([]);
});

test('a second workflow on the same signed request gives no second grant', async () => {
  const { grantId, requestId } = await liveGrant(core);
  const signed = await core.signRequest('ada', 'dev-readonly', { submission: 'once' });
  await core.desk.open(signed);
  await becomes(core, signed.statement.request.requestId, 'active');
  await core.client.workflow.start('accessRequest', {
    workflowId: `access-copy-${requestId}`,
    taskQueue: core.taskQueue,
    args: [{ signed }],
  });
  const copy = core.client.workflow.getHandle(`access-copy-${requestId}`);
  await eventually(
    () => copy.query<{ state: string }>('view'),
    ({ state }) => state === 'active',
  );
  const { requestId: original } = signed.statement.request;
  expect(core.ledger.entries({ requestId: original, kinds: ['grant.opened'] })).toHaveLength(1);
  expect(core.ledger.entries({ requestId: original, kinds: ['grant.activated'] })).toHaveLength(1);
  expect(grantId).not.toBe((await core.desk.request(original))?.grantId);
});
