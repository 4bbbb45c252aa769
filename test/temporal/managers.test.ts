import { expect, test } from '@jest/globals';
import type { Person } from '../../access/person';
import { withManager } from '../../temporal/activities/managers';
import { onRecord } from '../../temporal/activities/question-on-record';
import { exampleCatalog } from '../support/example-catalog';
import { inMemoryDirectory } from '../support/in-memory-directory';
import { asks, examplePlus } from '../support/policy-bundle';

const reads = examplePlus(
  `@id("managers") permit (principal, action == Curfew::Action::"Approve", resource)
   when { context has manager && principal == context.manager };`,
);
const anyone = (id: string, more: Partial<Person> = {}): Person => ({
  id,
  name: id,
  emails: [`${id}@curfew.example`],
  groups: [],
  active: true,
  ...more,
});
const mia = anyone('mia');
const role = exampleCatalog().roles()[0]!;
const directory = inMemoryDirectory([
  mia,
  anyone('twin-1', { emails: ['twin@curfew.example'] }),
  anyone('twin-2', { emails: ['twin@curfew.example'] }),
]);
const broughtAlong = (manager: string | undefined, policy = reads, factsAt?: string) =>
  withManager(
    { directory, policy },
    {
      requester: anyone('ada', manager === undefined ? {} : { manager }),
      role,
      ...(factsAt !== undefined && { factsAt }),
    },
  );
const ids = (people: Person[]): string[] => people.map(({ id }) => id);

test.each([
  ['by id', 'mia'],
  ['by address', 'MIA@curfew.example'],
])(
  'a manager whom the directory names %s is brought along, and named by id',
  async (_, manager) => {
    expect(await broughtAlong(manager)).toEqual([anyone('ada', { manager: 'mia' }), mia]);
  },
);

test.each([
  ['nobody is named', undefined],
  ['nobody has that id', 'gone'],
  ['nobody has that address', 'gone@curfew.example'],
])('when %s there is only the requester', async (_, manager) => {
  expect(ids(await broughtAlong(manager))).toEqual(['ada']);
});

test('of several with that address all come along, and none is chosen', async () => {
  const people = await broughtAlong('twin@curfew.example');
  expect(ids(people)).toEqual(['ada', 'twin-1', 'twin-2']);
  expect(people[0]?.manager).toBe('twin@curfew.example');
});

test('nobody is looked up when nothing asks for a manager, or the directory is down', async () => {
  expect(ids(await broughtAlong('mia', examplePlus('')))).toEqual(['ada']);
  expect(ids(await broughtAlong('mia', reads, '2026-01-05T12:00:00.000Z'))).toEqual(['ada']);
});

test('a directory that fails is a fault, and nobody is taken to have no manager', async () => {
  directory.fail(new Error('down'));
  await expect(broughtAlong('mia')).rejects.toThrow('down');
  directory.fail();
});

test('on record a manager is an id, or an address that nobody can read', () => {
  const recorded = (manager: string) =>
    onRecord(asks({ people: [anyone('ada', { manager }), mia] })).people[0]?.manager;
  expect(recorded('mia')).toBe('mia');
  expect(recorded('mia@curfew.example')).not.toContain('mia');
});
