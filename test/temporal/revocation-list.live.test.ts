import { expect, test } from '@jest/globals';
import { createActivities } from '../../temporal/activities';
import { eventually, type Core } from '../support/core';
import { ended, liveGrant, mintedKey, type LiveGrant } from '../support/in-core';
import { useCore } from '../support/use-core';

const ROLE = 'arn:aws:iam::111111111111:role/jit/target/dev-readonly';
let core: Core;
useCore((started) => {
  core = started;
});

async function grants(count: number): Promise<{ grant: LiveGrant; key: string }[]> {
  const made: { grant: LiveGrant; key: string }[] = [];
  for (let index = 0; index < count; index += 1) {
    const grant = await liveGrant(core);
    made.push({ grant, key: await mintedKey(core, grant) });
  }
  return made;
}

test('cuts that come together are all kept, in fewer writes than cuts', async () => {
  const all = await grants(6);
  const before = core.aws.state.writes;
  await Promise.all(
    all.map(({ grant }) => core.stop('emil', grant.requestId, 'revoke', 'incident')),
  );
  await Promise.all(all.map(({ grant }) => ended(core, grant)));
  expect(all.filter(({ key }) => core.aws.isAllowed(key))).toEqual([]);
  expect(core.aws.listOf(ROLE)).toEqual(
    expect.arrayContaining(all.map(({ grant }) => grant.grantId)),
  );
  expect(core.aws.state.writes - before).toBeLessThan(all.length);
});

test('the list workflow is terminated and starts anew: no cut that is still needed is lost', async () => {
  const [first] = await grants(1);
  await core.stop('emil', first?.grant.requestId ?? '', 'revoke', 'incident');
  await ended(core, first?.grant ?? { requestId: '', grantId: '' });
  await core.client.workflow
    .getHandle('revocations-111111111111-dev-readonly')
    .terminate('by an operator');
  const [second] = await grants(1);
  await core.stop('emil', second?.grant.requestId ?? '', 'revoke', 'incident');
  await ended(core, second?.grant ?? { requestId: '', grantId: '' });
  expect(core.aws.listOf(ROLE)).toEqual(
    expect.arrayContaining([first?.grant.grantId, second?.grant.grantId]),
  );
});

test('the request’s own workflow is terminated: on-call still cuts the grant, through the role’s list', async () => {
  const [made] = await grants(1);
  const { requestId, grantId } = made?.grant ?? { requestId: '', grantId: '' };
  await core.client.workflow.getHandle(`access-${requestId}`).terminate('by mistake');
  await core.stop('emil', requestId, 'revoke', 'incident');
  await eventually(
    () => core.aws.isAllowed(made?.key ?? ''),
    (allowed) => !allowed,
  );
  expect(
    core.ledger.entries({ grantId, kinds: ['end.asked', 'end.written'] }).map(({ kind }) => kind),
  ).toEqual(['end.asked', 'end.written']);
});

test('an entry leaves the list once its last session has long ended, and one that nobody knows never does', async () => {
  const target = { arn: ROLE, accountId: '111111111111', region: 'eu-central-1' };
  const [made] = await grants(1);
  const { requestId, grantId } = made?.grant ?? { requestId: '', grantId: '' };
  await core.stop('emil', requestId, 'revoke', 'incident');
  await ended(core, { requestId, grantId });
  await core.aws.revocations.write(target, [{ grantId: 'g-unknownaaa', lastFence: '' }]);
  const inMinutes = (minutes: number) =>
    createActivities({ ...core.deps, now: () => new Date(Date.now() + minutes * 60_000) });
  await inMinutes(29).writeRevocations({ target, entries: [] });
  expect(core.aws.listOf(ROLE)).toContain(grantId);
  await inMinutes(31).writeRevocations({ target, entries: [] });
  expect(core.aws.listOf(ROLE)).toEqual(['g-unknownaaa']);
});

test('on-call is told once when a list is nearly full, and when it is so no more', async () => {
  const said = () =>
    core.messenger.alarms().filter(({ key }) => key.startsWith(`list-nearly-full:${ROLE}:`));
  const cutOne = async () => {
    const [made] = await grants(1);
    const grant = made?.grant ?? { requestId: '', grantId: '' };
    await core.stop('emil', grant.requestId, 'revoke', 'incident');
    await ended(core, grant);
  };
  core.aws.state.usedCharacters = 8_192;
  await cutOne();
  const [raised] = await eventually(said, (alarms) => alarms.length === 1);
  expect(raised?.title).toBe('The revocation list of dev-readonly is 80 % full');
  core.aws.state.usedCharacters = 9_000;
  await cutOne();
  core.aws.state.usedCharacters = 8_191;
  await cutOne();
  const all = await eventually(said, (alarms) => alarms.length > 1);
  expect(all.map(({ title }) => title)).toEqual([raised?.title, `Over: ${raised?.title}`]);
});

test('somebody takes an entry out of the list: it is found, written anew and told, once', async () => {
  const [made] = await grants(1);
  const { requestId, grantId } = made?.grant ?? { requestId: '', grantId: '' };
  await core.stop('emil', requestId, 'revoke', 'incident');
  await ended(core, made?.grant ?? { requestId: '', grantId: '' });
  core.aws.forget(ROLE, grantId);
  expect(core.aws.isAllowed(made?.key ?? '')).toBe(true);
  const { compareLists } = createActivities(core.deps);
  const [alarm, ...more] = await compareLists();
  expect(alarm?.text).toContain(grantId);
  expect(more).toEqual([]);
  await eventually(
    () => core.aws.isAllowed(made?.key ?? ''),
    (allowed) => !allowed,
  );
  expect(await compareLists()).toEqual([]);
  const found = core.ledger.entries({ kinds: ['drift.found'] });
  expect(found.map(({ data }) => data['missing'])).toEqual([[grantId]]);
});
