import { expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { changedExample } from '../support/changed-example';
import { becomes, eventually, startCore, type Core } from '../support/core';
import { connectedReceiver, ended, liveGrant, type LiveGrant } from '../support/in-core';
import { useCore } from '../support/use-core';

let core: Core;
let env: TestWorkflowEnvironment;
let folder: string;
useCore((started, engine, where) => {
  core = started;
  env = engine;
  folder = where;
});

const viewOf = (requestId: string) => core.desk.request(requestId);
const grantOf = async (requestId: string): Promise<LiveGrant> => {
  await becomes(core, requestId, 'active');
  return { requestId, grantId: (await viewOf(requestId))?.grantId ?? '' };
};
const cardShown = (requestId: string) =>
  eventually(
    () => core.messenger.cards(requestId)[0],
    (card) => card?.state === 'waiting',
  );
/** Of Ada's, on a role that one owner approves. */
const approved = async (extending = '', reviewer = 'carla'): Promise<LiveGrant> => {
  const requestId = await core.request('ada', 'staging-admin', { extending });
  await cardShown(requestId);
  await core.review(reviewer, requestId);
  return grantOf(requestId);
};
const extended = async (first: LiveGrant, minutes = 60): Promise<LiveGrant> =>
  grantOf(await core.request('ada', 'dev-readonly', { extending: first.requestId, minutes }));
const end = async (grant: LiveGrant, how: 'end' | 'revoke' = 'end') => {
  await core.stop(how === 'end' ? 'ada' : 'emil', grant.requestId, how);
  await ended(core, grant);
};
const refusalOf = async (requestId: string) => {
  await becomes(core, requestId, 'refused');
  const notices = await eventually(
    () => core.messenger.notices(requestId),
    (all) => all.length > 0,
  );
  return JSON.stringify(notices);
};

test('an extension is another grant: the terminal goes on by itself, and each ends when it was going to', async () => {
  const first = await liveGrant(core);
  const until = (await viewOf(first.requestId))?.until;
  const terminal = await connectedReceiver(core, first);
  expect(await terminal.mint()).toMatchObject({ issued: { grantId: first.grantId } });

  const second = await extended(first);
  expect((await viewOf(first.requestId))?.until).toBe(until);
  expect(core.messenger.cards(second.requestId)[0]?.extends).toEqual({
    grantId: first.grantId,
    until,
  });
  // The terminal asks for the grant that it was connected to, and gets a session of the longer one.
  const renewed = await terminal.mint();
  expect(renewed).toMatchObject({ issued: { grantId: second.grantId } });
  expect((await core.desk.current(first.grantId))?.grantId).toBe(second.grantId);
  const [minted] = core.ledger.entries({ grantId: second.grantId, kinds: ['mint.done'] });
  expect(minted?.actor).toBe('00uada00000000000001');

  await end(first);
  const notice = core.messenger.notices(first.requestId).find(({ kind }) => kind === 'ended');
  expect(notice).toMatchObject({ goesOnUntil: (await viewOf(second.requestId))?.until });
  expect(await terminal.mint()).toMatchObject({ issued: { grantId: second.grantId } });
  await end(second);
  expect(await terminal.mint()).toMatchObject({ outcome: 'refused' });
  expect(
    core.messenger.notices(second.requestId).find(({ kind }) => kind === 'ended'),
  ).not.toHaveProperty('goesOnUntil');
});

test('ending or revoking the extension ends that one; the first goes on to its own end', async () => {
  const first = await liveGrant(core);
  const terminal = await connectedReceiver(core, first);
  const second = await extended(first);
  expect(await terminal.mint()).toMatchObject({ issued: { grantId: second.grantId } });
  await end(second, 'revoke');
  expect(await core.stateOf(first.requestId)).toBe('active');
  expect(await terminal.mint()).toMatchObject({ issued: { grantId: first.grantId } });
  await end(first);
});

test('an extension of an extension carries over, too', async () => {
  const first = await liveGrant(core);
  const terminal = await connectedReceiver(core, first);
  const second = await extended(first, 60);
  const third = await extended(second, 90);
  expect(await terminal.mint()).toMatchObject({ issued: { grantId: third.grantId } });
  await end(third);
  expect(await terminal.mint()).toMatchObject({ issued: { grantId: second.grantId } });
  await end(second);
  await end(first);
});

test('it is decided by the same rules, with its own reviewers; approved after the first has ended it needs no new Connect', async () => {
  const first = await approved();
  const terminal = await connectedReceiver(core, first);
  const requestId = await core.request('ada', 'staging-admin', { extending: first.requestId });
  await cardShown(requestId);
  expect(await core.review('ada', requestId)).toMatchObject({ outcome: 'refused' });
  await end(first);
  expect(await terminal.mint()).toMatchObject({ outcome: 'refused' });
  await core.review('carla', requestId);
  const second = await grantOf(requestId);
  expect(await terminal.mint()).toMatchObject({ issued: { grantId: second.grantId } });
  await end(second);
});

test('denied, withdrawn, too long or expired, it leaves the first as it was', async () => {
  const first = await approved();
  const before = await viewOf(first.requestId);
  const ask = (minutes = 30) =>
    core.request('ada', 'staging-admin', { extending: first.requestId, minutes });
  const denied = await ask();
  await cardShown(denied);
  await core.review('carla', denied, 'deny', { reason: 'enough for today' });
  await becomes(core, denied, 'denied');
  const withdrawn = await ask();
  await cardShown(withdrawn);
  await core.stop('ada', withdrawn, 'withdraw');
  await becomes(core, withdrawn, 'withdrawn');
  expect(await refusalOf(await ask(241))).toContain('Ask for 4 h or less');
  expect(await viewOf(first.requestId)).toEqual(before);
  await end(first);

  const config = changedExample(folder, (text) => text.replaceAll('expire: 30m', 'expire: 5s'));
  const short = await startCore({ env, folder, config });
  const live = await short.request('ada', 'staging-admin');
  await eventually(
    () => short.messenger.cards(live)[0],
    (card) => card?.state === 'waiting',
  );
  await short.review('carla', live);
  await becomes(short, live, 'active');
  const mine = await short.desk.request(live);
  const lapsed = await short.request('ada', 'staging-admin', { extending: live });
  await becomes(short, lapsed, 'expired');
  expect(await short.desk.request(live)).toEqual(mine);
  await short.close();
});

test('what is over, somebody else’s, on another role, or asked by break-glass is not extended', async () => {
  const first = await liveGrant(core);
  const ask = (who: string, role: string, more = {}) =>
    core.request(who, role, { extending: first.requestId, ...more });
  expect(await refusalOf(await ask('ben', 'dev-readonly'))).toContain('somebody else’s');
  expect(await refusalOf(await ask('ada', 'staging-admin'))).toContain('is on dev-readonly');
  await end(first);
  expect(await refusalOf(await ask('ada', 'dev-readonly'))).toContain('is over');
  const unknown = { extending: 'r-aaaaaaaaaaaaaaaa' };
  expect(await refusalOf(await ask('ada', 'dev-readonly', unknown))).toContain('no grant');
  const emils = await core.request('emil', 'prod-admin', { breakGlass: true });
  await becomes(core, emils, 'active');
  const more = await core.request('emil', 'prod-admin', { breakGlass: true, extending: emils });
  expect(await refusalOf(more)).toContain('Nothing is extended by break-glass');
});

test('what was revoked meanwhile does not go on, though somebody approves the extension', async () => {
  const first = await approved();
  const requestId = await core.request('ada', 'staging-admin', { extending: first.requestId });
  await cardShown(requestId);
  await end(first, 'revoke');
  await core.review('carla', requestId);
  await becomes(core, requestId, 'ended');
  expect(core.kindsOf(requestId)).not.toContain('grant.activated');
  const told = await eventually(
    () => JSON.stringify(core.messenger.notices(requestId)),
    (notices) => notices.includes('"ended"'),
  );
  expect(told).toContain('was revoked since');
});

test('a workflow that carries over another terminal than the chain’s gets nothing', async () => {
  const first = await liveGrant(core);
  const second = await extended(first);
  const benRequest = await core.request('ben', 'dev-readonly');
  const bens = await connectedReceiver(core, await grantOf(benRequest), 'ben');
  const carried = { receiver: bens.receiver, seal: bens.connectSeal };
  const call = core.client.workflow
    .getHandle(`access-${second.requestId}`)
    .executeUpdate('issueCredentials', { args: [{ proof: await bens.proof(), carried }] });
  await expect(call).rejects.toMatchObject({
    cause: { message: expect.stringContaining('given for other keys') },
  });
  expect(core.ledger.entries({ grantId: second.grantId, kinds: ['mint.intended'] })).toEqual([]);
  await end(second);
  await end(first);
});
