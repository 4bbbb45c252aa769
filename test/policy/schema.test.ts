import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { exampleFolder } from '../../config/bundle';
import { packageRoot } from '../../config/root';
import { catalogJsonSchema } from '../../policy/catalog-file';

const file = path.join(packageRoot, 'policy/curfew.schema.json');

// UPDATE_SCHEMA=1 npx jest test/policy/schema && npm run format
if (process.env['UPDATE_SCHEMA'] === '1')
  writeFileSync(file, `${JSON.stringify(catalogJsonSchema(), null, 2)}\n`);

test('the JSON Schema for editors is the one the code reads by', () => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(catalogJsonSchema())),
  );
});

test('it refuses what nobody knows, and takes durations as they are written', () => {
  const schema = JSON.parse(readFileSync(file, 'utf8'));
  const role = schema.properties.roles.additionalProperties;
  expect(schema.additionalProperties).toBe(false);
  expect(role.additionalProperties).toBe(false);
  expect(role.properties.max).toMatchObject({ type: 'string' });
  expect(role.required).not.toContain('mechanism');
});

test('the example points editors to it', () => {
  const [line] = readFileSync(path.join(exampleFolder, 'curfew.yaml'), 'utf8').split('\n');
  const target = /^# yaml-language-server: \$schema=(.+)$/.exec(line ?? '')?.[1];
  expect(path.resolve(exampleFolder, target ?? '')).toBe(file);
});
