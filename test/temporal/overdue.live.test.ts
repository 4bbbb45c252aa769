import { afterEach, expect, test } from '@jest/globals';
import { textIn } from '../../temporal/activities/facts';
import { becomes, eventually, type Core } from '../support/core';
import { eventually as soon } from '../support/eventually';
import { ended, liveGrant, mintedKey } from '../support/in-core';
import { inMemoryPager } from '../support/in-memory-pager';
import { useCore } from '../support/use-core';

let core: Core;
useCore((started) => {
  core = started;
});
afterEach(() => {
  core.aws.state.broken = undefined;
  core.messenger.state.down = undefined;
  core.deps.pagers = [];
});

const UNAVAILABLE = new Error('ServiceUnavailable: HTTP 503');

/** A grant with a session whose ending is late after about so many seconds, and late again. */
async function soonLate(about: { leftMs?: number } = {}) {
  core.deps.lateAfterMinutes = [0.02, 0.05];
  const grant = await liveGrant(core, about);
  core.deps.lateAfterMinutes = [2, 10, 30];
  const key = await mintedKey(core, grant);
  const pager = inMemoryPager('one');
  core.deps.pagers = [pager.pager];
  const incident = `overdue:${grant.requestId}`;
  return { ...grant, key, pager, once: [`paged ${incident}`, `resolved ${incident}`] };
}

test('an ending that is late is overdue: it alarms on-call and pages once, says what may be alive, and closes itself', async () => {
  const grant = await soonLate();
  const unreachable = inMemoryPager('another');
  unreachable.state.down = UNAVAILABLE;
  core.deps.pagers = [unreachable.pager, grant.pager.pager];
  core.aws.state.broken = { write: UNAVAILABLE };
  await core.stop('emil', grant.requestId, 'revoke', 'stolen');
  const alarms = () => core.messenger.alarms().filter(({ grantId }) => grantId === grant.grantId);
  const late = await eventually(alarms, (raised) => raised.length === 2);
  expect(late[0]?.text).toContain('written not yet, seen denied: not yet');
  expect(await core.stateOf(grant.requestId)).toBe('overdue');
  const [intended] = core.ledger.entries({ grantId: grant.grantId, kinds: ['mint.intended'] });
  const aliveUntil = intended ? textIn(intended, 'fence') : '';
  expect(late[0]?.text).toContain(`may be alive until ${aliveUntil} at the latest`);
  const [card] = await eventually(
    () => core.messenger.cards(grant.requestId),
    ([shown]) => shown?.state === 'overdue',
  );
  expect(card?.overdue).toMatchObject({ aliveUntil });
  expect(core.kindsOf(grant.requestId).filter((kind) => kind === 'alarm.raised')).toHaveLength(2);
  core.aws.state.broken = undefined;
  await becomes(core, grant.requestId, 'ended');
  unreachable.state.down = undefined;
  await ended(core, grant);
  expect(grant.pager.incidents).toEqual(grant.once);
  expect(unreachable.incidents.at(-1)).toBe(grant.once[1]);
  await soon(() =>
    expect(core.messenger.cards(grant.requestId)[0]).toMatchObject({ state: 'ended' }),
  );
  await soon(() => expect(core.messenger.cards(grant.requestId)[0]?.overdue).toBeUndefined());
  expect(alarms().at(-1)?.title).toMatch(/^Over: /);
  expect(core.kindsOf(grant.requestId)).toContain('alarm.cleared');
});

test('the worker is gone while it is overdue: afterwards it goes on, pages nobody again, and closes itself', async () => {
  const grant = await soonLate();
  core.aws.state.broken = { write: UNAVAILABLE };
  await core.stop('emil', grant.requestId, 'revoke', 'stolen');
  await eventually(
    () => core.kindsOf(grant.requestId),
    (kinds) => kinds.includes('alarm.paged'),
  );
  await core.stopWorker();
  core.aws.state.broken = undefined;
  await core.startWorker();
  await ended(core, grant);
  expect(core.aws.isAllowed(grant.key)).toBe(false);
  expect(grant.pager.incidents).toEqual(grant.once);
  expect(core.messenger.cards(grant.requestId)[0]).toMatchObject({ state: 'ended' });
});

test('a window that ran out and cannot be looked at is overdue, too, and says that its time is over', async () => {
  const grant = await soonLate({ leftMs: 10_000 });
  core.aws.state.broken = { look: UNAVAILABLE };
  await becomes(core, grant.requestId, 'overdue');
  const [card] = await eventually(
    () => core.messenger.cards(grant.requestId),
    ([shown]) => shown?.state === 'overdue',
  );
  expect(Date.parse(card?.overdue?.aliveUntil ?? '')).toBeLessThanOrEqual(Date.now());
  expect(core.aws.isAllowed(grant.key)).toBe(false);
  core.aws.state.broken = undefined;
  await ended(core, grant);
  expect(grant.pager.incidents).toEqual(grant.once);
});

test('chat and pager are down as well: access is taken back all the same, and nobody is left paged', async () => {
  const grant = await soonLate();
  core.aws.state.broken = { write: UNAVAILABLE };
  core.messenger.state.down = UNAVAILABLE;
  grant.pager.state.down = UNAVAILABLE;
  await core.stop('emil', grant.requestId, 'revoke', 'stolen');
  await becomes(core, grant.requestId, 'overdue');
  core.aws.state.broken = undefined;
  await becomes(core, grant.requestId, 'ended');
  expect(core.aws.isAllowed(grant.key)).toBe(false);
  core.messenger.state.down = undefined;
  grant.pager.state.down = undefined;
  await ended(core, grant);
  expect(grant.pager.incidents.at(-1)).toBe(grant.once[1]);
  await soon(() =>
    expect(core.messenger.cards(grant.requestId)[0]).toMatchObject({ state: 'ended' }),
  );
});
