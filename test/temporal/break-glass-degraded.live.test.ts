import { afterEach, expect, test } from '@jest/globals';
import { breakGlassReviewId } from '../../temporal/workflows/protocol';
import { changedExample } from '../support/changed-example';
import { becomes, eventually, type Core } from '../support/core';
import { eventually as soon } from '../support/eventually';
import { connectedReceiver } from '../support/in-core';
import { temporaryFolder } from '../support/temporary-folder';
import { useCore } from '../support/use-core';

let core: Core;
useCore(
  (started) => {
    core = started;
  },
  {
    config: changedExample(temporaryFolder(), (text) =>
      text.replace(/^( +)page: true$/m, '$1page: true\n$1directoryDown: 12h'),
    ),
  },
);
afterEach(() => {
  core.switches.directoryDown = false;
  core.switches.behindMs = 0;
});

const breakGlass = (who = 'emil') => core.request(who, 'prod-admin', { breakGlass: true });
const over = async (who: string, requestId: string) => {
  core.switches.directoryDown = false;
  await core.stop(who, requestId, 'end');
  await becomes(core, requestId, 'ended');
  await core.reviewBreakGlass('deniz', requestId);
  await core.client.workflow.getHandle(breakGlassReviewId(requestId)).result();
};
/** Something ordinary, so that Curfew has seen the person. */
const isSeen = async (who: string) => {
  const requestId = await core.request(who, 'dev-readonly');
  await eventually(
    () => core.stateOf(requestId),
    (state) => state === 'active' || state === 'refused',
  );
  return requestId;
};
const waits = async (requestId: string) => {
  await eventually(
    () => core.kindsOf(requestId),
    (kinds) => kinds.includes('request.opened'),
  );
  // Two tries at least.
  await new Promise((resolve) => setTimeout(resolve, 1200));
  return core.stateOf(requestId);
};

test('with the directory down, break-glass is decided on facts that Curfew put on record, and everybody is told of when', async () => {
  await isSeen('emil');
  const [seen] = core.ledger.entries({ kinds: ['person.seen'] });
  expect(JSON.stringify(seen?.data)).not.toContain('@');
  core.switches.directoryDown = true;
  const requestId = await breakGlass();
  await becomes(core, requestId, 'active');
  const factsAt = seen?.at ?? '';
  const { grantId = '' } = (await core.desk.request(requestId)) ?? {};

  await soon(() =>
    expect(core.messenger.cards(requestId)[0]?.breakGlass).toMatchObject({ factsAt }),
  );
  await eventually(
    () => core.messenger.tasks(requestId)[0],
    (task) => task?.factsAt === factsAt,
  );
  expect(core.messenger.alarmsIn('#oncall').at(-1)?.text).toContain(
    `decided on facts of ${factsAt.slice(0, 16).replace('T', ' ')} UTC`,
  );
  for (const kind of ['request.decided', 'grant.activated'] as const)
    expect(core.ledger.entries({ requestId, kinds: [kind] })[0]?.data).toMatchObject({ factsAt });

  // The session comes on the same facts.
  const receiver = await connectedReceiver(core, { requestId, grantId }, 'emil');
  expect(await receiver.mint()).toMatchObject({ outcome: 'done' });
  expect(core.ledger.entries({ requestId, kinds: ['mint.done'] })[0]?.data).toMatchObject({
    factsAt,
  });
  await over('emil', requestId);
});

test('everything else waits for the directory; whoever asked is told once, and when it goes on', async () => {
  await isSeen('ada');
  core.switches.directoryDown = true;
  const requestId = await core.request('ada', 'dev-readonly');
  const heldUp = () => core.messenger.notices(requestId).filter(({ kind }) => kind === 'held-up');
  await eventually(heldUp, ({ length }) => length === 1);
  expect(await core.stateOf(requestId)).toBe('deciding');
  expect(heldUp()).toEqual([expect.not.objectContaining({ outcome: expect.anything() })]);
  core.switches.directoryDown = false;
  await becomes(core, requestId, 'active');
  const [told] = await eventually(heldUp, ([one]) => one !== undefined && 'outcome' in one);
  expect(told).toMatchObject({ outcome: 'it was granted' });
  expect(heldUp()).toHaveLength(1);
});

test('a break-glass without facts to decide on says that it waits, and can be withdrawn', async () => {
  core.switches.directoryDown = true;
  const requestId = await breakGlass('deniz');
  await eventually(
    () => core.messenger.notices(requestId),
    (all) => all.some((notice) => notice.kind === 'held-up' && notice.breakGlass === true),
  );
  await core.stop('deniz', requestId, 'withdraw');
  await becomes(core, requestId, 'withdrawn');
  expect(core.kindsOf(requestId)).not.toContain('grant.opened');
});

test('facts of somebody who is not on call, or was refused since, do not do', async () => {
  await isSeen('ada');
  core.switches.directoryDown = true;
  const notOnCall = await breakGlass('ada');
  await becomes(core, notOnCall, 'refused');
  core.switches.directoryDown = false;

  await isSeen('gus');
  const [id, gus] = [...core.company].find(([, { name }]) => name.startsWith('Gus')) ?? [];
  if (id === undefined || gus === undefined) throw new Error('nobody is called Gus');
  core.company.set(id, { ...gus, active: false });
  await isSeen('gus');
  core.switches.directoryDown = true;
  const left = await breakGlass('gus');
  expect(await waits(left)).toBe('deciding');
  core.switches.directoryDown = false;
  await becomes(core, left, 'refused');
});

test('facts that are too old do not do: it waits, and goes on when the directory is back', async () => {
  // Seen thirteen hours ago, by our clock.
  core.switches.behindMs = 13 * 3_600_000;
  await isSeen('ben');
  core.switches.behindMs = 0;
  core.switches.directoryDown = true;
  const requestId = await breakGlass('ben');
  expect(await waits(requestId)).toBe('deciding');
  core.switches.directoryDown = false;
  await becomes(core, requestId, 'refused');
});

test('when the directory answers and something else does not, nothing is decided on old facts', async () => {
  await isSeen('emil');
  const { people } = core.deps;
  core.deps.people = { identify: () => Promise.reject(new Error('Slack does not answer')) };
  const requestId = await breakGlass();
  expect(await waits(requestId)).toBe('deciding');
  core.deps.people = people;
  await becomes(core, requestId, 'active');
  await over('emil', requestId);
});
