import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readButtonValue, writeButtonValue } from '../../bot/button-value';

const REQUEST = 'r-aaaaaaaaaaaaaaaa';

test('a button says what it was given', () => {
  const value = { requestId: REQUEST, grantId: 'g-aaaaaaaaaa', termsHash: 'f'.repeat(64) };
  expect(readButtonValue(writeButtonValue(value))).toEqual(value);
});

test.each([
  undefined,
  '',
  'null',
  '[]',
  REQUEST,
  '{"requestId":"r-1"}',
  `{"requestId":"${REQUEST}","grantId":"g-../../x"}`,
  `{"requestId":"${REQUEST}","approved":true}`,
  `{"requestId":"${REQUEST}","termsHash":""}`,
])('%s is no value of ours', (text) => {
  expect(readButtonValue(text)).toBeUndefined();
});

test('nothing that is typed into a value makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(() => readButtonValue(text)).not.toThrow();
    }),
  );
});
