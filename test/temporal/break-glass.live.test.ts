import { expect, test } from '@jest/globals';
import { breakGlassReviewId } from '../../temporal/workflows/protocol';
import { becomes, chat, eventually, type Core } from '../support/core';
import { eventually as soon } from '../support/eventually';
import { connectedReceiver, ended } from '../support/in-core';
import { useCore } from '../support/use-core';

let core: Core;
useCore((started) => {
  core = started;
});

const breakGlass = (who = 'emil', reason = 'production is down') =>
  core.request(who, 'prod-admin', { breakGlass: true, minutes: 30, reason });
const taskOf = (requestId: string) =>
  eventually(
    () => core.messenger.tasks(requestId)[0],
    (task) => task !== undefined,
  );
const reviewed = async (requestId: string, verdict?: 'justified' | 'not-justified') => {
  await taskOf(requestId);
  const done = await core.reviewBreakGlass('deniz', requestId, verdict);
  await core.client.workflow.getHandle(breakGlassReviewId(requestId)).result();
  return done;
};
const end = async (who: string, requestId: string) => {
  await core.stop(who, requestId, 'end');
  await becomes(core, requestId, 'ended');
};

test('whoever is on call has it at once, loudly, and mints, ends and is reviewed like anybody else', async () => {
  const requestId = await breakGlass();
  await becomes(core, requestId, 'active');
  const { grantId = '', until, from } = (await core.desk.request(requestId)) ?? {};
  expect(Date.parse(until ?? '') - Date.parse(from ?? '')).toBeLessThanOrEqual(30 * 60_000);
  expect(core.kindsOf(requestId)).toEqual(
    expect.arrayContaining(['grant.activated', 'breakglass.used']),
  );
  await taskOf(requestId);
  for (const channel of ['#oncall', '#security'])
    expect(core.messenger.alarmsIn(channel)).toContainEqual(
      expect.objectContaining({
        requestId,
        title: expect.stringMatching(/^BREAK-GLASS: Emil .* has prod-admin in shop-prod$/),
        text: expect.stringContaining('Why: production is down'),
      }),
    );
  expect(core.messenger.cards(requestId)).toMatchObject([
    { state: 'active', rule: '', breakGlass: { reviewers: '1 of security, not the requester' } },
  ]);
  const receiver = await connectedReceiver(core, { requestId, grantId }, 'emil');
  expect(await receiver.mint()).toMatchObject({ outcome: 'done' });

  await end('emil', requestId);
  await ended(core, { requestId, grantId });
  expect(core.messenger.tasks(requestId)).toMatchObject([{ channel: '#security' }]);
  expect(await reviewed(requestId)).toMatchObject({ outcome: 'done' });
  expect(core.messenger.tasks(requestId)).toMatchObject([
    { outcome: { verdict: 'justified', by: chat('deniz') } },
  ]);
  expect(core.messenger.notices(requestId)).toContainEqual(
    expect.objectContaining({ kind: 'reviewed', verdict: 'justified' }),
  );
  expect(core.kindsOf(requestId).filter((kind) => kind.startsWith('breakglass'))).toEqual([
    'breakglass.used',
    'breakglass.reviewed',
  ]);
});

test.each([
  ['ada', 'prod-admin', 'No rule lets Ada'],
  ['emil', 'staging-admin', 'not to be had by break-glass'],
])('%s does not get %s that way, and reads what would pass', async (who, role, because) => {
  const requestId = await core.request(who, role, { breakGlass: true });
  await becomes(core, requestId, 'refused');
  await eventually(
    () => core.messenger.notices(requestId),
    (notices) => notices.length > 0,
  );
  await soon(() =>
    expect(core.messenger.notices(requestId)).toMatchObject([
      { kind: 'refused', because: expect.stringContaining(because) },
    ]),
  );
  expect(core.kindsOf(requestId)).not.toContain('breakglass.used');
});

test('longer than its maximum is refused', async () => {
  const requestId = await core.request('emil', 'prod-admin', { breakGlass: true, minutes: 61 });
  expect(await becomes(core, requestId, 'refused')).toBe('refused');
});

test('an unreviewed one blocks the same person, whatever they say, until somebody else has looked at it', async () => {
  const first = await breakGlass();
  await becomes(core, first, 'active');
  await taskOf(first);
  const second = await breakGlass('emil', 'again');
  await becomes(core, second, 'refused');
  await end('emil', first);
  const third = await breakGlass('emil', 'and again');
  await becomes(core, third, 'refused');
  await soon(() =>
    expect(core.messenger.notices(third)).toMatchObject([
      { kind: 'refused', because: expect.stringContaining('is not reviewed yet') },
    ]),
  );
  // In the ordinary way it can still be asked for.
  const ordinary = await core.request('emil', 'prod-admin');
  await becomes(core, ordinary, 'waiting');
  await core.stop('emil', ordinary, 'withdraw');

  expect(await core.reviewBreakGlass('emil', first)).toMatchObject({
    outcome: 'refused',
    because: expect.stringContaining('You broke the glass yourself'),
  });
  expect(await core.reviewBreakGlass('carla', first)).toMatchObject({
    outcome: 'refused',
    because: expect.stringContaining('is not in security'),
  });
  expect(core.kindsOf(first)).not.toContain('breakglass.reviewed');
  await reviewed(first);
  const fourth = await breakGlass('emil', 'once more');
  await becomes(core, fourth, 'active');
  await end('emil', fourth);
  await reviewed(fourth);
});

test('two of one person at the same moment are one', async () => {
  const both = await Promise.all([breakGlass('emil', 'one'), breakGlass('emil', 'other')]);
  const over = (state: string | undefined) => state === 'refused' || state === 'ended';
  const states = await eventually(
    () => Promise.all(both.map((id) => core.stateOf(id))),
    (seen) => seen.some(over) && seen.includes('active'),
  );
  expect(states.filter((state) => state === 'active')).toHaveLength(1);
  const used = both.filter((id) => core.kindsOf(id).includes('breakglass.used'));
  expect(used).toHaveLength(1);
  await end('emil', used[0]!);
  await reviewed(used[0]!);
});

test('"not justified" is on record and loud, and the buttons are gone', async () => {
  const requestId = await breakGlass();
  await becomes(core, requestId, 'active');
  await taskOf(requestId);
  const signedTwice = await Promise.all([
    core.reviewBreakGlass('deniz', requestId, 'not-justified', 'the runbook has another way'),
    core.reviewBreakGlass('deniz', requestId, 'justified'),
  ]);
  expect(signedTwice.map(({ outcome }) => outcome).toSorted()).toEqual(['done', 'refused']);
  await end('emil', requestId);
  await core.client.workflow.getHandle(breakGlassReviewId(requestId)).result();
  const verdict = core.ledger.entries({ requestId, kinds: ['breakglass.reviewed'] });
  expect(verdict).toHaveLength(1);
  expect(core.messenger.tasks(requestId)[0]?.outcome?.verdict).toBe(verdict[0]?.data['verdict']);
  expect(await core.reviewBreakGlass('deniz', requestId)).toMatchObject({ outcome: 'refused' });
});

test('"not justified" is told in the alarm channel, to security, and to the one who did it', async () => {
  const requestId = await breakGlass();
  await becomes(core, requestId, 'active');
  await taskOf(requestId);
  await core.reviewBreakGlass('deniz', requestId, 'not-justified', 'there is a runbook');
  await core.client.workflow.getHandle(breakGlassReviewId(requestId)).result();
  for (const channel of ['#oncall', '#security'])
    await soon(() =>
      expect(core.messenger.alarmsIn(channel)).toContainEqual(
        expect.objectContaining({
          key: `break-glass-not-justified:${requestId}`,
          text: expect.stringContaining('there is a runbook'),
        }),
      ),
    );
  expect(core.messenger.notices(requestId)).toContainEqual(
    expect.objectContaining({ kind: 'reviewed', note: 'there is a runbook' }),
  );
  await end('emil', requestId);
});

test('a review that the bot did not sign, or that says another break-glass, is none', async () => {
  const requestId = await breakGlass();
  await becomes(core, requestId, 'active');
  await taskOf(requestId);
  const other = await core.signer.sign({
    kind: 'breakGlassReview' as const,
    requestId: 'r-aaaaaaaaaaaaaaaa',
    by: chat('deniz'),
    verdict: 'justified' as const,
    note: '',
    at: new Date().toISOString(),
  });
  const forged = {
    statement: { ...other.statement, requestId },
    seal: other.seal,
  };
  expect(await core.desk.reviewBreakGlass(forged, 'click-1')).toMatchObject({
    outcome: 'refused',
    because: expect.stringContaining('another break-glass'),
  });
  expect(await core.desk.reviewBreakGlass({ ...forged, seal: 'a.b.c' }, 'click-2')).toMatchObject({
    outcome: 'refused',
  });
  expect(core.kindsOf(requestId)).not.toContain('breakglass.reviewed');
  await end('emil', requestId);
  await reviewed(requestId);
});

test('the review outlives a dead worker and an operator who ends it', async () => {
  const requestId = await breakGlass();
  await becomes(core, requestId, 'active');
  await taskOf(requestId);
  await end('emil', requestId);
  await core.client.workflow.getHandle(breakGlassReviewId(requestId)).terminate();
  // It blocks all the same, and asking again brings the task back.
  const blocked = await breakGlass('emil', 'another one');
  await becomes(core, blocked, 'refused');
  await eventually(
    () => core.messenger.tasks(requestId).length,
    (tasks) => tasks === 2,
  );
  await core.stopWorker();
  const waiting = core.reviewBreakGlass('deniz', requestId);
  await core.startWorker();
  // Done or pending, by how soon the worker is back; it was said once and counts.
  expect((await waiting).outcome).not.toBe('refused');
  await core.client.workflow.getHandle(breakGlassReviewId(requestId)).result();
  expect(core.messenger.tasks(requestId).at(-1)?.outcome).toBeDefined();
});
