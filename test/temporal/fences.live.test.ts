import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { PEOPLE } from '../../sandbox/people';
import { becomes, eventually, type Core } from '../support/core';
import { inMemoryAssignments, type InMemoryAssignments } from '../support/in-memory-assignments';
import { temporaryFolder } from '../support/temporary-folder';
import { useCore } from '../support/use-core';
import { overlapConfig } from './overlaps/world';

let core: Core;
let sets: InMemoryAssignments;
useCore(
  (started) => {
    core = started;
  },
  { config: overlapConfig(temporaryFolder(), 3) },
);
beforeAll(() => {
  sets = inMemoryAssignments(PEOPLE.map(({ directoryId: id, email }) => ({ id, emails: [email] })));
});
afterEach(() => {
  sets.room = undefined;
});

test('a permission set whose fences are full refuses the next grant and says what would pass; those on it go on', async () => {
  core.deps.assignments = { 'permission-set': sets };
  sets.room = 1;
  const ada = await core.request('ada', 'set-00');
  await becomes(core, ada, 'active');
  const ben = await core.request('ben', 'set-00');
  await becomes(core, ben, 'ended');
  const kinds = core.ledger.entries({ kinds: ['assignment.intended'] });
  expect(kinds).toHaveLength(1);
  const last = await eventually(
    () => core.messenger.notices(ben).find(({ kind }) => kind === 'ended'),
    (notice) => notice !== undefined,
  );
  expect(last).toMatchObject({
    how: 'failed',
    statement: expect.stringMatching(/no room for another end.*Nothing had been given/s),
  });
  expect(await core.stateOf(ada)).toBe('active');
});

test('nothing is given to whom the fence leaves out; on-call is told once, and it goes on when it can', async () => {
  let without = 0;
  core.deps.assignments = {
    'permission-set': {
      ...sets,
      fence: async (_target, fences) => {
        without += 1;
        const leftOut = fences.map(({ person }) => person.id);
        return { writtenAt: new Date().toISOString(), leftOut };
      },
    },
  };
  const requestId = await core.request('ada', 'set-01');
  await eventually(
    () => without,
    (times) => times >= 3,
  );
  expect(
    core.ledger.entries({ kinds: ['assignment.made'] }).map(({ data }) => data['targetArn']),
  ).not.toContain(core.deps.catalog.role('set-01')?.targetArn);
  const told = () =>
    core.messenger.alarms().filter(({ title }) => title.includes('fence of one person'));
  await eventually(told, ({ length }) => length === 1);
  core.deps.assignments = { 'permission-set': sets };
  await becomes(core, requestId, 'active');
  expect(told()).toHaveLength(1);
});
