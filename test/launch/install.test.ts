import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { whyNotInstalled } from '../../launch/install.mjs';

const LINUX = { platform: 'linux', arch: 'x64' };

const LOCKED = {
  '': {},
  'node_modules/one': { version: '1.0.0' },
  'node_modules/for-linux': { version: '2.0.0', optional: true, os: ['linux'], cpu: ['x64'] },
  'node_modules/for-mac': { version: '2.0.0', optional: true, os: ['darwin'] },
};
const { 'node_modules/for-mac': _, '': __, ...INSTALLED } = LOCKED;

describe('whether the dependencies are installed', () => {
  let root: string;
  const write = (file: string, content: unknown) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), JSON.stringify(content));
  };

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'curfew-install-'));
    write('package-lock.json', { packages: LOCKED });
    write('node_modules/one/package.json', {});
    write('node_modules/for-linux/package.json', {});
    write('node_modules/.package-lock.json', { packages: INSTALLED });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('they are when npm finished with what the lock file names', () => {
    expect(whyNotInstalled(root, LINUX)).toBeUndefined();
  });

  test('a package for another kind of machine may be missing', () => {
    expect(whyNotInstalled(root, LINUX)).toBeUndefined();
    expect(whyNotInstalled(root, { platform: 'darwin', arch: 'arm64' })).toBe(
      'it was installed for another kind of machine',
    );
  });

  test('nothing there at all', () => {
    rmSync(path.join(root, 'node_modules'), { recursive: true });
    expect(whyNotInstalled(root, LINUX)).toBe('nothing is installed yet');
  });

  test('an install that was cut off before npm wrote down that it was done', () => {
    rmSync(path.join(root, 'node_modules/.package-lock.json'));
    expect(whyNotInstalled(root, LINUX)).toBe('an earlier install did not finish');
  });

  test('an install that was cut off while npm wrote that', () => {
    writeFileSync(path.join(root, 'node_modules/.package-lock.json'), '{"packages": {"node_mod');
    expect(whyNotInstalled(root, LINUX)).toBe('an earlier install did not finish');
  });

  test('a package that was deleted afterwards', () => {
    rmSync(path.join(root, 'node_modules/one'), { recursive: true });
    expect(whyNotInstalled(root, LINUX)).toBe('node_modules/one is missing');
  });

  test('a lock file that moved on', () => {
    write('package-lock.json', {
      packages: { ...LOCKED, 'node_modules/one': { version: '1.0.1' } },
    });
    expect(whyNotInstalled(root, LINUX)).toBe('node_modules/one is not at version 1.0.1');
  });

  test('a broken lock file says how to get it back', () => {
    writeFileSync(path.join(root, 'package-lock.json'), '<<<<<<< HEAD');
    expect(() => whyNotInstalled(root, LINUX)).toThrow('git checkout package-lock.json');
  });
});
