import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Directory, Person } from '../../access/person';

/** A directory with nobody in it, and the ways to change what it says. */
export interface ArrangedDirectory {
  directory: Directory;
  put(person: Person): void;
  renameGroup(from: string, to: string): void;
  close(): Promise<void>;
}

const ada: Person = {
  id: '00uada00000000000001',
  name: 'Ada Engel',
  emails: ['ada@curfew.example'],
  groups: ['engineers'],
  active: true,
};
const carla: Person = {
  id: '00ucarla000000000003',
  name: 'Carla Rossi',
  emails: ['carla@curfew.example'],
  groups: ['payments-owners', 'security'],
  active: true,
};

/** What every directory promises. */
export function directoryContract(name: string, arrange: () => Promise<ArrangedDirectory>): void {
  describe(`${name} as a directory`, () => {
    let arranged: ArrangedDirectory;
    let directory: Directory;
    beforeEach(async () => {
      arranged = await arrange();
      ({ directory } = arranged);
      arranged.put(ada);
      arranged.put(carla);
    });
    afterEach(() => arranged.close());

    test('knows a person by id, with their groups by name', async () => {
      expect(await directory.person(ada.id)).toEqual(ada);
      expect(await directory.person(carla.id)).toEqual(carla);
    });

    test('says whom somebody reports to, as it was told', async () => {
      for (const manager of [carla.id, 'carla@curfew.example']) {
        arranged.put({ ...ada, manager });
        expect((await directory.person(ada.id))?.manager).toBe(manager);
      }
    });

    test.each([
      ['an unknown id', '00unobody00000000000'],
      ['an e-mail address', 'ada@curfew.example'],
      ['another case of the id', ada.id.toUpperCase()],
      ['nothing', ''],
      ['a path', '../groups'],
      ['whoever asks', 'me'],
    ])('%s is nobody’s id', async (_, id) => {
      expect(await directory.person(id)).toBeUndefined();
    });

    test.each(['ada@curfew.example', 'Ada@Curfew.EXAMPLE', ' ada@curfew.example '])(
      'finds by e-mail address, whatever its case: %j',
      async (email) => {
        expect(await directory.byEmail(email)).toEqual([ada]);
      },
    );

    test.each([
      ['nobody has it', 'zoe@curfew.example'],
      ['it is only a part', 'ada@curfew'],
      ['it is empty', ''],
      ['it is a search of its own', 'x" or profile.email co "@'],
      ['it ends in a backslash', 'ada@curfew.example\\'],
      ['a look-alike is no letter (a Kelvin sign)', '\u{212A}arl@curfew.example'],
    ])('finds nobody by e-mail when %s', async (_, email) => {
      arranged.put({ ...ada, id: '00ukarl0000000000008', emails: ['karl@curfew.example'] });
      expect(await directory.byEmail(email)).toEqual([]);
    });

    test('tells of everyone with an address, also when only its case differs or one has left', async () => {
      const other = { ...ada, id: '00uother000000000009', emails: ['ADA@curfew.example'] };
      arranged.put({ ...other, active: false });
      const found = await directory.byEmail('ada@curfew.example');
      expect(found.map(({ id }) => id).toSorted()).toEqual([ada.id, other.id].toSorted());
    });

    test('finds by any of several addresses', async () => {
      const two = { ...ada, emails: ['ada.engel@curfew.example', 'ada@curfew.example'] };
      arranged.put(two);
      expect(await directory.byEmail('ada.engel@curfew.example')).toEqual([two]);
      expect(await directory.byEmail('ada@curfew.example')).toEqual([two]);
    });

    test('knows a group’s members with all their groups; not those who left', async () => {
      arranged.put({ ...ada, groups: ['security'], active: false });
      arranged.put({ ...ada, id: '00ugroupless000000001', emails: [], groups: [] });
      expect(await directory.members('security', 10)).toEqual({ people: [carla], more: false });
    });

    test.each([1, 2, 5])(
      'looks at no more than the first %i, and says that there are more',
      async (atMost) => {
        const crowd = Array.from({ length: 6 }, (_, nth) => `00ucrowd00000000000${nth}`);
        for (const id of crowd)
          arranged.put({ ...ada, id, emails: [`${id}@curfew.example`], groups: ['security'] });
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

    test('facts are fresh: leaving, moving and a renamed group count at the next question', async () => {
      expect(await directory.person(carla.id)).toEqual(carla);
      expect(await directory.byEmail('carla@curfew.example')).toEqual([carla]);
      arranged.put({ ...carla, active: false, groups: ['payments-owners'] });
      expect(await directory.person(carla.id)).toMatchObject({ active: false });
      expect(await directory.byEmail('carla@curfew.example')).toMatchObject([{ active: false }]);

      const ids = async (group: string) =>
        (await directory.members(group, 10))?.people.map(({ id }) => id);
      expect(await directory.members('security', 10)).toEqual({ people: [], more: false });
      arranged.put({ ...carla, groups: ['payments-owners'] });
      expect(await ids('payments-owners')).toEqual([carla.id]);
      arranged.renameGroup('payments-owners', 'billing-owners');
      expect(await directory.person(carla.id)).toMatchObject({ groups: ['billing-owners'] });
      expect(await ids('payments-owners')).toBeUndefined();
      expect(await ids('billing-owners')).toEqual([carla.id]);
    });
  });
}
