import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seatsFilled } from '../../policy/seats';

const sitters = fc.array(fc.record({ seats: fc.uniqueArray(fc.nat(4), { maxLength: 4 }) }), {
  maxLength: 6,
});

/** Every way to seat them, tried out. */
function mostByTrying(
  [first, ...rest]: { seats: readonly number[] }[],
  taken: number[] = [],
): number {
  if (first === undefined) return taken.length;
  const sits = first.seats
    .filter((seat) => !taken.includes(seat))
    .map((seat) => mostByTrying(rest, [...taken, seat]));
  return Math.max(mostByTrying(rest, taken), ...sits);
}

test('as many seats are filled as trying every way would fill', () => {
  fc.assert(
    fc.property(sitters, (all) => {
      expect(seatsFilled(all)).toBe(mostByTrying(all));
    }),
  );
});

test('the order of people does not matter', () => {
  fc.assert(
    fc.property(sitters, (all) => {
      expect(seatsFilled(all.toReversed())).toBe(seatsFilled(all));
    }),
  );
});

test.each([
  [[[0], [0]], 1],
  [[[0, 1], [0]], 2],
  [
    [
      [0, 1],
      [0, 1],
      [0, 1],
    ],
    2,
  ],
  [[[0, 1], [0, 2], [0]], 3],
  [[[]], 0],
  [[], 0],
])('%j fills %d', (seats, filled) => {
  expect(seatsFilled(seats.map((mine) => ({ seats: mine })))).toBe(filled);
});
