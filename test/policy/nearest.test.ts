import { expect, test } from '@jest/globals';
import { didYouMean, nearest } from '../../policy/nearest';

const ROLES = ['dev-readonly', 'prod-admin', 'prod-readonly', 'staging-admin'];

test.each([
  ['prod-admn', 'prod-admin'],
  ['prdo-admin', 'prod-admin'],
  ['PROD-ADMIN', 'prod-admin'],
  ['dev-readonyl', 'dev-readonly'],
  ['prod-reader', 'prod-readonly'],
  ['production', undefined],
  ['', undefined],
  ['x'.repeat(10_000), undefined],
])('%s means %s', (word, meant) => {
  expect(nearest(word, ROLES)).toBe(meant);
});

test.each([
  ['hihg', 'high'],
  ['hgih', 'high'],
  ['max', 'maxx'],
])('two swapped letters are one mistake: %s, %s', (word, meant) => {
  expect(nearest(word, [meant])).toBe(meant);
});

test('the nearest one is meant, not the first that is near', () => {
  expect(nearest('prod-admim', ['prod-admit-one', 'prod-admin'])).toBe('prod-admin');
});

test('nothing is said when nothing is near', () => {
  expect(didYouMean('banana', ROLES)).toBe('');
  expect(didYouMean('prod-admn', ROLES)).toBe(' Did you mean prod-admin?');
});
