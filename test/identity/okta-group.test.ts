import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { RateLimited } from '../../access/rate-limited';
import { Refused } from '../../access/refused';
import type { Target } from '../../access/session';
import { oktaGroupsBench, type OktaGroupsBench } from '../support/okta-groups-bench';

let bench: OktaGroupsBench;
let target: Target;
beforeAll(async () => {
  bench = await oktaGroupsBench();
});
beforeEach(async () => {
  target = await bench.newTarget();
});
afterEach(() => bench.okta.faults.clear());
afterAll(() => bench.close());

const groupsOf = (id: string) =>
  bench.okta.store.groupsOf(bench.okta.store.user(id)!).map(({ name }) => name);

test('what the directory says of a member follows: in, and out again, with their other groups as they were', async () => {
  const name = target.arn.slice('group:'.length);
  await bench.assignments.assign(target, bench.ada);
  expect(groupsOf(bench.ada.id)).toEqual(['engineers', name]);
  expect((await bench.okta.okta().members(name, 10))?.people).toMatchObject([{ id: bench.ada.id }]);
  await bench.assignments.remove(target, bench.ada);
  expect(groupsOf(bench.ada.id)).toEqual(['engineers']);
});

test('what survives is what the catalog says, from the look on', async () => {
  const { at, survives } = await bench.okta.groups(90).look(target, bench.ada);
  expect(Date.parse(survives!.until) - Date.parse(at)).toBe(90 * 60_000);
  expect(survives?.what).toContain(target.arn.slice('group:'.length));
});

test.each<[string, () => Target]>([
  ['is not there', () => ({ ...target, arn: 'group:nothing' })],
  [
    'was imported from another system under this name',
    () => {
      const { name } = bench.okta.store.ensureGroup('imported', 'APP_GROUP');
      return { ...target, arn: `group:${name}` };
    },
  ],
  [
    'was renamed a moment ago',
    () => {
      const group = bench.okta.store.ensureGroup('before');
      bench.okta.store.putGroup({ ...group, name: 'after' });
      return { ...target, arn: 'group:before' };
    },
  ],
])('a group that %s is refused by its name', async (_, group) => {
  for (const call of ['assign', 'remove', 'look'] as const) {
    const refused = bench.assignments[call](group(), bench.ada);
    await expect(refused).rejects.toThrow(Refused);
    await expect(refused).rejects.toThrow(
      /There is no group called (nothing|imported|before) in Okta/,
    );
  }
});

test('a name that is bound to an id is that group, whatever the two are called by now', async () => {
  const { store } = bench.okta;
  const group = store.ensureGroup('handed-out');
  store.putGroup({ ...group, name: 'harmless' });
  store.ensureGroup('handed-out');
  const bound = { ...target, arn: 'group:handed-out' };
  const groups = bench.okta.groups(90, { 'handed-out': group.id });
  await groups.assign(bound, bench.ada);
  expect(groupsOf(bench.ada.id)).toEqual(['engineers', 'harmless']);
  expect(await groups.look(bound, bench.ada)).toMatchObject({ held: true });
  await groups.remove(bound, bench.ada);
  expect(groupsOf(bench.ada.id)).toEqual(['engineers']);
});

test.each([
  ['nobody knows', '00gnobody0000000000'],
  ['belongs to another system', () => bench.okta.store.ensureGroup('imported', 'APP_GROUP').id],
])('a name that is bound to an id that %s is refused, with where it stands', async (_, id) => {
  const bound = { ...target, arn: 'group:handed-out' };
  const groups = bench.okta.groups(90, { 'handed-out': typeof id === 'string' ? id : id() });
  await expect(groups.assign(bound, bench.ada)).rejects.toMatchObject({
    because: expect.stringContaining('There is no group with the id'),
    wouldPass: expect.stringContaining('groupIds.handed-out'),
  });
});

test('a pause that Okta asks for is passed on, and the next call goes on', async () => {
  bench.okta.faults.order({ target: 'directory', operation: 'groups.add', kind: '429', ms: 7_000 });
  await expect(bench.assignments.assign(target, bench.ada)).rejects.toThrow(RateLimited);
  await bench.assignments.assign(target, bench.ada);
  expect((await bench.assignments.look(target, bench.ada)).held).toBe(true);
});

test.each(['503', 'drop-after-commit'] as const)(
  'a removal whose answer does not come (%s) is a fault, and the next one goes on',
  async (kind) => {
    await bench.assignments.assign(target, bench.ada);
    bench.okta.faults.order({ target: 'directory', operation: 'groups.remove', kind });
    const failed = bench.assignments.remove(target, bench.ada);
    await expect(failed).rejects.toThrow(/take somebody out of a group/);
    await expect(failed).rejects.not.toThrow(Refused);
    await bench.assignments.remove(target, bench.ada);
    expect((await bench.assignments.look(target, bench.ada)).held).toBe(false);
  },
);

test('whoever only reads people asks Okta for no right to change groups', async () => {
  await bench.okta.okta().ping();
  expect(bench.okta.scopes.at(-1)).toBe('okta.users.read okta.groups.read');
  await bench.okta.groups().holders(target);
  expect(bench.okta.scopes.at(-1)).toBe('okta.users.read okta.groups.read okta.groups.manage');
});
