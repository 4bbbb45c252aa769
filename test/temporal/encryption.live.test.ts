import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { eventually, startCore, type Core } from '../support/core';
import { startEngine } from '../support/engine';
import { connectedReceiver, ended } from '../support/in-core';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let env: TestWorkflowEnvironment;

beforeAll(async () => {
  env = await startEngine();
});

afterAll(async () => {
  await env.teardown();
});

/** One whole grant with a person's words in it, and everything the engine has stored of it. */
async function storedOf(core: Core, role: string, list: string): Promise<string> {
  const requestId = await core.request('ada', role, { reason: 'Quokka migration' });
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  await core.review('carla', requestId);
  const { grantId } = await eventually(
    async () => (await core.desk.request(requestId)) ?? { grantId: undefined, state: '' },
    ({ state }) => state === 'active',
  );
  const grant = { requestId, grantId: grantId ?? '' };
  await (await connectedReceiver(core, grant)).mint();
  await core.stop('emil', requestId, 'revoke', 'Wombat incident');
  await ended(core, grant);
  const workflowIds = [`access-${requestId}`, list];
  const histories = await Promise.all(
    workflowIds.map((workflowId) =>
      env.client.workflowService.getWorkflowExecutionHistory({
        namespace: env.namespace ?? 'default',
        execution: { workflowId },
      }),
    ),
  );
  return JSON.stringify(histories).replaceAll(/"([A-Za-z0-9+/=_-]{8,})"/g, (whole, text: string) =>
    [whole, Buffer.from(text, 'base64').toString()].join(' '),
  );
}

test('with a key, histories hold nothing that people wrote, no name and nothing of a credential', async () => {
  const core = await startCore({ env, folder, codecKey: Buffer.alloc(32, 1) });
  const stored = await storedOf(core, 'staging-admin', 'revocations-111111111111-staging-admin');
  expect(stored).toContain('accessRequest');
  for (const clear of [
    'Quokka',
    'Wombat',
    'Ada Engel',
    'carla',
    'clear-secret',
    'clear-token',
    'payments-owners',
  ]) {
    expect(stored).not.toContain(clear);
  }
  await core.close();
});

test('without a key (development) histories are readable, and still hold nothing of a credential', async () => {
  const core = await startCore({ env, folder });
  const stored = await storedOf(core, 'prod-readonly', 'revocations-222222222222-prod-readonly');
  expect(stored).toContain('Quokka');
  for (const secret of ['clear-secret', 'clear-token']) expect(stored).not.toContain(secret);
  await core.close();
});
