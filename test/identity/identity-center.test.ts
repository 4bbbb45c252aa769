import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { RateLimited } from '../../access/rate-limited';
import { Refused } from '../../access/refused';
import { createIdentityCenterDirectory, type IdentityStore } from '../../identity/identity-center';
import { centerDirectoryBench, centerIdOf } from '../support/center-directory-bench';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let bench: Awaited<ReturnType<typeof centerDirectoryBench>>;
beforeAll(async () => {
  bench = await centerDirectoryBench(path.join(folder, randomUUID()), {
    onCallGroups: ['on-call'],
  });
});
afterAll(() => bench.close());

const ada = {
  userId: centerIdOf('ada'),
  userName: 'ada@curfew.example',
  displayName: 'Ada Engel',
  emails: ['ada@curfew.example'],
  // As SCIM wrote it there for another directory.
  externalIds: [{ Issuer: 'https://okta.example/scim', Id: '00uada00000000000001' }],
  groups: ['engineers'],
};
beforeEach(() => {
  bench.faults.clear();
  bench.put(ada);
  bench.asked.length = 0;
});

async function faultOf(asked: Promise<unknown>): Promise<Error> {
  const error: unknown = await asked.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(Refused);
  return error as Error;
}

describe('who is active', () => {
  test('whom AWS calls disabled is not', async () => {
    bench.put({ ...ada, disabled: true });
    expect(await bench.directory.person(ada.userId)).toMatchObject({ active: false });
  });

  test.each([undefined, null, 'SOMETHING_NEW'])('nobody of whom it says %j', async (UserStatus) => {
    const directory = createIdentityCenterDirectory({ store: storeSaying({ UserStatus }) });
    expect(await directory.person(ada.userId)).toMatchObject({ active: false });
  });
});

test('who is in one of the groups of those on call is, and else is not', async () => {
  expect(await bench.directory.person(ada.userId)).toMatchObject({ onCall: false });
  bench.put({ ...ada, groups: ['engineers', 'on-call'] });
  expect(await bench.directory.person(ada.userId)).toMatchObject({ onCall: true });
});

test('a person costs two calls and one for each group; an address, two for each way to write it', async () => {
  bench.put({ ...ada, groups: ['engineers', 'security', 'payments-owners'] });
  await bench.directory.person(ada.userId);
  expect(bench.asked.toSorted()).toEqual(
    ['groupIdsOf', 'groupName', 'groupName', 'groupName', 'userOf'].toSorted(),
  );
  bench.asked.length = 0;
  await bench.directory.byEmail('ada@curfew.example');
  expect(bench.asked.filter((name) => name === 'userIdBy')).toHaveLength(2);
  expect(bench.asked).toHaveLength(2 + 5);
});

test('a list that goes on for pages is read to its end, and one without end is a fault', async () => {
  const groups = (count: number) => Array.from({ length: count }, (_, nth) => `group-${nth}`);
  bench.put({ ...ada, groups: groups(150) });
  expect((await bench.directory.person(ada.userId))?.groups).toHaveLength(150);
  bench.put({ ...ada, groups: groups(201) });
  const fault = await faultOf(bench.directory.person(ada.userId));
  expect(fault.message).toMatch(/more than 200 groups/);
});

describe('when AWS has trouble', () => {
  const questions = {
    person: () => bench.directory.person(ada.userId),
    byEmail: () => bench.directory.byEmail('ada@curfew.example'),
    members: () => bench.directory.members('engineers', 3),
  };

  test.each([
    ['GetUserId', 'byEmail'],
    ['DescribeUser', 'person'],
    ['ListGroupMembershipsForMember', 'person'],
    ['DescribeGroup', 'person'],
    ['GetGroupId', 'members'],
    ['ListGroupMemberships', 'members'],
  ] as const)(
    '%s refused for now, down or silent is a fault, never nobody',
    async (operation, question) => {
      for (const kind of ['429', '503', 'drop-after-commit'] as const) {
        bench.faults.order({ target: 'aws', operation, kind });
        await faultOf(questions[question]());
        expect(bench.faults.pending()).toEqual([]);
      }
    },
  );

  test('a role that may not look is a fault that names the call', async () => {
    const store = { ...storeSaying({}), groupIdsOf: denied };
    const fault = await faultOf(createIdentityCenterDirectory({ store }).person(ada.userId));
    expect(fault.message).toBe('AccessDenied');
  });
});

describe('an AWS that does not behave', () => {
  test('an id that leads to somebody else is nobody’s', async () => {
    const directory = createIdentityCenterDirectory({ store: storeSaying({ UserId: 'other' }) });
    expect(await directory.person(ada.userId)).toBeUndefined();
  });

  test('an address that leads to somebody who does not have it finds nobody', async () => {
    const store = storeSaying({ UserName: 'ben', Emails: [{ Value: 'ben@curfew.example' }] });
    const directory = createIdentityCenterDirectory({ store });
    expect(await directory.byEmail('ada@curfew.example')).toEqual([]);
  });

  test('a group that is found under another name is not the group', async () => {
    const store = { ...storeSaying({}), groupName: async () => 'Security' };
    const directory = createIdentityCenterDirectory({ store });
    expect(await directory.members('security', 3)).toBeUndefined();
  });

  test('a group that was deleted between two calls is none of theirs', async () => {
    const store = { ...storeSaying({}), groupName: async () => undefined };
    expect(await createIdentityCenterDirectory({ store }).person(ada.userId)).toMatchObject({
      groups: [],
    });
  });
});

describe('permission sets for the people of this very directory', () => {
  test('who is given one is known by the directory’s own id, whatever SCIM wrote', async () => {
    const { assignments, target } = bench;
    const holder = { id: ada.userId, emails: ['somebody-else@curfew.example'] };
    await assignments.assign(target, holder);
    expect(await assignments.look(target, holder)).toMatchObject({ held: true });
    expect(await assignments.holders(target)).toEqual([
      expect.objectContaining({ id: ada.userId, name: 'Ada Engel' }),
    ]);
    await assignments.remove(target, holder);
    expect(await assignments.look(target, holder)).toMatchObject({ held: false });
  });

  test.each(['00uada00000000000001', centerIdOf('nobody')])(
    'an address leads nowhere: %s is not there',
    async (id) => {
      const holder = { id, emails: ['ada@curfew.example'] };
      await expect(bench.assignments.assign(bench.target, holder)).rejects.toThrow(
        /is not in IAM Identity Center under the id/,
      );
    },
  );
});

test('a pause that AWS asks for is kept', async () => {
  const store = {
    ...storeSaying({}),
    userOf: async () => Promise.reject(new RateLimited('AWS', 7)),
  };
  const fault = await faultOf(createIdentityCenterDirectory({ store }).person(ada.userId));
  expect(fault).toMatchObject({ retryAfterSeconds: 7 });
});

const denied = async () => Promise.reject(new Error('AccessDenied'));

/** A store with Ada in one group, who is otherwise than she should be. */
function storeSaying(odd: object): IdentityStore {
  return {
    userIdBy: async () => ada.userId,
    userOf: async () => ({
      UserId: ada.userId,
      UserName: ada.userName,
      DisplayName: ada.displayName,
      Emails: [{ Value: 'ada@curfew.example' }],
      UserStatus: 'ENABLED',
      ...odd,
    }),
    groupIdCalled: async () => 'a-group',
    groupName: async () => 'security',
    groupIdsOf: async () => ({ ids: ['a-group'], more: false }),
    memberIds: async () => ({ ids: [ada.userId], more: false }),
  };
}
