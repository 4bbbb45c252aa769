import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sourceIdentityFor } from '../../aws/source-identity';

test.each(['00uada00000000000001', 'ada.engel', 'a1'])(
  'a directory id that STS takes stays as it is: %s',
  (id) => expect(sourceIdentityFor(id)).toBe(id),
);

test.each(['', 'x', 'Ada Engel', 'ada|engel', 'ädä', 'a'.repeat(65), `sha256-${'a'.repeat(43)}`])(
  'any other becomes a stable hash: "%s"',
  (id) => {
    expect(sourceIdentityFor(id)).toMatch(/^sha256-[\w-]{43}$/);
    expect(sourceIdentityFor(id)).not.toBe(id);
  },
);

test('every id has one that STS takes, and two people never share one', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(sourceIdentityFor(one)).toMatch(/^[\w+=,.@-]{2,64}$/);
      expect(sourceIdentityFor(one)).toBe(sourceIdentityFor(one));
      fc.pre(one !== other);
      expect(sourceIdentityFor(one)).not.toBe(sourceIdentityFor(other));
    }),
  );
});
