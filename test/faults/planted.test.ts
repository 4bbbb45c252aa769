import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { packageRoot } from '../../config/root';
import { INVARIANTS } from './invariants';
import { PLANTED, planted } from './planted';
import { DEAD_FOR_GOOD, NO_SECRET, PURGED } from './run/aftermath';
import { CUT_HOLDS } from './run/lists';

const NAMES = [...Object.keys(INVARIANTS), CUT_HOLDS, DEAD_FOR_GOOD, PURGED, NO_SECRET];

test.each(PLANTED)(
  'the planted bug $name fits the source as it is today',
  ({ edits, caughtBy }) => {
    for (const edit of edits) {
      const text = readFileSync(path.join(packageRoot, edit.file), 'utf8');
      expect(planted(text, edit)).not.toBe(text);
    }
    expect(NAMES).toContain(caughtBy);
  },
);

test('a planted bug that fits nowhere, or twice, is refused', () => {
  const edit = { file: 'any', find: 'one', replace: 'two' };
  expect(() => planted('none', { ...edit, find: 'three' })).toThrow('should be there once');
  expect(() => planted('one and one', edit)).toThrow('should be there once');
});
