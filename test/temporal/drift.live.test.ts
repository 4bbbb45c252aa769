import { expect, test } from '@jest/globals';
import { ensureSchedules } from '../../temporal/schedules';
import { eventually } from '../support/core';
import { ended } from '../support/in-core';
import { useStandingCore } from '../support/standing-core';

const here = useStandingCore(8);
const { core, sets, groups, role, target, person, look, run } = here;

test('access that was never ours is reported once, all of a run in one message, and left alone', async () => {
  sets.giveByHand(target(), person('ada'));
  sets.giveByHand(target(), person('ben'));
  groups.giveByHand(target(role('group')), person('carla'));
  const [alarm, ...others] = await look();
  expect(others).toEqual([]);
  expect(alarm?.title).toContain('3 hold what Curfew hands out');
  // Nobody was told yet: whoever looks next says the same, not a second thing.
  expect(await look()).toEqual([alarm]);
  await run();
  expect(await look()).toEqual([]);
  sets.giveByHand(target(), person('deniz'));
  expect((await look())[0]?.title).toMatch(/^1 holds/);
  await run();
  expect(sets.heldBy(target())).toHaveLength(3);
  expect(groups.heldBy(target(role('group')))).toEqual([person('carla').id]);
});

test('what a grant needs, and what was there before the first one, is no drift', async () => {
  const found = () => core().ledger.entries({ kinds: ['drift.found', 'quarantine.opened'] }).length;
  sets.giveByHand(target(), person('ben'));
  await run();
  for (const name of ['ada', 'ben']) await here.granted(name);
  const before = found();
  expect(await look()).toEqual([]);
  expect(found()).toBe(before);
});

test('a ledger that says nothing makes everybody a stranger: nothing is taken', async () => {
  await here.had('ben');
  sets.giveByHand(target(), person('ben'));
  const requestId = await here.granted('ada');
  const { ledger } = core().deps;
  // Lost, and begun anew: what is appended stays, what was before is gone.
  const from = ledger.entries({}).at(-1)?.seq ?? 0;
  core().deps.ledger = {
    ...ledger,
    append: (entry) => ledger.append(entry),
    entries: (filter) => ledger.entries({ afterSeq: from, ...filter }),
  };
  try {
    const [alarm] = await look();
    for (const name of ['ada', 'ben']) expect(alarm?.text).toContain(person(name).id);
    await run();
  } finally {
    core().deps.ledger = ledger;
  }
  expect(core().ledger.entries({ kinds: ['quarantine.opened'] })).toEqual([]);
  expect(sets.heldBy(target())).toEqual([person('ada').id, person('ben').id].toSorted());
  await core().stop('ada', requestId, 'end');
  await ended(core(), { requestId, grantId: '' });
  expect(sets.heldBy(target())).toEqual([person('ben').id]);
});

test('whoever cannot be listed is told once a day, and does not hide the others', async () => {
  const holders = () => Promise.reject(new Error('Okta is down'));
  core().deps.assignments = { 'permission-set': sets, group: { ...groups, holders } };
  sets.giveByHand(target(), person('emil'));
  try {
    const alarms = await look();
    const title = `Who holds ${role('group')} cannot be seen`;
    expect(alarms.map((alarm) => alarm.title)).toContain(title);
    expect(alarms.at(-1)?.text).toContain(`${role()}: ${person('emil').id}.`);
    await run();
    expect(await look()).toEqual([]);
  } finally {
    core().deps.assignments = { 'permission-set': sets, group: groups };
  }
});

test('the schedule looks by itself', async () => {
  await ensureSchedules(core().client, core().taskQueue);
  sets.giveByHand(target(), person('emil'));
  await core().client.schedule.getHandle('curfew-drift').trigger('BUFFER_ONE');
  const said = await eventually(
    () =>
      core()
        .messenger.alarms()
        .map(({ text }) => text),
    (texts) => texts.some((text) => text.includes(`${role()}: `)),
  );
  expect(said.join(' ')).toContain(`${role()}: ${person('emil').id}.`);
});
