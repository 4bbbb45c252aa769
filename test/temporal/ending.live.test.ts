import { expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Refused } from '../../access/refused';
import { changedExample } from '../support/changed-example';
import { becomes, eventually, startCore, type Core } from '../support/core';
import { ended, liveGrant, mintedKey } from '../support/in-core';
import { useCore } from '../support/use-core';

let core: Core;
let env: TestWorkflowEnvironment;
let folder: string;
useCore((started, engine, where) => {
  core = started;
  env = engine;
  folder = where;
});

const endingsOf = (core_: Core, grantId: string) =>
  core_.ledger
    .entries({ grantId, kinds: ['end.asked', 'end.written', 'end.observed', 'grant.ended'] })
    .map(({ kind }) => kind);

test('the window ends by AWS’s own clock, without any write, and is said to be over only once seen denied', async () => {
  const grant = await liveGrant(core, { leftMs: 10_000 });
  const key = await mintedKey(core, grant);
  expect(core.aws.isAllowed(key)).toBe(true);
  const writes = core.aws.state.writes;
  await ended(core, grant);
  expect(core.aws.isAllowed(key)).toBe(false);
  expect(core.aws.state.writes).toBe(writes);
  expect(endingsOf(core, grant.grantId)).toEqual(['end.asked', 'end.observed', 'grant.ended']);
  expect(
    core.messenger.notices(grant.requestId).find(({ kind }) => kind === 'ended'),
  ).toMatchObject({
    how: 'natural',
    statement: expect.stringMatching(/^Seen denied at STS in eu-central-1 after [\d.]+ s\.$/),
  });
});

test('the window ends though nothing of ours runs, and the end is told when the worker is back', async () => {
  const grant = await liveGrant(core, { leftMs: 10_000 });
  const key = await mintedKey(core, grant);
  const until = Date.parse((await core.desk.request(grant.requestId))?.until ?? '');
  await core.stopWorker();
  await eventually(
    () => Date.now(),
    (now) => now > until,
  );
  expect(core.aws.isAllowed(key)).toBe(false);
  await core.startWorker();
  await ended(core, grant);
  expect(endingsOf(core, grant.grantId)).toEqual(['end.asked', 'end.observed', 'grant.ended']);
});

test('IAM is down: "revoked" is not said, nothing gives up, and it is told once it was written and seen', async () => {
  const grant = await liveGrant(core);
  const key = await mintedKey(core, grant);
  core.aws.state.broken = { write: new Error('ServiceUnavailable') };
  await core.stop('emil', grant.requestId, 'revoke', 'stolen');
  await becomes(core, grant.requestId, 'ending');
  await eventually(
    () => core.kindsOf(grant.requestId),
    (kinds) => kinds.includes('end.asked'),
  );
  expect(endingsOf(core, grant.grantId)).toEqual(['end.asked']);
  expect(core.messenger.notices(grant.requestId).some(({ kind }) => kind === 'ended')).toBe(false);
  core.aws.state.broken = undefined;
  await ended(core, grant);
  expect(core.aws.isAllowed(key)).toBe(false);
  expect(endingsOf(core, grant.grantId)).toEqual([
    'end.asked',
    'end.written',
    'end.observed',
    'grant.ended',
  ]);
});

test('written is not observed: while AWS still allows it, it is not called revoked', async () => {
  const grant = await liveGrant(core);
  await mintedKey(core, grant);
  core.aws.state.propagated = false;
  await core.stop('emil', grant.requestId, 'revoke', 'stolen');
  await eventually(
    () => endingsOf(core, grant.grantId),
    (kinds) => kinds.includes('end.written'),
  );
  await eventually(
    () => core.ledger.entries({ grantId: grant.grantId, kinds: ['probe.canaries'] }).length,
    (looks) => looks > 3,
  );
  expect(endingsOf(core, grant.grantId)).toEqual(['end.asked', 'end.written']);
  expect(await core.stateOf(grant.requestId)).toBe('ending');
  core.aws.state.propagated = true;
  await ended(core, grant);
});

test('two Regions in use: it is over when both deny it, and each is told with its seconds', async () => {
  const region = '\n    region: eu-central-1';
  const both = 'regions: [eu-central-1, us-east-1]';
  // An account of its own: the engine has one list workflow a role, and another core serves the example's.
  const config = changedExample(folder, (text) =>
    text.replaceAll(region, `${region}\n    ${both}`).replaceAll('111111111111', '333333333333'),
  );
  const two = await startCore({ env, folder, config });
  const grant = await liveGrant(two);
  await mintedKey(two, grant);
  two.aws.state.lagging.add('us-east-1');
  await two.stop('emil', grant.requestId, 'revoke', 'stolen');
  await eventually(
    () => two.kindsOf(grant.requestId),
    (kinds) => kinds.includes('end.seen'),
  );
  expect(two.kindsOf(grant.requestId)).not.toContain('end.observed');
  expect(await two.stateOf(grant.requestId)).toBe('ending');
  two.aws.state.lagging.clear();
  await ended(two, grant);
  const told = two.messenger.notices(grant.requestId).find(({ kind }) => kind === 'ended');
  expect(told).toMatchObject({
    statement: expect.stringMatching(
      /^Seen denied at STS in eu-central-1 after [\d.]+ s and at STS in us-east-1 after [\d.]+ s\.$/,
    ),
    seconds: { askedToWritten: expect.any(Number), askedToObserved: expect.any(Number) },
  });
  expect(two.messenger.cards(grant.requestId)[0]?.ending).toMatchObject({
    seconds: { askedToObserved: expect.any(Number) },
  });
  await two.close();
});

test('an end that breaks the promise of 30 s alarms on-call, and is over all the same', async () => {
  const grant = await liveGrant(core);
  await mintedKey(core, grant);
  const { probe } = core.deps;
  core.deps.probe = {
    ...probe,
    look: async (order) => ({
      ...(await probe.look(order)),
      at: new Date(Date.now() + 61_000).toISOString(),
    }),
  };
  await core.stop('emil', grant.requestId, 'revoke', 'stolen');
  await ended(core, grant);
  core.deps.probe = probe;
  const alarms = core.messenger.alarms().filter(({ grantId }) => grantId === grant.grantId);
  expect(alarms).toEqual([
    expect.objectContaining({ title: expect.stringMatching(/slower than promised: p99 6\d s/) }),
  ]);
  expect(core.kindsOf(grant.requestId).filter((kind) => kind === 'alarm.raised')).toHaveLength(1);
  expect(await core.stateOf(grant.requestId)).toBe('ended');
});

test('attack 12: a denial is no proof while the control is denied too', async () => {
  const grant = await liveGrant(core);
  await mintedKey(core, grant);
  core.aws.state.deniesAll = true;
  await core.stop('emil', grant.requestId, 'revoke', 'stolen');
  await eventually(
    () => core.ledger.entries({ grantId: grant.grantId, kinds: ['probe.canaries'] }).length,
    (looks) => looks > 3,
  );
  expect(endingsOf(core, grant.grantId)).toEqual(['end.asked', 'end.written']);
  core.aws.state.deniesAll = false;
  await ended(core, grant);
  const handedOut = core.ledger
    .entries({ grantId: grant.grantId, kinds: ['mint.done'] })
    .map(({ data }) => data['accessKeyId']);
  const canaries = core.ledger
    .entries({ grantId: grant.grantId, kinds: ['probe.canaries'] })
    .flatMap(({ data }) => data['accessKeyIds']);
  expect(canaries).not.toContain(handedOut[0]);
});

test('an operator cancels the workflow: what was granted is taken back all the same', async () => {
  const grant = await liveGrant(core);
  const key = await mintedKey(core, grant);
  await core.client.workflow.getHandle(`access-${grant.requestId}`).cancel();
  await ended(core, grant);
  expect(core.aws.isAllowed(key)).toBe(false);
  expect(await core.stateOf(grant.requestId)).toBe('ended');
});

test('Slack is down: the grant ends on time, and everything is told afterwards, once', async () => {
  const grant = await liveGrant(core);
  const key = await mintedKey(core, grant);
  core.messenger.state.down = new Error('Slack is down');
  await core.stop('ada', grant.requestId, 'end');
  await becomes(core, grant.requestId, 'ended');
  expect(core.aws.isAllowed(key)).toBe(false);
  core.messenger.state.down = undefined;
  await ended(core, grant);
  expect(
    core.messenger.notices(grant.requestId).filter(({ kind }) => kind === 'ended'),
  ).toHaveLength(1);
  expect(core.messenger.cards(grant.requestId)[0]?.state).toBe('ended');
});

test('AWS does not trust us: nothing is handed out, and the requester is told why', async () => {
  core.aws.state.broken = { mint: new Refused('The role does not trust Curfew.') };
  const requestId = await core.request('ada', 'dev-readonly');
  await core.client.workflow.getHandle(`access-${requestId}`).result();
  core.aws.state.broken = undefined;
  expect(core.messenger.notices(requestId).find(({ kind }) => kind === 'ended')).toMatchObject({
    how: 'failed',
    statement: expect.stringContaining('does not trust'),
  });
});

test('silence is no approval: an unanswered request expires, repaints its card and tells the requester', async () => {
  const config = changedExample(folder, (text) => text.replaceAll('expire: 30m', 'expire: 5s'));
  const short = await startCore({ env, folder, config });
  const requestId = await short.request('ada', 'staging-admin');
  await short.client.workflow.getHandle(`access-${requestId}`).result();
  expect(await short.stateOf(requestId)).toBe('expired');
  expect(short.messenger.cards(requestId)[0]?.state).toBe('expired');
  expect(short.messenger.notices(requestId).some(({ kind }) => kind === 'expired')).toBe(true);
  expect(short.kindsOf(requestId)).not.toContain('grant.activated');
  expect(await short.review('carla', requestId)).toMatchObject({
    outcome: 'refused',
    because: expect.stringContaining('expired'),
  });
  await short.close();
});

test('the edge key is changed while a grant is live: it still ends, and on-call can still cut it', async () => {
  const natural = await liveGrant(core, { leftMs: 10_000 });
  const revoked = await liveGrant(core);
  const keys = [await mintedKey(core, natural), await mintedKey(core, revoked)];
  const { edge } = core.deps;
  core.deps.edge = {
    verify: async () => {
      throw new Refused('The signature of the bot is missing or wrong.');
    },
  };
  await ended(core, natural);
  core.deps.edge = edge;
  await core.stop('emil', revoked.requestId, 'revoke', 'incident');
  await ended(core, revoked);
  expect(keys.map((key) => core.aws.isAllowed(key))).toEqual([false, false]);
});
