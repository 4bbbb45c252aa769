import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { packageRoot } from '../../config/root';
import { CEDAR_SCHEMA } from '../../policy/cedar-schema';

test('the Cedar schema that editors read is the one that policies are checked against', () => {
  const file = path.join(packageRoot, 'policy/curfew.cedarschema');
  // After a change of cedar-schema.ts, copy the text of CEDAR_SCHEMA there.
  expect(readFileSync(file, 'utf8')).toBe(CEDAR_SCHEMA);
});
