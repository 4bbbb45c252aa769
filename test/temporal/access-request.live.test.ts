import { expect, test } from '@jest/globals';
import { question } from '../../access/decision';
import { becomes, chat, eventually, type Core } from '../support/core';
import { eventually as soon } from '../support/eventually';
import { useCore } from '../support/use-core';

let core: Core;
useCore((started) => {
  core = started;
});

test('a role that policy approves by itself is live without anybody being asked', async () => {
  const requestId = await core.request('ada', 'dev-readonly');
  await becomes(core, requestId, 'active');
  const { grantId, until, from } = (await core.desk.request(requestId)) ?? {};
  expect(grantId).toMatch(/^g-/);
  expect(Date.parse(until ?? '') - Date.parse(from ?? '')).toBeLessThanOrEqual(30 * 60_000);
  expect(core.kindsOf(requestId)).toEqual([
    'request.opened',
    'grant.opened',
    'request.decided',
    'grant.activated',
    'probe.canaries',
  ]);
  await eventually(
    () => core.messenger.notices(requestId).map(({ kind }) => kind),
    (kinds) => kinds.includes('active'),
  );
});

test('one owner approves, and the grant ends as long after the click as was asked', async () => {
  const requestId = await core.request('ada', 'staging-admin', { minutes: 60 });
  await becomes(core, requestId, 'waiting');
  await eventually(
    () => core.messenger.cards(requestId).length,
    (count) => count === 1,
  );
  expect(await core.review('carla', requestId)).toMatchObject({
    outcome: 'done',
    effect: 'approved',
  });
  await becomes(core, requestId, 'active');
  const [decided] = core.ledger.entries({ requestId, kinds: ['request.decided'] });
  const click = core.ledger.entries({ requestId, kinds: ['request.reviewed'] })[0];
  // What both decisions rested on is on record, and is answered the same again.
  for (const entry of [decided, click]) {
    const asked = question.parse(entry?.data['question']);
    expect(core.deps.policy.decide(asked).verdict).toBe(entry?.data['decided']);
  }
  const view = await core.desk.request(requestId);
  expect(Date.parse(view?.until ?? '')).toBe(Date.parse(click?.at ?? '') + 60 * 60_000);
});

test('two seats need two people; the same one twice is told that it counts once', async () => {
  const requestId = await core.request('ada', 'prod-admin');
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  expect(await core.review('carla', requestId)).toMatchObject({ effect: 'counted' });
  expect(await core.review('carla', requestId)).toMatchObject({
    outcome: 'refused',
    because: expect.stringContaining('counts once'),
  });
  expect(await core.stateOf(requestId)).toBe('waiting');
  expect(await core.review('deniz', requestId)).toMatchObject({ effect: 'approved' });
  await becomes(core, requestId, 'active');
});

test('approved for less: the window is the least of what was approved, from signed votes alone', async () => {
  const signed = await core.signRequest('ada', 'prod-admin', { minutes: 120 });
  await core.desk.open(signed);
  const { requestId } = signed.statement.request;
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  expect(await core.review('carla', requestId, 'approve', { minutes: 120 })).toMatchObject({
    outcome: 'refused',
    because: expect.stringContaining('2 h were asked for: less is 1 h 59 min at most.'),
  });
  const less = { minutes: 45, reason: 'the failover takes ten' };
  expect(await core.review('carla', requestId, 'approve', less)).toMatchObject({
    effect: 'counted',
    note: 'Counted: 1 of 2 for 45 min of the 2 h asked. Another reviewer is needed.',
  });
  const shown = { durationMinutes: 45, by: chat('carla'), reason: less.reason };
  await soon(() =>
    expect(core.messenger.cards(requestId)[0]).toMatchObject({ durationMinutes: 120, less: shown }),
  );
  // Deniz clicks on what the card said before: that covers less, too.
  expect(await core.review('deniz', requestId)).toMatchObject({ effect: 'approved' });
  await becomes(core, requestId, 'active');
  const [first, last] = core.ledger.entries({ requestId, kinds: ['request.reviewed'] });
  expect(first?.data).toMatchObject({ durationMinutes: 45, reason: less.reason });
  const until = new Date(Date.parse(last?.at ?? '') + 45 * 60_000).toISOString();
  expect(await core.desk.request(requestId)).toMatchObject({ until, durationMinutes: 45 });
  const [activated] = core.ledger.entries({ requestId, kinds: ['grant.activated'] });
  expect(activated?.data).toMatchObject({ until, durationMinutes: 45 });
  await soon(() =>
    expect(core.messenger.notices(requestId)).toContainEqual(
      expect.objectContaining({ kind: 'active', until, less: { ...shown, askedMinutes: 120 } }),
    ),
  );
});

test('nobody approves their own request, though they own the role', async () => {
  const requestId = await core.request('gus', 'staging-admin');
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  expect(await core.review('gus', requestId)).toMatchObject({
    outcome: 'refused',
    because: 'You asked for this yourself.',
  });
  expect(await core.stateOf(requestId)).toBe('waiting');
});

test('somebody who is not entitled changes nothing, is told why, and is on record', async () => {
  const requestId = await core.request('ada', 'staging-admin');
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  const answer = await core.review('ben', requestId);
  expect(answer).toMatchObject({ outcome: 'refused' });
  expect(await core.stateOf(requestId)).toBe('waiting');
  expect(core.kindsOf(requestId)).toContain('click.refused');
});

test('two clicks at once have one effect, and the other is told who was first', async () => {
  const requestId = await core.request('ada', 'staging-admin');
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  const answers = await Promise.all([
    core.review('carla', requestId),
    core.review('gus', requestId, 'deny', { reason: 'not today' }),
  ]);
  expect(answers.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
  expect(answers.find(({ outcome }) => outcome === 'refused')).toMatchObject({
    because: expect.stringMatching(/Already decided: <@U0(CARLA003|GUS00007)>/),
  });
});

test('a denial closes the request, repaints the card and tells the requester why', async () => {
  const requestId = await core.request('ada', 'staging-admin');
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  expect(await core.review('carla', requestId, 'deny', { reason: 'use staging' })).toMatchObject({
    effect: 'denied',
  });
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'denied',
  );
  const told = await eventually(
    () => core.messenger.notices(requestId).find(({ kind }) => kind === 'denied'),
    (notice) => notice !== undefined,
  );
  expect(told).toMatchObject({ reason: 'use staging', by: { user: 'U0CARLA003' } });
  await core.client.workflow.getHandle(`access-${requestId}`).result();
  expect(core.kindsOf(requestId).at(-1)).toBe('request.denied');
});

test('a withdrawn request cannot be approved any more', async () => {
  const requestId = await core.request('ada', 'staging-admin');
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  expect(await core.stop('ben', requestId, 'withdraw')).toMatchObject({ outcome: 'refused' });
  expect(await core.stop('ada', requestId, 'withdraw')).toMatchObject({ outcome: 'done' });
  expect(await core.review('carla', requestId)).toMatchObject({ outcome: 'refused' });
  expect(await core.stateOf(requestId)).toBe('withdrawn');
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'withdrawn',
  );
});

test('the same submission twice is one request with one grant', async () => {
  const signed = await core.signRequest('ada', 'dev-readonly', { submission: 'V1' });
  const answers = await Promise.all([core.desk.open(signed), core.desk.open(signed)]);
  expect(answers).toEqual([answers[0], answers[0]]);
  const { requestId } = signed.statement.request;
  await becomes(core, requestId, 'active');
  expect(core.ledger.entries({ requestId, kinds: ['grant.opened'] })).toHaveLength(1);
});

test('a deactivated person is refused, told why, and the refusal is on record', async () => {
  const requestId = await core.request('fay', 'dev-readonly');
  await becomes(core, requestId, 'refused');
  const told = await eventually(
    () => core.messenger.notices(requestId)[0],
    (notice) => notice !== undefined,
  );
  expect(told).toMatchObject({ kind: 'refused', because: expect.stringContaining('deactivated') });
  await core.client.workflow.getHandle(`access-${requestId}`).result();
  expect(core.kindsOf(requestId)).toEqual(['request.opened', 'request.decided', 'request.refused']);
});

test('ending it early is asked, written and observed, in this order, and says so', async () => {
  const requestId = await core.request('ada', 'dev-readonly');
  await becomes(core, requestId, 'active');
  expect(await core.stop('ada', requestId, 'end')).toMatchObject({ outcome: 'done' });
  await core.client.workflow.getHandle(`access-${requestId}`).result();
  await soon(() =>
    expect(core.messenger.notices(requestId).find(({ kind }) => kind === 'ended')).toMatchObject({
      how: 'end',
      statement: 'No credentials had been handed out.',
    }),
  );
  expect(await core.stop('ada', requestId, 'end')).toMatchObject({ outcome: 'refused' });
});

test('on-call revokes with a reason; a colleague may not', async () => {
  const requestId = await core.request('ada', 'dev-readonly');
  await becomes(core, requestId, 'active');
  expect(await core.stop('ben', requestId, 'revoke')).toMatchObject({ outcome: 'refused' });
  expect(await core.stateOf(requestId)).toBe('active');
  expect(await core.stop('emil', requestId, 'revoke', 'laptop stolen')).toMatchObject({
    outcome: 'done',
  });
  await core.client.workflow.getHandle(`access-${requestId}`).result();
  expect(core.messenger.notices(requestId).find(({ kind }) => kind === 'ended')).toMatchObject({
    how: 'revoke',
    reason: 'laptop stolen',
    by: { user: 'U0EMIL0005' },
  });
});
