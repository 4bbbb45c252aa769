import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BrokenConfig, checkBundle, exampleFolder, loadBundle } from '../../config/bundle';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'curfew-bundle-'));
  cpSync(exampleFolder, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const rewrite = (name: string, change: (text: string) => string): void => {
  const file = path.join(folder, name);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
};

describe('loading a configuration folder', () => {
  test('the example that ships loads without a finding', () => {
    const { catalog, policy, findings } = loadBundle(exampleFolder);
    expect(findings).toEqual([]);
    expect(catalog.roles().map(({ id }) => id)).toEqual([
      'dev-readonly',
      'staging-admin',
      'prod-readonly',
      'prod-admin',
      'dev-poweruser',
      'grafana-admins',
    ]);
    expect(policy.hash).toBe(catalog.hash);
  });

  test('a broken folder is refused with everything that is wrong, each with file and line', () => {
    rewrite('curfew.yaml', (text) => text.replace('max: 8h', 'max: forever'));
    rewrite('policies/revoke.cedar', (text) => text.replace('@id("owners-revoke")\n', ''));
    expect(() => loadBundle(folder)).toThrow(BrokenConfig);
    expect(() => loadBundle(folder)).toThrow(/curfew\.yaml:65:5 error roles\.dev-readonly\.max/);
    expect(() => loadBundle(folder)).toThrow(/policies\/revoke\.cedar:3 error policy: .* no @id/);
  });

  test('a folder that is not there is a fault, not a finding', () => {
    expect(() => checkBundle(path.join(folder, 'nowhere'))).toThrow(/ENOENT/);
  });

  test('a folder without curfew.yaml says so', () => {
    rmSync(path.join(folder, 'curfew.yaml'));
    expect(checkBundle(folder)).toMatchObject({
      ok: false,
      findings: [{ file: 'curfew.yaml', problem: expect.stringContaining('no curfew.yaml') }],
    });
  });

  test('a folder without policies says so', () => {
    rmSync(path.join(folder, 'policies'), { recursive: true });
    expect(checkBundle(folder).findings[0]).toMatchObject({ file: 'policies', level: 'error' });
  });
});

describe('the hash of a bundle', () => {
  const hash = () => loadBundle(folder).catalog.hash;

  test('is the same for the same files, wherever they are', () => {
    expect(hash()).toMatch(/^[0-9a-f]{64}$/);
    expect(hash()).toBe(loadBundle(exampleFolder).catalog.hash);
  });

  test.each([
    ['the catalog', 'curfew.yaml'],
    ['a policy', 'policies/revoke.cedar'],
  ])('changes with %s', (_, name) => {
    const before = hash();
    rewrite(name, (text) =>
      text.replace(/$/, name.endsWith('.yaml') ? '\n# a word' : '\n// a word'),
    );
    expect(hash()).not.toBe(before);
  });

  test('does not change with files that are no part of it', () => {
    const before = hash();
    writeFileSync(path.join(folder, 'notes.md'), 'call Deniz');
    writeFileSync(path.join(folder, 'policies/draft.txt'), 'permit everything');
    expect(hash()).toBe(before);
  });

  test('tells apart a text that moved from one file to the next', () => {
    writeFileSync(path.join(folder, 'policies/x.cedar'), '// one\n// two\n');
    writeFileSync(path.join(folder, 'policies/y.cedar'), '// three\n');
    const before = hash();
    writeFileSync(path.join(folder, 'policies/x.cedar'), '// one\n');
    writeFileSync(path.join(folder, 'policies/y.cedar'), '// two\n// three\n');
    expect(hash()).not.toBe(before);
  });

  test('tells apart a file and its words at the end of another', () => {
    writeFileSync(path.join(folder, 'policies/x.cedar'), '// ');
    writeFileSync(path.join(folder, 'policies/y.cedar'), '// moved');
    const before = hash();
    rmSync(path.join(folder, 'policies/y.cedar'));
    writeFileSync(path.join(folder, 'policies/x.cedar'), '// policies/y.cedar// moved');
    expect(hash()).not.toBe(before);
  });
});
