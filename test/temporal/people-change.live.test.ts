import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { exampleFolder } from '../../config/bundle';
import { PEOPLE } from '../../sandbox/people';
import { createActivities } from '../../temporal/activities';
import { peopleWatcher } from '../../temporal/tellers';
import { ensureSchedules } from '../../temporal/schedules';
import { recheckSignal } from '../../temporal/workflows/protocol';
import { becomes, eventually, startCore, type Core } from '../support/core';
import { connectedReceiver, ended, liveGrant, mintedKey } from '../support/in-core';
import { useCore } from '../support/use-core';

let core: Core;
let env: TestWorkflowEnvironment;
let folder: string;
useCore((started, engine, where) => {
  core = started;
  env = engine;
  folder = where;
});

const idOf = (name: string): string =>
  PEOPLE.find((person) => person.name.toLowerCase().startsWith(name))?.directoryId ?? '';

function change(in_: Core, name: string, facts: Partial<{ active: boolean; groups: string[] }>) {
  const person = in_.company.get(idOf(name));
  if (!person) throw new Error(`nobody is called ${name}`);
  in_.company.set(person.id, {
    ...person,
    ...facts,
    onCall: (facts.groups ?? person.groups).includes('sre-oncall'),
  });
}

const lookAt = (in_: Core, only?: string[]) =>
  createActivities(in_.deps).lookAtPeople(only === undefined ? {} : { only });
const rechecks = (in_: Core, grantId: string) =>
  in_.ledger.entries({ grantId, kinds: ['grant.rechecked'] });

beforeEach(() => {
  for (const name of ['ada', 'ben']) change(core, name, { active: true, groups: ['engineers'] });
  core.switches.directoryDown = false;
});

test.each([
  ['is deactivated', { active: false }, 'deactivated'],
  ['leaves the group', { groups: ['guests'] }, 'No rule lets Ada Engel'],
])('the holder %s: the live grant ends, and says why', async (_what, facts, because) => {
  const grant = await liveGrant(core);
  const key = await mintedKey(core, grant);
  change(core, 'ada', facts);
  await lookAt(core);
  await ended(core, grant);
  expect(core.aws.isAllowed(key)).toBe(false);
  expect(rechecks(core, grant.grantId).at(-1)?.data).toMatchObject({
    allowed: false,
    because: expect.stringContaining(because),
  });
  expect(
    core.messenger.notices(grant.requestId).find(({ kind }) => kind === 'ended'),
  ).toMatchObject({ how: 'lapsed', statement: expect.stringContaining(because) });
});

test('the holder goes off call, where policy ties the grant to on-call: the live grant ends', async () => {
  const config = path.join(folder, 'tied');
  cpSync(exampleFolder, config, { recursive: true });
  writeFileSync(
    path.join(config, 'policies/tied.cedar'),
    `@id("only-while-on-call")
     @advice("This access is for people on call.")
     forbid (principal, action == Curfew::Action::"Grant", resource == Curfew::Role::"dev-readonly")
     unless { principal has onCall && principal.onCall };`,
  );
  const tied = await startCore({ env, folder, config });
  change(tied, 'ada', { groups: ['engineers', 'sre-oncall'] });
  const grant = await liveGrant(tied);
  await lookAt(tied);
  expect(rechecks(tied, grant.grantId)).toEqual([]);
  change(tied, 'ada', { groups: ['engineers'] });
  await lookAt(tied);
  await ended(tied, grant);
  expect(rechecks(tied, grant.grantId).at(-1)?.data['because']).toBe(
    'This access is for people on call. By the rule only-while-on-call.',
  );
  await tied.close();
});

test('a change that takes no right away is looked at once, and the grant goes on', async () => {
  const grant = await liveGrant(core);
  const { mint } = await connectedReceiver(core, grant);
  change(core, 'ada', { groups: ['engineers', 'book-club'] });
  await lookAt(core);
  await eventually(
    () => rechecks(core, grant.grantId),
    (seen) => seen.length === 1,
  );
  await lookAt(core);
  expect(await mint()).toMatchObject({ outcome: 'done' });
  expect(rechecks(core, grant.grantId)).toHaveLength(1);
  expect(await core.stateOf(grant.requestId)).toBe('active');
});

test('a person whom the directory cannot show keeps a live grant for now; the others are still looked at', async () => {
  const [hidden, seen] = [await liveGrant(core), await core.request('ben', 'dev-readonly')];
  await becomes(core, seen, 'active');
  const { directory } = core.deps;
  core.deps.directory = {
    ...directory,
    person: async (id) => {
      if (id === idOf('ada')) throw new Error('the directory is down');
      return directory.person(id);
    },
  };
  change(core, 'ben', { active: false });
  await expect(lookAt(core)).rejects.toThrow('the directory is down');
  core.deps.directory = directory;
  await becomes(core, seen, 'ended');
  expect(await core.stateOf(hidden.requestId)).toBe('active');
});

test('whoever says that somebody has changed ends nothing by it: the directory is asked', async () => {
  const grant = await liveGrant(core);
  const handle = core.client.workflow.getHandle(`access-${grant.requestId}`);
  await Promise.all([1, 2, 3].map(() => handle.signal(recheckSignal)));
  await eventually(
    () => rechecks(core, grant.grantId),
    (seen) => seen.length > 0,
  );
  expect(await core.stateOf(grant.requestId)).toBe('active');
  expect(rechecks(core, grant.grantId).map(({ data }) => data['allowed'])).not.toContain(false);
});

test('an event names who changed: only they are looked at, and the same event is one look', async () => {
  const [mine, bens] = [await liveGrant(core), await core.request('ben', 'dev-readonly')];
  await becomes(core, bens, 'active');
  change(core, 'ada', { active: false });
  change(core, 'ben', { active: false });
  const watch = peopleWatcher(core.client, core.taskQueue);
  await Promise.all([watch('event-1', [idOf('ada')]), watch('event-1', [idOf('ada')])]);
  await ended(core, mine);
  await core.client.workflow.getHandle('watch-people-event-1').result();
  expect(await core.stateOf(bens)).toBe('active');
  await lookAt(core);
  await becomes(core, bens, 'ended');
});

test('the schedule is there after each start, once, and its runs look at everybody', async () => {
  await ensureSchedules(core.client, core.taskQueue);
  await ensureSchedules(core.client, core.taskQueue);
  const grant = await liveGrant(core);
  change(core, 'ada', { active: false });
  await core.client.schedule.getHandle('curfew-watch-people').trigger();
  await ended(core, grant);
  const { recentActions } = (await core.client.schedule.getHandle('curfew-watch-people').describe())
    .info;
  expect(recentActions.length).toBeGreaterThan(0);
});
