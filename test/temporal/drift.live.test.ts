import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Target } from '../../access/session';
import { PEOPLE } from '../../sandbox/people';
import { createActivities } from '../../temporal/activities';
import { ensureSchedules } from '../../temporal/schedules';
import { becomes, chat, eventually, type Core } from '../support/core';
import { ended } from '../support/in-core';
import { inMemoryAssignments, type InMemoryAssignments } from '../support/in-memory-assignments';
import { temporaryFolder } from '../support/temporary-folder';
import { useCore } from '../support/use-core';
import { overlapConfig } from './overlaps/world';

const CASES = 8;
const folder = temporaryFolder();
const people = PEOPLE.map(({ directoryId: id, email }) => ({ id, emails: [email] }));
let sets: InMemoryAssignments;
let groups: InMemoryAssignments;
let core: Core;
useCore(
  (started) => {
    core = started;
  },
  { config: overlapConfig(folder, CASES) },
);
beforeAll(() => {
  sets = inMemoryAssignments(people);
  groups = inMemoryAssignments(people, { fenced: false, survivesMs: 60_000 });
  core.deps.assignments = { 'permission-set': sets, group: groups };
});

/** Each test has a permission set and a group of its own: what happened on a target stays on record. */
let nth = -1;
let id = '';
beforeEach(() => {
  nth += 1;
  id = String(nth).padStart(2, '0');
});

const targetOf = (role: string): Target => {
  const found = core.deps.catalog.role(role);
  if (!found) throw new Error(`no role ${role}`);
  return { arn: found.targetArn, accountId: found.account.id, region: found.region };
};
const person = (name: string) => {
  const found = PEOPLE.find((one) => one.id === chat(name).user);
  return { id: found?.directoryId ?? '', emails: [found?.email ?? ''] };
};
const look = () => createActivities(core.deps).compareHolders();
/** One run of the schedule, as far as holders go. */
const run = async (): Promise<void> => {
  const activities = createActivities(core.deps);
  for (const alarm of await activities.compareHolders()) await activities.raiseAlarm(alarm);
};
const found = (role: string) =>
  core.ledger
    .entries({ kinds: ['drift.found'] })
    .filter(({ data }) => data['targetArn'] === targetOf(role).arn);

test('access that was never ours is reported once, all of a run in one message, and left alone', async () => {
  const [set, group] = [`set-${id}`, `group-${id}`];
  sets.giveByHand(targetOf(set), person('ada'));
  sets.giveByHand(targetOf(set), person('ben'));
  groups.giveByHand(targetOf(group), person('carla'));
  const [alarm, ...others] = await look();
  expect(others).toEqual([]);
  expect(alarm).toMatchObject({ title: expect.stringContaining('3 hold what Curfew hands out') });
  // Nobody was told yet: whoever looks next says the same, not a second thing.
  expect(await look()).toEqual([alarm]);
  await run();
  expect(await look()).toEqual([]);
  sets.giveByHand(targetOf(set), person('deniz'));
  expect((await look())[0]?.title).toMatch(/^1 holds/);
  await run();
  expect(sets.heldBy(targetOf(set))).toHaveLength(3);
  expect(groups.heldBy(targetOf(group))).toEqual([person('carla').id]);
});

test('what a grant needs, and what was there before the first one, is no drift', async () => {
  const role = `set-${id}`;
  sets.giveByHand(targetOf(role), person('ben'));
  await run();
  for (const name of ['ada', 'ben']) await becomes(core, await core.request(name, role), 'active');
  const before = found(role).length;
  expect(await look()).toEqual([]);
  expect(found(role)).toHaveLength(before);
});

test('a ledger that says nothing makes everybody a stranger: nothing is taken', async () => {
  const role = `set-${id}`;
  const requestId = await core.request('ada', role);
  await becomes(core, requestId, 'active');
  const { ledger } = core.deps;
  // Lost, and begun anew: what is appended stays, what was before is gone.
  const from = ledger.entries({}).at(-1)?.seq ?? 0;
  core.deps.ledger = {
    ...ledger,
    append: (entry) => ledger.append(entry),
    entries: (filter) => ledger.entries({ afterSeq: from, ...filter }),
  };
  try {
    expect((await look())[0]?.text).toContain(`${role}: ${person('ada').id}.`);
    await run();
  } finally {
    core.deps.ledger = ledger;
  }
  expect(sets.heldBy(targetOf(role))).toEqual([person('ada').id]);
  await core.stop('ada', requestId, 'end');
  await ended(core, { requestId, grantId: '' });
  expect(sets.heldBy(targetOf(role))).toEqual([]);
});

test('whoever cannot be listed is told once a day, and does not hide the others', async () => {
  const [set, group] = [`set-${id}`, `group-${id}`];
  const holders = () => Promise.reject(new Error('Okta is down'));
  core.deps.assignments = { 'permission-set': sets, group: { ...groups, holders } };
  sets.giveByHand(targetOf(set), person('emil'));
  try {
    const alarms = await look();
    expect(alarms.some(({ title }) => title === `Who holds ${group} cannot be seen`)).toBe(true);
    expect(alarms.at(-1)?.text).toContain(`${set}: ${person('emil').id}.`);
    await run();
    expect(await look()).toEqual([]);
  } finally {
    core.deps.assignments = { 'permission-set': sets, group: groups };
  }
});

test('the schedule looks by itself', async () => {
  await ensureSchedules(core.client, core.taskQueue);
  sets.giveByHand(targetOf(`set-${id}`), person('emil'));
  await core.client.schedule.getHandle('curfew-drift').trigger();
  const said = await eventually(
    () => core.messenger.alarms().map(({ text }) => text),
    (texts) => texts.some((text) => text.includes(`set-${id}: `)),
  );
  expect(said.at(-1)).toContain(`set-${id}: ${person('emil').id}.`);
});
