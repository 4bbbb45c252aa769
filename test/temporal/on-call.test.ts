import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Rota } from '../../access/on-call';
import type { Directory, Person } from '../../access/person';
import { onCallDirectory, onShiftIn } from '../../temporal/on-call';

const person = (id: string, emails: string[], onCall?: boolean): Person => ({
  id,
  name: id,
  emails,
  groups: [],
  active: true,
  ...(onCall !== undefined && { onCall }),
});

const directoryOf = (people: readonly Person[]): Directory => ({
  person: async (id) => people.find((one) => one.id === id),
  byEmail: async (email) =>
    people.filter(({ emails }) => emails.some((one) => one.toLowerCase() === email.toLowerCase())),
  members: async () => ({ people: [...people], more: false }),
});

/** Undefined: it is down. */
const rotaOf = (shifts: Record<string, readonly string[] | undefined>): Rota => ({
  name: 'a rota',
  async onCall(schedule) {
    const shift = shifts[schedule];
    if (shift === undefined) throw new Error('down');
    return shift;
  },
});

const ADA = person('ada', ['ada@curfew.example']);
const TWIN = person('twin', ['Ada@curfew.example']);
const BEN = person('ben', ['ben@curfew.example']);

describe('who is on call by schedules', () => {
  const rows: [
    string,
    Record<string, readonly string[] | undefined>,
    Person[],
    boolean | undefined,
  ][] = [
    ['named', { a: ['ada@curfew.example'] }, [ADA, BEN], true],
    ['named in another case', { a: ['ADA@Curfew.Example'] }, [ADA, BEN], true],
    ['not named', { a: ['ben@curfew.example'] }, [ADA, BEN], false],
    ['nobody is on shift', { a: [] }, [ADA, BEN], false],
    ['named by one of two', { a: [], b: ['ada@curfew.example'] }, [ADA], true],
    ['one is down, the other names them', { a: undefined, b: ['ada@curfew.example'] }, [ADA], true],
    ['one is down, the other does not', { a: undefined, b: [] }, [ADA], undefined],
    ['all are down', { a: undefined }, [ADA], undefined],
    ['the address is of two people', { a: ['ada@curfew.example'] }, [ADA, TWIN], undefined],
    ['an address that only looks like it', { a: ['ada@curfew.example.org'] }, [ADA], false],
  ];
  test.each(rows)('%s', async (_what, shifts, people, onCall) => {
    const onShift = onShiftIn(directoryOf(people), rotaOf(shifts), Object.keys(shifts));
    expect(await onShift(ADA)).toBe(onCall);
  });

  test('of whom no address is known, nobody can tell', async () => {
    const onShift = onShiftIn(directoryOf([]), rotaOf({ a: [] }), ['a']);
    expect(await onShift(person('ada', []))).toBeUndefined();
  });

  test('without a rota nobody can tell', async () => {
    expect(await onShiftIn(directoryOf([ADA]), undefined, ['a'])(ADA)).toBeUndefined();
  });

  test('whatever is down, nobody is called on call who is not, nor off call who is', async () => {
    const addresses = ['ada@curfew.example', 'ben@curfew.example', 'eve@curfew.example'];
    const shift = fc.record({ names: fc.subarray(addresses), isUp: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(shift, { minLength: 1, maxLength: 4 }), async (shifts) => {
        const names = shifts.map((_, index) => `schedule-${index}`);
        const rota = rotaOf(
          Object.fromEntries(
            shifts.map(({ names: on, isUp }, index) => [names[index], isUp ? on : undefined]),
          ),
        );
        const told = await onShiftIn(directoryOf([ADA, BEN]), rota, names)(ADA);
        const really = shifts.some((one) => one.names.includes('ada@curfew.example'));
        expect([really, undefined]).toContain(told);
        expect(told === undefined && shifts.every(({ isUp }) => isUp)).toBe(false);
      }),
    );
  });
});

describe('the directory’s people', () => {
  const told = async (one: Person, shifts: Record<string, readonly string[] | undefined>) => {
    const directory = onCallDirectory(directoryOf([one]), rotaOf(shifts), Object.keys(shifts));
    const [byId, [byEmail], members] = await Promise.all([
      directory.person(one.id),
      directory.byEmail(one.emails[0] ?? ''),
      directory.members('any', 3),
    ]);
    expect([byEmail, members]).toEqual([byId, { people: [byId], more: false }]);
    return byId?.onCall;
  };
  const inGroup = person('emil', ['emil@curfew.example'], true);
  const notInGroup = person('ada', ['ada@curfew.example'], false);

  test('are on call by a group, or by a schedule', async () => {
    expect(await told(inGroup, { a: [] })).toBe(true);
    expect(await told(notInGroup, { a: ['ada@curfew.example'] })).toBe(true);
    expect(await told(notInGroup, { a: [] })).toBe(false);
  });

  test('while a schedule is down the group still says who is, and nobody says who is not', async () => {
    expect(await told(inGroup, { a: undefined })).toBe(true);
    expect(await told(notInGroup, { a: undefined })).toBeUndefined();
  });

  test('without schedules are as they were', () => {
    const directory = directoryOf([ADA]);
    expect(onCallDirectory(directory, undefined, [])).toBe(directory);
  });
});
