import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Directory, Person } from '../../access/person';

/** A directory with nobody in it, and the ways to change what it says. */
export interface ArrangedDirectory {
  directory: Directory;
  /** Adds somebody, or puts them in the place of who was put with this id; gives them as the directory has them. */
  put(person: Person): Promise<Person>;
  renameGroup(from: string, to: string): Promise<void>;
  /** From now on this name is bound to the group that bears it now. */
  bindGroup(name: string): Promise<void>;
  close(): Promise<void>;
}

/** One of somebody else's making may not let itself be changed in all ways that people change. */
export interface DirectoryLimits {
  /** Nobody leaves it, moves in it or gets another name. */
  fixed?: boolean;
  /** It has no word for whom somebody reports to. */
  managers?: false;
  /** It does not find by address. */
  search?: false;
}

const ADA: Person = {
  id: '00uada00000000000001',
  name: 'Ada Engel',
  emails: ['ada@curfew.example'],
  groups: ['engineers'],
  active: true,
};
const CARLA: Person = {
  id: '00ucarla000000000003',
  name: 'Carla Rossi',
  emails: ['carla@curfew.example'],
  groups: ['payments-owners', 'security'],
  active: true,
};

/** What every directory promises. */
export function directoryContract(
  name: string,
  arrange: () => Promise<ArrangedDirectory>,
  { fixed = false, managers, search }: DirectoryLimits = {},
): void {
  const whenChanging = fixed ? describe.skip : describe;
  const withManagers = managers === false ? test.skip : test;
  const withSearch = search === false ? test.skip : test;

  describe(`${name} as a directory`, () => {
    let arranged: ArrangedDirectory;
    let directory: Directory;
    let ada: Person;
    let carla: Person;
    beforeEach(async () => {
      arranged = await arrange();
      ({ directory } = arranged);
      ada = await arranged.put(ADA);
      carla = await arranged.put(CARLA);
    });
    afterEach(() => arranged.close());

    test('knows a person by id, with their groups by name', async () => {
      expect(await directory.person(ada.id)).toEqual(ada);
      const found = await directory.person(carla.id);
      expect(found && { ...found, groups: found.groups.toSorted() }).toEqual(carla);
    });

    withManagers('says whom somebody reports to, as it was told', async () => {
      for (const manager of [carla.id, 'carla@curfew.example']) {
        await arranged.put({ ...ADA, manager });
        expect((await directory.person(ada.id))?.manager).toBe(manager);
      }
    });

    test.each([
      ['an unknown id', '00unobody00000000000'],
      ['an unknown id of another form', '9067642ac5-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'],
      ['an e-mail address', 'ada@curfew.example'],
      ['nothing', ''],
      ['a path', '../groups'],
      ['whoever asks', 'me'],
    ])('%s is nobody’s id', async (_, id) => {
      expect(await directory.person(id)).toBeUndefined();
    });

    test('another case of an id is nobody’s id', async () => {
      expect(await directory.person(ada.id.toUpperCase())).toBeUndefined();
    });

    withSearch.each(['ada@curfew.example', 'Ada@Curfew.EXAMPLE', ' ada@curfew.example '])(
      'finds by e-mail address, whatever its case: %j',
      async (email) => {
        expect(await directory.byEmail(email)).toEqual([ada]);
      },
    );

    withSearch.each([
      ['nobody has it', 'zoe@curfew.example'],
      ['it is only a part', 'ada@curfew'],
      ['it is empty', ''],
      ['it is a search of its own', 'x" or profile.email co "@'],
      ['it ends in a backslash', 'ada@curfew.example\\'],
      ['a look-alike is no letter (a Kelvin sign)', '\u{212A}arl@curfew.example'],
    ])('finds nobody by e-mail when %s', async (_, email) => {
      await arranged.put({ ...ADA, id: '00ukarl0000000000008', emails: ['karl@curfew.example'] });
      expect(await directory.byEmail(email)).toEqual([]);
    });

    withSearch('tells of everyone with an address, also when only its case differs', async () => {
      const other = await arranged.put({
        ...ADA,
        id: '00uother000000000009',
        emails: ['ADA@curfew.example'],
      });
      const found = await directory.byEmail('ADA@curfew.example');
      expect(found.map(({ id }) => id).toSorted()).toEqual([ada.id, other.id].toSorted());
    });

    withSearch('finds by any of several addresses', async () => {
      const emails = ['dora.engel@curfew.example', 'dora@curfew.example'];
      const dora = await arranged.put({ ...ADA, id: '00udora00000000000005', emails });
      expect(await directory.byEmail('dora.engel@curfew.example')).toEqual([dora]);
      expect(await directory.byEmail('dora@curfew.example')).toEqual([dora]);
    });

    test('knows a group’s members with all their groups', async () => {
      const found = await directory.members('security', 10);
      expect(found?.more).toBe(false);
      expect(found?.people.map((one) => ({ ...one, groups: one.groups.toSorted() }))).toEqual([
        carla,
      ]);
    });

    test.each([1, 2, 5])(
      'looks at no more than the first %i, and says that there are more',
      async (atMost) => {
        for (let nth = 0; nth < 6; nth += 1) {
          const id = `00ucrowd00000000000${nth}`;
          const emails = [`${id}@curfew.example`];
          await arranged.put({ ...ADA, id, emails, groups: ['security'] });
        }
        const found = await directory.members('security', atMost);
        expect(found?.people).toHaveLength(atMost);
        expect(found?.more).toBe(true);
        expect(await directory.members('security', 7)).toMatchObject({ more: false });
      },
    );

    test.each(['unknown', 'sec', 'Security', 'security ', '', 'x" or profile.name co "s'])(
      'there is no group called %j: names are exact',
      async (group) => {
        expect(await directory.members(group, 10)).toBeUndefined();
      },
    );

    whenChanging('when people change', () => {
      withSearch('who is found by address is told of as they are now', async () => {
        await arranged.put({ ...CARLA, active: false });
        expect(await directory.byEmail('carla@curfew.example')).toMatchObject([{ active: false }]);
      });

      withSearch('tells also of somebody with the same address who has left', async () => {
        const left = { ...ADA, emails: ['ADA@curfew.example'], active: false };
        const { id } = await arranged.put({ ...left, id: '00uother000000000009' });
        const found = await directory.byEmail('ADA@curfew.example');
        expect(found.map((one) => one.id).toSorted()).toEqual([ada.id, id].toSorted());
      });

      test('who has left is no member any more that could be asked', async () => {
        await arranged.put({ ...ADA, groups: ['security'], active: false });
        expect((await directory.members('security', 10))?.people).toMatchObject([{ id: carla.id }]);
      });

      test('facts are fresh: leaving, moving and a renamed group count at the next question', async () => {
        await arranged.put({ ...CARLA, active: false, groups: ['payments-owners'] });
        expect(await directory.person(carla.id)).toMatchObject({ active: false });

        const ids = async (group: string) =>
          (await directory.members(group, 10))?.people.map(({ id }) => id);
        expect(await directory.members('security', 10)).toEqual({ people: [], more: false });
        await arranged.put({ ...CARLA, groups: ['payments-owners'] });
        expect(await ids('payments-owners')).toEqual([carla.id]);
        await arranged.renameGroup('payments-owners', 'billing-owners');
        expect(await directory.person(carla.id)).toMatchObject({ groups: ['billing-owners'] });
        expect(await ids('payments-owners')).toBeUndefined();
        expect(await ids('billing-owners')).toEqual([carla.id]);
      });

      test('a name that is bound to an id stays with its group, whatever that or another is called', async () => {
        await arranged.bindGroup('security');
        await arranged.renameGroup('security', 'harmless');
        await arranged.put({ ...ADA, groups: ['engineers'] });
        expect((await directory.person(carla.id))?.groups.toSorted()).toEqual([
          'payments-owners',
          'security',
        ]);
        expect((await directory.members('security', 10))?.people).toMatchObject([{ id: carla.id }]);
        // Somebody who may name groups takes the name for another.
        await arranged.renameGroup('engineers', 'security');
        expect(await directory.person(ada.id)).toMatchObject({ groups: [] });
        expect((await directory.members('security', 10))?.people).toMatchObject([{ id: carla.id }]);
        expect(await directory.members('harmless', 10)).toBeUndefined();
      });

      withSearch('somebody without any address is found by id, and by no address', async () => {
        const none = await arranged.put({ ...ADA, id: '00unone00000000000007', emails: [] });
        expect(await directory.person(none.id)).toEqual(none);
        expect(await directory.byEmail('')).toEqual([]);
      });
    });
  });
}
