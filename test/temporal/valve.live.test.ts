import { beforeEach, expect, jest, test } from '@jest/globals';
import type { RoleSessions } from '../../access/session';
import { createActivities } from '../../temporal/activities';
import { eventually, type Core } from '../support/core';
import { connectedReceiver, ended, liveGrant, mintedKey, type LiveGrant } from '../support/in-core';
import { useCore } from '../support/use-core';

/** Each valve takes AWS's clock 5 s; a busy machine takes its time beside it. */
jest.setTimeout(180_000);

const ROLE = 'arn:aws:iam::111111111111:role/jit/target/dev-readonly';
const LIST = 'revocations-111111111111-dev-readonly';
const target = { arn: ROLE, accountId: '111111111111', region: 'eu-central-1' };

let core: Core;
useCore((started) => {
  core = started;
});
/** From here on nothing more fits beside what stands there. */
const fillList = () => {
  core.aws.state.capacity = core.aws.listOf(ROLE).length;
};
beforeEach(() => {
  core.aws.state.capacity = Infinity;
  core.aws.state.propagated = true;
});

const revoke = (grant: LiveGrant) => core.stop('emil', grant.requestId, 'revoke', 'incident');
const valves = (kind: 'asked' | 'fixed' | 'written' | 'passed' | 'seen' | 'observed') =>
  core.ledger.entries({ kinds: [`valve.${kind}`] });
const latest = (kind: Parameters<typeof valves>[0]) => valves(kind).at(-1);
const textOf = (kind: Parameters<typeof valves>[0], name: string): string => {
  const text = latest(kind)?.data[name];
  return typeof text === 'string' ? text : '';
};
const endOf = (grant: LiveGrant) =>
  core.ledger.entries({ grantId: grant.grantId, kinds: ['end.observed'] })[0];
const alarmsOf = (valve: string) =>
  core.messenger
    .alarms()
    .filter(({ key }) => [`valve:${valve}`, `valve:${valve}:cleared`].includes(key));

/** A valve that AWS does not follow yet, and the grant that it covers. */
async function writtenNotSeen(): Promise<LiveGrant> {
  const cut = await liveGrant(core);
  await mintedKey(core, cut);
  fillList();
  core.aws.state.propagated = false;
  const before = valves('written').length;
  await revoke(cut);
  await eventually(
    () => valves('written'),
    (all) => all.length > before,
  );
  return cut;
}

test('a full list: everything older is cut and seen denied, and live grants of others go on by themselves', async () => {
  const [cut, live] = [await liveGrant(core), await liveGrant(core, { who: 'ben' })];
  const key = await mintedKey(core, cut);
  const terminal = await connectedReceiver(core, live, 'ben');
  const old = await terminal.mint();
  fillList();
  await revoke(cut);
  await ended(core, cut);

  const at = textOf('written', 'issuedBefore');
  expect(core.aws.issuedBeforeOn(ROLE)).toEqual([at]);
  expect(core.aws.isAllowed(key)).toBe(false);
  expect(endOf(cut)?.data['statement']).toMatch(
    new RegExp(`^Seen denied at STS in eu-central-1 .* everything was cut .* before ${at}`),
  );
  expect(endOf(cut)?.seq).toBeGreaterThan(latest('seen')?.seq ?? Infinity);

  if (old.outcome !== 'done') throw new Error(old.because);
  expect(core.aws.isAllowed(old.issued.accessKeyId)).toBe(false);
  expect((await core.desk.current(live.grantId))?.reissueAfter).toBe(at);
  const next = await eventually(
    () => terminal.mint(),
    ({ outcome }) => outcome === 'done',
  );
  if (next.outcome !== 'done') throw new Error(next.because);
  expect(next.issued.accessKeyId).not.toBe(old.issued.accessKeyId);
  expect(core.aws.isAllowed(next.issued.accessKeyId)).toBe(true);
  expect(await core.stateOf(live.requestId)).toBe('active');

  const told = await eventually(
    () => alarmsOf(textOf('asked', 'valve')),
    (alarms) => alarms.length === 2,
  );
  expect(told.map(({ title }) => title)).toEqual([
    "The revocation list of dev-readonly is full: everybody's sessions on it were cut",
    expect.stringMatching(/^Over: /),
  ]);
});

test('a grant that mints after it has an entry of its own again when it ends', async () => {
  const grant = await liveGrant(core);
  const key = await mintedKey(core, grant);
  const before = valves('asked').length;
  await revoke(grant);
  await ended(core, grant);
  expect(core.aws.isAllowed(key)).toBe(false);
  expect(core.aws.listOf(ROLE)).toContain(grant.grantId);
  expect(endOf(grant)?.data['statement']).not.toContain('everything');
  expect(valves('asked')).toHaveLength(before);
});

test('a mint that stalls in STS while the valve opens is handed to nobody, and mints wait meanwhile', async () => {
  const signed = await core.signRequest('ada', 'dev-readonly');
  await core.desk.open(signed);
  const { requestId } = signed.statement.request;
  await eventually(
    () => core.stateOf(requestId),
    (state) => state === 'active',
  );
  const live = { requestId, grantId: (await core.desk.request(requestId))?.grantId ?? '' };
  const { receiver, connectSeal, proof } = await connectedReceiver(core, live);
  const order = { requestSeal: signed.seal, reviewSeals: [], connectSeal, receiver };

  let release = (): void => undefined;
  const stalled: RoleSessions = {
    async mint(minted) {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return core.aws.roleSessions.mint(minted);
    },
  };
  const zombie = createActivities({ ...core.deps, sessions: stalled }).mint({
    ...order,
    proof: await proof(),
  });
  const failed = zombie.catch((error: unknown) => error);
  await eventually(
    () => core.ledger.entries({ grantId: live.grantId, kinds: ['mint.intended'] }),
    (intents) => intents.length === 1,
  );
  const cut = await liveGrant(core);
  await mintedKey(core, cut);
  fillList();
  await revoke(cut);
  await eventually(
    () => valves('asked'),
    (all) => all.length > valves('passed').length,
  );
  await expect(
    createActivities(core.deps).mint({ ...order, proof: await proof() }),
  ).rejects.toThrow(/asks for a pause/);
  await ended(core, cut);
  release();
  expect(await failed).toMatchObject({ message: expect.stringMatching(/asks for a pause/) });
  expect(core.ledger.entries({ grantId: live.grantId, kinds: ['mint.done'] })).toEqual([]);
  const thrownAway = core.ledger
    .entries({ grantId: live.grantId, kinds: ['probe.canaries'] })
    .filter(({ data }) => JSON.stringify(data).includes('thrown away'));
  expect(thrownAway.map(({ data }) => data['accessKeyIds'])).toContainEqual([
    core.aws.sessionsOf(live.grantId).at(-1)?.accessKeyId,
  ]);
  // After it, the same terminal gets a session that works.
  const { accessKeyId } = await createActivities(core.deps).mint({
    ...order,
    proof: await proof(),
  });
  expect(core.aws.isAllowed(accessKeyId)).toBe(true);
});

test('the worker is killed before it has seen it: done anew, with a later instant, and nothing was said before', async () => {
  const cut = await writtenNotSeen();
  const first = latest('written');
  await core.stopWorker();
  core.aws.state.propagated = true;
  expect(endOf(cut)).toBeUndefined();
  await core.startWorker();
  await ended(core, cut);
  const [again] = [latest('written')];
  expect(again?.data['valve']).not.toBe(first?.data['valve']);
  expect(core.aws.issuedBeforeOn(ROLE)).toEqual([again?.data['issuedBefore']]);
  expect(valves('observed').map(({ data }) => data['valve'])).not.toContain(first?.data['valve']);
  expect(endOf(cut)?.seq).toBeGreaterThan(latest('seen')?.seq ?? Infinity);
});

test('while IAM cannot be written nothing is said; mints wait for a moment only, whatever the valve does', async () => {
  const [cut, live] = [await liveGrant(core), await liveGrant(core)];
  await mintedKey(core, cut);
  const terminal = await connectedReceiver(core, live);
  fillList();
  const [asked, fixed] = [valves('asked').length, valves('fixed').length];
  const { revocations } = core.deps;
  const standing = latest('fixed')?.data['issuedBefore'];
  // Only the write that would replace the list fails; the list itself is full.
  core.deps.revocations = {
    ...revocations,
    write: async (at, entries, purge, issuedBefore) => {
      if (issuedBefore !== standing) throw new Error('IAM is down');
      return revocations.write(at, entries, purge, issuedBefore);
    },
  };
  await revoke(cut);
  await eventually(
    () => valves('fixed'),
    (all) => all.length > fixed + 2,
  );
  expect(valves('asked')).toHaveLength(asked + 1);
  expect(endOf(cut)).toBeUndefined();
  // Half a minute later, by the clock that counts.
  core.switches.behindMs = -31_000;
  await eventually(
    () => terminal.mint(),
    ({ outcome }) => outcome === 'done',
  );
  core.switches.behindMs = 0;
  expect(endOf(cut)).toBeUndefined();
  core.deps.revocations = revocations;
  await ended(core, cut);
});

test('its list’s workflow is terminated in the middle: the drift run has it looked at again', async () => {
  const cut = await writtenNotSeen();
  await core.client.workflow.getHandle(LIST).terminate('by an operator');
  core.aws.state.propagated = true;
  expect(await createActivities(core.deps).compareLists()).toEqual([]);
  await ended(core, cut);
});

test('somebody takes it out of the list: it is found, written anew and told', async () => {
  const at = textOf('written', 'issuedBefore');
  expect(core.aws.forget(ROLE, at)).toBe(true);
  const { compareLists } = createActivities(core.deps);
  const [alarm] = await compareLists();
  expect(alarm?.text).toContain(`everything issued before ${at}`);
  await eventually(
    () => core.aws.issuedBeforeOn(ROLE),
    (all) => all.includes(at),
  );
  expect(await compareLists()).toEqual([]);
});

test('it leaves the list when nothing that it cuts can be alive, and another’s never does', async () => {
  const at = textOf('written', 'issuedBefore');
  await core.aws.revocations.write(target, [], [], '2026-01-01T00:00:00Z');
  const inMinutes = (minutes: number) =>
    createActivities({ ...core.deps, now: () => new Date(Date.now() + minutes * 60_000) });
  await inMinutes(15).writeRevocations({ target, entries: [] });
  expect(core.aws.issuedBeforeOn(ROLE)).toContain(at);
  await inMinutes(18).writeRevocations({ target, entries: [] });
  expect(core.aws.issuedBeforeOn(ROLE)).toEqual(['2026-01-01T00:00:00Z']);
});
