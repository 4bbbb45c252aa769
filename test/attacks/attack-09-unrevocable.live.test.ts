import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startCore, type Core } from '../support/core';
import { startEngine } from '../support/engine';
import { connectedReceiver, ended, liveGrant } from '../support/in-core';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let env: TestWorkflowEnvironment;
let core: Core;

beforeAll(async () => {
  env = await startEngine();
  core = await startCore({ env, folder });
});

afterAll(async () => {
  await core.close();
  await env.teardown();
});

test('a grantee who floods the grant with calls gets one session a minute, and is revoked all the same', async () => {
  const grant = await liveGrant(core);
  const { mint } = await connectedReceiver(core, grant);
  const flood = Promise.all(
    Array.from({ length: 40 }, () => mint().catch(() => ({ outcome: 'pending' }))),
  );
  await core.stop('emil', grant.requestId, 'revoke', 'abuse');
  await flood;
  await ended(core, grant);
  const minted = core.ledger.entries({ grantId: grant.grantId, kinds: ['mint.done'] });
  expect(minted.length).toBeLessThanOrEqual(1);
  expect(
    core.aws.sessionsOf(grant.grantId).filter(({ accessKeyId }) => core.aws.isAllowed(accessKeyId)),
  ).toEqual([]);
  expect(core.kindsOf(grant.requestId).at(-1)).toBe('grant.ended');
});
