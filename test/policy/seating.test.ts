import { describe, expect, test } from '@jest/globals';
import type { PersonFacts } from '../../access/decision';
import { mostFilled, seatTogether, type Right, type Sitter } from '../../policy/seating';
import { NOON, someone } from '../support/policy-bundle';

const humanOf = ({ id }: PersonFacts): string => id;
const own = (...seats: number[]): Right => ({ seats, policies: [] });
const of = (id: string, ...seats: number[]): Right => ({
  ...own(...seats),
  for: { person: someone(id, []), until: NOON },
});
const sitter = (id: string, ...rights: Right[]): Sitter => ({ person: someone(id, []), rights });
/** For whom each of them sits. */
const seatedFor = (...sitters: Sitter[]): (string | undefined)[] | undefined =>
  seatTogether(sitters, humanOf)?.map((right) => right.for?.person.id);

describe('of many who are away with the same seats', () => {
  test.each([
    ['whoever is not taken is found behind all who can be', ['ada', 'ben', 'x', 'y'], ['x', 'y']],
    ['nobody is, when all are taken', ['ada', 'ben', 'x'], undefined],
  ])('%s', (_, away, seated) => {
    const ada = sitter('ada', of('x', 0));
    const ben = sitter('ben', ...away.map((id) => of(id, 1)));
    expect(seatedFor(ada, ben)).toEqual(seated);
  });

  test('one’s own right comes first', () => {
    expect(seatedFor(sitter('ada', own(0), of('x', 0)))).toEqual([undefined]);
  });

  test('those with other seats do not stand in each other’s way', () => {
    const ada = sitter('ada', ...['x1', 'x2', 'x3', 'x4'].map((id) => of(id, 0)), of('y', 1));
    const ben = sitter('ben', own(0));
    expect(seatedFor(ada, ben)).toEqual(['y', undefined]);
  });

  test('not every one is tried with every other’s, however many they are', () => {
    let asked = 0;
    const counting = (person: PersonFacts): string => {
      asked += 1;
      return person.id;
    };
    // Two seats for three: it cannot be, and that is known only when all ways were tried.
    const three = ['ada', 'ben', 'carla'].map((id) =>
      sitter(id, ...Array.from({ length: 60 }, (_, nr) => of(`${id}-${nr}`, 0, 1))),
    );
    expect(seatTogether(three, counting)).toBeUndefined();
    expect(asked).toBeLessThan(10_000);
    expect(mostFilled(three.slice(0, 2), [], counting)).toBe(2);
    expect(asked).toBeLessThan(20_000);
  });
});
