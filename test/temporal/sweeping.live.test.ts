import { afterEach, expect, test } from '@jest/globals';
import { createActivities } from '../../temporal/activities';
import { ensureSchedules } from '../../temporal/schedules';
import { shownQuery } from '../../temporal/workflows/protocol';
import { becomes, chat, eventually, type Core } from '../support/core';
import {
  connectedReceiver,
  ended,
  liveGrant,
  mintedKey,
  runAnew,
  waitingRequest,
} from '../support/in-core';
import { inMemoryPager } from '../support/in-memory-pager';
import { useCore } from '../support/use-core';

let core: Core;
useCore((started) => {
  core = started;
});
afterEach(() => {
  core.switches.behindMs = 0;
});

const story = (requestId: string) => core.client.workflow.getHandle(`access-${requestId}`);
const sweep = () => createActivities(core.deps).lookForLost();
const swept = (requestId: string) => core.client.workflow.getHandle(`sweep-${requestId}`).result();
const endings = (requestId: string) =>
  core
    .kindsOf(requestId)
    .filter((kind) => kind.startsWith('end.') || kind === 'grant.ended')
    .toSorted();
const alarms = (requestId: string) =>
  core.messenger.alarms().filter((alarm) => alarm.requestId === requestId);

test('an operator terminates the workflow of a live grant: it is found, taken back and told', async () => {
  const grant = await liveGrant(core);
  const key = await mintedKey(core, grant);
  await story(grant.requestId).terminate('by mistake');
  await sweep();
  await swept(grant.requestId);
  expect(core.aws.isAllowed(key)).toBe(false);
  expect(endings(grant.requestId)).toEqual([
    'end.asked',
    'end.observed',
    'end.written',
    'grant.ended',
  ]);
  expect(core.messenger.cards(grant.requestId)[0]?.state).toBe('ended');
  const notices = core.messenger.notices(grant.requestId);
  expect(notices.find(({ kind }) => kind === 'active')).toMatchObject({ state: 'ended' });
  expect(notices.filter(({ kind }) => kind === 'ended')).toEqual([
    expect.objectContaining({
      how: 'lost',
      statement: expect.stringMatching(/workflow was stopped.*Seen denied/),
    }),
  ]);
  expect(alarms(grant.requestId)).toHaveLength(1);
});

test('what is swept twice is swept once', async () => {
  const grant = await liveGrant(core);
  await story(grant.requestId).terminate('by mistake');
  await Promise.all([sweep(), sweep()]);
  await swept(grant.requestId);
  await sweep();
  expect(endings(grant.requestId)).toEqual(['end.asked', 'end.observed', 'grant.ended']);
  expect(alarms(grant.requestId)).toHaveLength(1);
});

test('swept while it ran again after all, it is swept anew when it is terminated anew', async () => {
  const grant = await liveGrant(core);
  await core.deps.startSweep(grant.requestId, 'open');
  await swept(grant.requestId);
  expect(endings(grant.requestId)).toEqual([]);
  await story(grant.requestId).terminate('by mistake');
  await sweep();
  await swept(grant.requestId);
  expect(endings(grant.requestId)).toEqual(['end.asked', 'end.observed', 'grant.ended']);
});

test('terminated while it was late: what it had raised and paged is closed', async () => {
  const { pager, incidents } = inMemoryPager('pager');
  const { lateAfterMinutes } = core.deps;
  core.deps.pagers = [pager];
  core.deps.lateAfterMinutes = [0.02];
  const grant = await liveGrant(core);
  await mintedKey(core, grant);
  core.aws.state.broken = { write: new Error('ServiceUnavailable') };
  const { requestId } = grant;
  await core.stop('emil', requestId, 'revoke', 'incident');
  await eventually(
    () => alarms(requestId).length + incidents.length,
    (told) => told === 2,
  );
  await story(requestId).terminate('by mistake');
  core.deps.lateAfterMinutes = lateAfterMinutes;
  core.aws.state.broken = undefined;
  await sweep();
  await swept(requestId);
  core.deps.pagers = [];
  expect(incidents).toEqual([`paged overdue:${requestId}`, `resolved overdue:${requestId}`]);
  expect(alarms(requestId).map(({ title }) => title.slice(0, 5))).toContain('Over:');
});

test('terminated while it was being taken back: the sweep goes on from what is on record', async () => {
  const grant = await liveGrant(core);
  const key = await mintedKey(core, grant);
  core.aws.state.broken = { write: new Error('ServiceUnavailable') };
  await core.stop('emil', grant.requestId, 'revoke', 'incident');
  await eventually(
    () => core.kindsOf(grant.requestId),
    (kinds) => kinds.includes('end.asked'),
  );
  await story(grant.requestId).terminate('by mistake');
  await sweep();
  core.aws.state.broken = undefined;
  await swept(grant.requestId);
  expect(core.aws.isAllowed(key)).toBe(false);
  const asked = core.ledger.entries({ requestId: grant.requestId, kinds: ['end.asked'] });
  expect(asked.map(({ data }) => data['how'])).toEqual(['revoke']);
});

test('a message that is posted in the very moment in which its workflow is terminated is found, too', async () => {
  const { messenger } = core.deps;
  let terminated = (): void => undefined;
  const after = new Promise<void>((resolve) => {
    terminated = resolve;
  });
  core.deps.messenger = {
    ...messenger,
    tell: async (to, notice) => {
      const at = await messenger.tell(to, notice);
      // It stands in the chat, and nobody notes where any more.
      if (notice.kind === 'active') await after;
      return at;
    },
  };
  const grant = await liveGrant(core);
  const active = () =>
    core.messenger.notices(grant.requestId).filter(({ kind }) => kind === 'active');
  await eventually(active, ({ length }) => length === 1);
  await story(grant.requestId).terminate('by mistake');
  terminated();
  core.deps.messenger = messenger;
  await sweep();
  await swept(grant.requestId);
  expect(active()).toEqual([expect.objectContaining({ state: 'ended' })]);
});

test('found after the window was over: AWS had ended it, nothing is written', async () => {
  const grant = await liveGrant(core, { leftMs: 10_000 });
  const key = await mintedKey(core, grant);
  await story(grant.requestId).terminate('by mistake');
  await eventually(
    () => core.aws.isAllowed(key),
    (allowed) => !allowed,
  );
  await sweep();
  await swept(grant.requestId);
  expect(endings(grant.requestId)).toEqual(['end.asked', 'end.observed', 'grant.ended']);
});

test('terminated before anybody decided: the request is closed, and its card has no buttons any more', async () => {
  const requestId = await waitingRequest(core);
  await eventually(
    () => story(requestId).query(shownQuery),
    (shown) => shown.length === 2,
  );
  await story(requestId).terminate('by mistake');
  await sweep();
  expect(core.kindsOf(requestId)).not.toContain('request.expired');
  // A minute later the engine has no excuse.
  core.switches.behindMs = -61_000;
  await sweep();
  await swept(requestId);
  expect(core.kindsOf(requestId)).toContain('request.expired');
  expect(core.kindsOf(requestId)).not.toContain('grant.activated');
  expect(core.messenger.cards(requestId)[0]?.state).toBe('expired');
  expect(core.messenger.notices(requestId).find(({ kind }) => kind === 'waiting')).toMatchObject({
    outcome: 'expired',
  });
});

test('terminated before it had said a word: the requester is told all the same, once', async () => {
  core.switches.directoryDown = true;
  const requestId = await core.request('ada', 'staging-admin');
  await eventually(
    () => core.kindsOf(requestId),
    (kinds) => kinds.includes('request.opened'),
  );
  await story(requestId).terminate('by mistake');
  core.switches.directoryDown = false;
  core.switches.behindMs = -61_000;
  await sweep();
  await swept(requestId);
  expect(core.kindsOf(requestId)).toContain('request.expired');
  expect(core.messenger.cards(requestId)).toEqual([]);
  expect(core.messenger.notices(requestId)).toEqual([
    expect.objectContaining({
      kind: 'refused',
      because: expect.stringContaining('workflow was stopped'),
    }),
  ]);
});

test.each([
  ['withdrawn', 'request.withdrawn', {}],
  ['denied', 'request.denied', { by: chat('carla'), reason: 'not today' }],
  ['ended', 'grant.ended', { how: 'revoke', by: chat('emil'), reason: 'incident' }],
] as const)(
  'terminated between its end and the message that tells of it: %s is told all the same, once',
  async (kind, onRecord, said) => {
    const { messenger } = core.deps;
    core.deps.messenger = {
      ...messenger,
      tell: async (to, notice) => {
        if (notice.kind === kind) throw new Error('the chat is down');
        return messenger.tell(to, notice);
      },
    };
    const requestId = await waitingRequest(core);
    if (kind === 'withdrawn') await core.stop('ada', requestId, 'withdraw');
    else if (kind === 'denied')
      await core.review('carla', requestId, 'deny', { reason: 'not today' });
    else {
      await core.review('carla', requestId);
      await becomes(core, requestId, 'active');
      await core.stop('emil', requestId, 'revoke', 'incident');
    }
    await eventually(
      () => core.kindsOf(requestId),
      (kinds) => kinds.includes(onRecord),
    );
    await story(requestId).terminate('by mistake');
    core.deps.messenger = messenger;
    // A try that was on its way then is over.
    core.switches.behindMs = -16_000;
    await sweep();
    await swept(requestId);
    await sweep();
    const notices = core.messenger.notices(requestId);
    expect(notices.filter((notice) => notice.kind === kind)).toEqual([
      expect.objectContaining(said),
    ]);
    expect(notices.find((notice) => notice.kind === 'waiting')).toHaveProperty('outcome');
    expect(core.messenger.cards(requestId)[0]?.state).toBe(kind);
    expect(alarms(requestId)).toEqual([]);
  },
);

test('what came to its own end, and was told, is not swept', async () => {
  const requestId = await waitingRequest(core);
  await core.stop('ada', requestId, 'withdraw');
  await story(requestId).result();
  await sweep();
  await expect(swept(requestId)).rejects.toThrow(/not found/i);
});

test('whatever runs is left alone', async () => {
  const [live, waiting] = [await liveGrant(core), await core.request('ada', 'staging-admin')];
  await becomes(core, waiting, 'waiting');
  core.switches.behindMs = -61_000;
  await sweep();
  core.switches.behindMs = 0;
  for (const requestId of [live.requestId, waiting])
    await expect(swept(requestId)).rejects.toThrow(/not found/i);
  expect(await core.stateOf(live.requestId)).toBe('active');
});

test('an operator resets the workflow of a live grant: it is one grant still, with one window, and ends', async () => {
  const grant = await liveGrant(core);
  const { mint } = await connectedReceiver(core, grant);
  await mint();
  const until = (await core.desk.request(grant.requestId))?.until;
  await runAnew(core, grant.requestId);
  await becomes(core, grant.requestId, 'active');
  await sweep();
  expect(await core.desk.request(grant.requestId)).toMatchObject({ grantId: grant.grantId, until });
  await core.stop('emil', grant.requestId, 'revoke', 'incident');
  await ended(core, grant);
  const kinds = core.kindsOf(grant.requestId);
  for (const once of ['request.opened', 'grant.opened', 'grant.activated', 'grant.ended'])
    expect(kinds.filter((kind) => kind === once)).toHaveLength(1);
});

test('the schedule looks by itself', async () => {
  await ensureSchedules(core.client, core.taskQueue);
  const grant = await liveGrant(core);
  await story(grant.requestId).terminate('by mistake');
  await core.client.schedule.getHandle('curfew-find-lost').trigger();
  const kinds = await eventually(
    () => endings(grant.requestId),
    (seen) => seen.includes('grant.ended'),
  );
  expect(kinds).toEqual(['end.asked', 'end.observed', 'grant.ended']);
});
