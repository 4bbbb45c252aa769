import { describe, expect, test } from '@jest/globals';
import type { Conditions, RoleTerms, Variant } from '../../policy/catalog';
import { whyNeverReached } from '../../policy/variants-reach';
import { EXAMPLE_ROLES } from '../support/example-catalog';

const seat = { label: 'security', groups: ['security'], stage: 0 };
const variant = (when: Conditions, seats = 1): Variant => ({
  when,
  seats: Array.from({ length: seats }, () => seat),
  rule: '',
});
const roles = EXAMPLE_ROLES.map((role): RoleTerms => ({
  role,
  owners: [],
  seats: [seat],
  route: 'theirs',
  variants: [],
}));

/** Does the first, which asks as much, always count when the second would? */
const covers = (outer: Conditions, inner: Conditions): boolean => {
  const [first, second] = [variant(outer), variant(inner)];
  return whyNeverReached(second, [first, second], roles) !== undefined;
};

describe('a variant that counts whenever another one would', () => {
  const rows: [string, Conditions, Conditions, boolean][] = [
    ['no condition takes in all', {}, { env: ['prod'] }, true],
    ['all is not within a condition', { env: ['prod'] }, {}, false],
    ['the same', { env: ['prod'] }, { env: ['prod'] }, true],
    ['one of two', { env: ['prod', 'dev'] }, { env: ['prod'] }, true],
    ['two are not one', { env: ['prod'] }, { env: ['prod', 'dev'] }, false],
    ['the same account', { account: ['shop-prod'] }, { account: ['shop-prod'] }, true],
    ['another account', { account: ['shop-dev'] }, { account: ['shop-prod'] }, false],
    ['any account is not one', { account: ['shop-dev'] }, {}, false],
    ['a higher risk', { risk: ['low', 'high'] }, { risk: ['high'] }, true],
    ['another risk', { risk: ['low'] }, { risk: ['high'] }, false],
    ['any risk is not one', { risk: ['high'] }, {}, false],
    ['the same group', { requesterIn: ['sre', 'ops'] }, { requesterIn: ['sre'] }, true],
    ['another group', { requesterIn: ['ops'] }, { requesterIn: ['sre'] }, false],
    ['everybody is not a group', { requesterIn: ['ops'] }, {}, false],
    ['longer than more', { longerThan: 60 }, { longerThan: 90 }, true],
    ['longer than just as much', { longerThan: 60 }, { longerThan: 60 }, true],
    ['longer than less', { longerThan: 60 }, { longerThan: 30 }, false],
    ['as long as anybody likes is not longer', { longerThan: 60 }, {}, false],
    ['up to less', { upTo: 60 }, { upTo: 30 }, true],
    ['up to just as much', { upTo: 60 }, { upTo: 60 }, true],
    ['up to more', { upTo: 60 }, { upTo: 90 }, false],
    ['as long as anybody likes is not up to', { upTo: 60 }, {}, false],
    ['on call', { onCall: true }, { onCall: true }, true],
    ['off call', { onCall: false }, { onCall: false }, true],
    ['on call is not off', { onCall: true }, { onCall: false }, false],
    ['off call is not on', { onCall: false }, { onCall: true }, false],
    ['anybody is not on call', { onCall: true }, {}, false],
    ['anybody takes in who is on call', {}, { onCall: true }, true],
    ['of several, all', { env: ['prod'], upTo: 60 }, { env: ['prod'], upTo: 30 }, true],
    ['of several, not the first', { env: ['dev'], upTo: 60 }, { env: ['prod'], upTo: 30 }, false],
    ['of several, not the last', { env: ['prod'], upTo: 60 }, { env: ['prod'], upTo: 90 }, false],
  ];
  test.each(rows)('%s', (_, outer, inner, expected) => {
    expect(covers(outer, inner)).toBe(expected);
  });

  test('is only told of where it asks as much, and of two alike the first counts', () => {
    const [light, heavy] = [variant({}, 1), variant({}, 2)];
    expect(whyNeverReached(light, [light, heavy], roles)).toMatch(/variant 2 counts/);
    expect(whyNeverReached(heavy, [light, heavy], roles)).toBeUndefined();
    const alike = [variant({}), variant({})];
    expect(alike.map((one) => whyNeverReached(one, alike, roles))).toEqual([
      undefined,
      expect.stringMatching(/variant 1 counts/),
    ]);
  });
});

describe('a variant that no role could take', () => {
  const rows: [string, Conditions, RegExp][] = [
    ['of an account', { account: ['bank'] }, /with account bank\.$/],
    ['of either account', { account: ['bank', 'till'] }, /with account bank or till\.$/],
    ['of an env', { env: ['staging', 'test'] }, /with env staging or test\.$/],
    ['of no role’s risk in that env', { env: ['dev'], risk: ['high'] }, /env dev and risk high\.$/],
    ['for longer than any', { longerThan: 480 }, /with a max of more than 8 h\.$/],
    ['for longer than the longest by a minute less', { longerThan: 479 }, /^some role could$/],
    ['of what some role has', { account: ['shop-prod'], risk: ['high'] }, /^some role could$/],
    [
      'of what people are, which no role says',
      { onCall: true, requesterIn: ['sre'] },
      /^some role could$/,
    ],
  ];
  test.each(rows)('%s', (_, when, why) => {
    const one = variant(when);
    expect(whyNeverReached(one, [one], roles) ?? 'some role could').toMatch(why);
  });
});
