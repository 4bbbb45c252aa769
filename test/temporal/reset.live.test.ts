import { expect, test } from '@jest/globals';
import { createActivities } from '../../temporal/activities';
import { becomes, chat, eventually, type Core } from '../support/core';
import { eventually as soon } from '../support/eventually';
import {
  approvedGrant,
  connectedReceiver,
  ended,
  liveGrant,
  runAnew,
  waitingRequest,
} from '../support/in-core';
import { useCore } from '../support/use-core';

let core: Core;
useCore((started) => {
  core = started;
});

const states = (requestId: string) => core.messenger.cards(requestId).map(({ state }) => state);
const kindsTold = (requestId: string) => core.messenger.notices(requestId).map(({ kind }) => kind);

test('what it had posted is found and goes on being repainted', async () => {
  const grant = await liveGrant(core);
  const { requestId } = grant;
  await eventually(
    () => kindsTold(requestId).length,
    (count) => count === 1,
  );
  await runAnew(core, requestId);
  await becomes(core, requestId, 'active');
  await core.stop('emil', requestId, 'revoke', 'incident');
  await ended(core, grant);
  expect(states(requestId)).toEqual(['ended']);
  await soon(() =>
    expect(core.messenger.notices(requestId)).toEqual([
      expect.objectContaining({ kind: 'active', state: 'ended' }),
      expect.objectContaining({ kind: 'ended', how: 'revoke' }),
    ]),
  );
});

test('what reviewers said before counts again: nobody is asked twice, and the window stays', async () => {
  const grant = await approvedGrant(core);
  const { requestId } = grant;
  const until = (await core.desk.request(requestId))?.until;
  await runAnew(core, requestId);
  await becomes(core, requestId, 'active');
  expect(await core.desk.request(requestId)).toMatchObject({ grantId: grant.grantId, until });
  // Its terminal is connected again, and works: the votes are there.
  const { mint } = await connectedReceiver(core, grant);
  expect(await mint()).toMatchObject({ outcome: 'done' });
  await core.stop('ada', requestId, 'end');
  await ended(core, grant);
  expect(states(requestId)).toEqual(['ended']);
  expect(kindsTold(requestId).toSorted()).toEqual(['active', 'ended', 'waiting']);
});

test('reset without what was said: it waits for reviewers again, and said again it is the same window', async () => {
  const grant = await approvedGrant(core);
  const { requestId } = grant;
  const until = (await core.desk.request(requestId))?.until;
  await runAnew(core, requestId, true);
  await becomes(core, requestId, 'waiting');
  await core.review('carla', requestId);
  await becomes(core, requestId, 'active');
  expect((await core.desk.request(requestId))?.until).toBe(until);
  await core.stop('ada', requestId, 'end');
  await ended(core, grant);
});

test('reset after it was revoked: the record says who ended it, and it stays ended', async () => {
  const grant = await approvedGrant(core);
  const { requestId } = grant;
  await core.stop('emil', requestId, 'revoke', 'incident');
  await ended(core, grant);
  const before = core.kindsOf(requestId);
  await runAnew(core, requestId);
  await ended(core, grant);
  expect(core.kindsOf(requestId)).toEqual(before);
  expect(states(requestId)).toEqual(['ended']);
  const last = core.messenger.notices(requestId).filter(({ kind }) => kind === 'ended');
  expect(last).toEqual([expect.objectContaining({ how: 'revoke', reason: 'incident' })]);
});

test('reset when its end was on record already: the message that it was there loses its buttons, too', async () => {
  const grant = await approvedGrant(core);
  const { requestId } = grant;
  await eventually(
    () => kindsTold(requestId),
    (kinds) => kinds.includes('active'),
  );
  await createActivities(core.deps).askEnd({ requestId, how: 'end' });
  await runAnew(core, requestId);
  await ended(core, grant);
  expect(states(requestId)).toEqual(['ended']);
  expect(core.messenger.notices(requestId).filter(({ kind }) => kind === 'active')).toEqual([
    expect.objectContaining({ state: 'ended' }),
  ]);
});

test('reset after it came to nothing: it comes to nothing again, in the same words', async () => {
  const requestId = await waitingRequest(core);
  await core.review('carla', requestId, 'deny', { reason: 'not now' });
  await ended(core, { requestId, grantId: '' });
  await runAnew(core, requestId);
  await ended(core, { requestId, grantId: '' });
  expect(states(requestId)).toEqual(['denied']);
  expect(kindsTold(requestId).toSorted()).toEqual(['denied', 'waiting']);
  expect(core.messenger.notices(requestId).find(({ kind }) => kind === 'denied')).toMatchObject({
    by: chat('carla'),
    reason: 'not now',
  });
  expect(core.kindsOf(requestId)).not.toContain('request.refused');
});

test('withdrawn in the second run, the grant of the first is found and taken back', async () => {
  const { requestId } = await approvedGrant(core);
  await runAnew(core, requestId, true);
  await becomes(core, requestId, 'waiting');
  await core.stop('ada', requestId, 'withdraw');
  await ended(core, { requestId, grantId: '' });
  await createActivities(core.deps).lookForLost();
  await core.client.workflow.getHandle(`sweep-${requestId}`).result();
  expect(core.kindsOf(requestId)).toContain('grant.ended');
  await soon(() =>
    expect(core.messenger.notices(requestId).find(({ kind }) => kind === 'active')).toMatchObject({
      state: 'ended',
    }),
  );
});
