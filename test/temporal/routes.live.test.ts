import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { question } from '../../access/decision';
import { PEOPLE } from '../../sandbox/people';
import { changedExample } from '../support/changed-example';
import { becomes, startCore, type Core } from '../support/core';
import { startEngine } from '../support/engine';
import { eventually } from '../support/eventually';
import { temporaryFolder } from '../support/temporary-folder';

const MANAGERS_APPROVE = `@id("managers-approve")
permit (principal, action == Curfew::Action::"Approve", resource)
when { context has manager && principal == context.manager };`;

const folder = temporaryFolder();
let env: TestWorkflowEnvironment;
let core: Core;

const idOf = (name: string): string =>
  PEOPLE.find((person) => person.name.toLowerCase().startsWith(name))?.directoryId ?? '';

beforeAll(async () => {
  env = await startEngine();
  const config = changedExample(folder, (text) =>
    text.replace(
      "seats: [{ from: owners }, { from: 'group:security' }]",
      `stages: [{ seats: [{ from: manager }] }, { seats: [{ from: 'group:security' }] }]
    variants:
      - { when: { longerThan: 1h }, seats: [{ from: owners }, { from: manager }, { from: 'group:security' }] }`,
    ),
  );
  writeFileSync(path.join(config, 'policies/managers.cedar'), MANAGERS_APPROVE);
  core = await startCore({ env, folder, config });
  // Ben is in no group that approves; Ada reports to him, and the directory says so by address.
  const ada = core.company.get(idOf('ada'));
  if (ada) core.company.set(ada.id, { ...ada, manager: 'ben@curfew.example' });
});
afterAll(async () => {
  await core?.close();
  await env?.teardown();
});

const cardOf = (requestId: string) => core.messenger.cards(requestId)[0];

test('stages are asked one after the other, the manager first; the card says where it is', async () => {
  const requestId = await core.request('ada', 'prod-admin', { minutes: 60 });
  await eventually(() =>
    expect(cardOf(requestId)).toMatchObject({
      state: 'waiting',
      needed: 2,
      stage: { at: 1, of: 2, rule: 'the manager' },
    }),
  );
  expect(await core.review('deniz', requestId)).toMatchObject({
    outcome: 'refused',
    because: expect.stringContaining('asked later: this is stage 1 of 2, the manager'),
  });
  expect(await core.review('ben', requestId)).toMatchObject({
    effect: 'counted',
    note: 'Counted: 1 of 2. Another reviewer is needed: stage 2 of 2, 1 of security.',
  });
  await eventually(() =>
    expect(cardOf(requestId)?.stage).toEqual({ at: 2, of: 2, rule: '1 of security' }),
  );
  // Whoever came too early may say it again.
  expect(await core.review('deniz', requestId)).toMatchObject({ effect: 'approved' });
  await becomes(core, requestId, 'active');
  await eventually(() => expect(cardOf(requestId)).not.toHaveProperty('stage'));
  const [, , click] = core.ledger.entries({
    requestId,
    kinds: ['request.reviewed', 'click.refused'],
  });
  const asked = question.parse(click?.data['question']);
  expect(JSON.stringify(asked)).not.toContain('@curfew.example');
  expect(core.deps.policy.decide(asked).verdict).toBe('grant');
});

test('a longer request asks others, and its card says whom', async () => {
  const requestId = await core.request('ada', 'prod-admin', { minutes: 90 });
  await eventually(() =>
    expect(cardOf(requestId)).toMatchObject({
      needed: 3,
      rule: '1 of payments-owners and the manager and 1 of security, 3 different people, not the requester',
    }),
  );
  expect(cardOf(requestId)).not.toHaveProperty('stage');
});

test('somebody of whom nobody knows the manager is refused with a sentence', async () => {
  const requestId = await core.request('emil', 'prod-admin', { minutes: 60 });
  await becomes(core, requestId, 'refused');
  await eventually(() =>
    expect(JSON.stringify(core.messenger.notices(requestId))).toContain(
      'does not say who the manager of Emil Novak is',
    ),
  );
});
