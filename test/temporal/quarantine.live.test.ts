import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import type { Quarantine } from '../../access/quarantine';
import { createActivities } from '../../temporal/activities';
import { chat, eventually } from '../support/core';
import { ended } from '../support/in-core';
import { useStandingCore } from '../support/standing-core';

const here = useStandingCore(12);
const { core, sets, groups, role, target, person, run } = here;

afterEach(() => {
  core().switches.behindMs = 0;
});

/** Where it is shown, as it stands now. */
const shown = (of = role()) =>
  core()
    .messenger.quarantines()
    .filter(({ quarantine }) => quarantine.role.id === of);
const becomes = async (
  stage: Quarantine['standing']['stage'],
  of = role(),
): Promise<Quarantine> => {
  const all = await eventually(
    () => shown(of),
    (seen) =>
      seen.length > 1 &&
      seen.slice(-2).every(({ quarantine }) => quarantine.standing.stage === stage),
  );
  const [last] = all.slice(-1);
  if (!last) throw new Error('nothing is shown');
  return last.quarantine;
};
const idOf = async (of = role()): Promise<string> => (await becomes('open', of)).quarantineId;
const kinds = (quarantineId: string): string[] =>
  core()
    .ledger.entries({})
    .filter(({ key }) => key.includes(quarantineId))
    .map(({ kind }) => kind)
    .filter((kind) => kind !== 'quarantine.shown');

/** Had it, lost it, and was given it again by somebody at a console. */
async function givenAgain(name = 'ada', of = role()): Promise<void> {
  await here.had(name, of);
  (of.startsWith('set') ? sets : groups).giveByHand(target(of), person(name));
}
const removeNow = async (who: string, quarantineId: string, said = quarantineId) => {
  const at = new Date().toISOString();
  const statement = { kind: 'removal' as const, quarantineId: said, by: chat(who), at };
  return core().desk.removeNow(await core().signer.sign(statement), randomUUID());
};

test.each(['set', 'group'] as const)(
  'nobody answers in time: it is removed, seen gone and told: %s',
  async (kind) => {
    here.drift({ deadlineSeconds: 1, removalsPerRun: 100 });
    await givenAgain('ada', role(kind));
    await run();
    const { standing, quarantineId } = await becomes('removed', role(kind));
    expect(standing).toMatchObject({ statement: expect.stringContaining('Seen removed') });
    expect(standing).not.toHaveProperty('by');
    expect((kind === 'set' ? sets : groups).heldBy(target(role(kind)))).toEqual([]);
    // In its role's channel, and to whoever held it.
    expect(shown(role(kind)).map(({ place }) => place)).toEqual(
      expect.arrayContaining(['#access-requests', chat('ada')]),
    );
    expect(kinds(quarantineId)).toEqual([
      'quarantine.opened',
      'quarantine.removing',
      'quarantine.removed',
    ]);
    // Sessions that were opened meanwhile are denied, where the other side can.
    const fences = (kind === 'set' ? sets : groups).fencesOf(target(role(kind)));
    expect(Object.keys(fences)).toEqual(kind === 'set' ? [person('ada').id] : []);
  },
);

test('before its deadline nothing is removed, however often it is looked at', async () => {
  await givenAgain();
  await Promise.all([run(), run()]);
  const quarantineId = await idOf();
  for (let times = 0; times < 3; times += 1) {
    await run();
    await createActivities(core().deps).settleQuarantine({ quarantineId });
  }
  expect(sets.heldBy(target())).toEqual([person('ada').id]);
  expect(shown()).toHaveLength(2);
  expect(kinds(quarantineId)).toEqual(['quarantine.opened']);
});

test('Remove now: for whoever may revoke the role, and for its holder; nobody else', async () => {
  await givenAgain();
  await run();
  const quarantineId = await idOf();
  expect(await removeNow('ben', quarantineId)).toMatchObject({ outcome: 'refused' });
  expect(sets.heldBy(target())).toEqual([person('ada').id]);
  expect(await removeNow('emil', quarantineId)).toMatchObject({ outcome: 'done' });
  const { standing } = await becomes('removed');
  expect(standing).toMatchObject({ by: chat('emil') });
  expect(sets.heldBy(target())).toEqual([]);
  expect(await removeNow('emil', quarantineId)).toMatchObject({ outcome: 'refused' });
  const refused = core().ledger.entries({ kinds: ['click.refused'] });
  expect(refused.filter(({ data }) => data['quarantine'] === quarantineId)).toHaveLength(1);
});

test('a grant keeps it: nothing is removed, and it ends with the grant', async () => {
  await givenAgain();
  await run();
  await idOf();
  const requestId = await here.granted('ada');
  await run();
  const { standing } = await becomes('kept');
  expect(standing).toMatchObject({ statement: expect.stringContaining('needs it until') });
  expect(sets.heldBy(target())).toEqual([person('ada').id]);
  await core().stop('ada', requestId, 'end');
  await ended(core(), { requestId, grantId: '' });
  expect(sets.heldBy(target())).toEqual([]);
});

test('a grant that came just before the deadline keeps it too', async () => {
  here.drift({ deadlineSeconds: 120, removalsPerRun: 100 });
  await givenAgain();
  await run();
  const quarantineId = await idOf();
  await here.granted('ada');
  // The deadline has come, and nobody has looked since.
  core().switches.behindMs = -121_000;
  await core().deps.followQuarantine(quarantineId, true);
  await becomes('kept');
  expect(sets.heldBy(target())).toEqual([person('ada').id]);
  expect(kinds(quarantineId)).not.toContain('quarantine.removing');
});

test('somebody else takes it away: closed; given once more, it is another finding', async () => {
  await givenAgain();
  await run();
  const first = await idOf();
  sets.takeByHand(target(), person('ada'));
  await run();
  await becomes('gone');
  sets.giveByHand(target(), person('ada'));
  await run();
  const second = (await becomes('open')).quarantineId;
  expect(second).not.toBe(first);
  expect(await removeNow('ada', second)).toMatchObject({ outcome: 'done' });
  await becomes('removed');
});

test('more than the cap together: none is removed by itself, on-call is told, a person can', async () => {
  here.drift({ deadlineSeconds: 2, removalsPerRun: 1 });
  for (const name of ['ada', 'ben']) await givenAgain(name);
  await run();
  const held = await becomes('held');
  const alarms = core()
    .messenger.alarms()
    .map(({ text }) => text);
  expect(alarms.join(' ')).toContain('look like a mistake of ours');
  await eventually(
    () => Date.now(),
    (now) => now > Date.parse(held.removeAt),
  );
  await run();
  for (const { quarantine } of shown())
    await createActivities(core().deps).settleQuarantine(quarantine);
  expect(sets.heldBy(target())).toHaveLength(2);
  for (const quarantineId of new Set(shown().map(({ quarantine }) => quarantine.quarantineId)))
    expect(await removeNow('emil', quarantineId)).toMatchObject({ outcome: 'done' });
  await eventually(
    () => sets.heldBy(target()),
    (left) => left.length === 0,
  );
  expect(shown()).toHaveLength(4);
});

test('its workflow terminated, the worker gone, the removal failing: it goes on in the same message', async () => {
  here.drift({ deadlineSeconds: 120, removalsPerRun: 100 });
  await givenAgain();
  await run();
  const quarantineId = await idOf();
  await core().client.workflow.getHandle(`quarantine-${quarantineId}`).terminate('by mistake');
  sets.failNext('remove', 2);
  core().switches.behindMs = -121_000;
  await run();
  await core().stopWorker();
  await core().startWorker();
  await becomes('removed');
  expect(shown()).toHaveLength(2);
  expect(sets.heldBy(target())).toEqual([]);
});
