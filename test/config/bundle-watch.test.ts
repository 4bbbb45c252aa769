import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { exampleFolder, loadBundle, readFolder } from '../../config/bundle';
import { watchBundle, type BundleWatch } from '../../config/bundle-watch';
import { livingBundle, type LivingBundle } from '../../config/living-bundle';
import type { BundleNews } from '../../policy/bundle-news';
import { temporaryFolder } from '../support/temporary-folder';

const base = temporaryFolder();
let turn = 0;
let folder: string;
let living: LivingBundle;
let watch: BundleWatch;
let news: BundleNews[];

const rewrite = (name: string, change: (text: string) => string): void => {
  const file = path.join(folder, name);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
};
const take = (one: BundleNews): void => {
  news.push(one);
  if (one.kind === 'loaded') living.replace(one);
};
/** A change counts once it holds still. */
const lookTwice = (): void => {
  watch.look(take);
  watch.look(take);
};
const kinds = (): string[] => news.map(({ kind }) => kind);
const longer = (text: string): string => text.replace('max: 8h', 'max: 9h');
const broken = (text: string): string => text.replace('max: 8h', 'max: forever');

beforeEach(() => {
  folder = path.join(base, `config-${turn++}`);
  cpSync(exampleFolder, folder, { recursive: true });
  living = livingBundle(loadBundle(folder));
  watch = watchBundle(folder, { inForce: living.catalog });
  news = [];
  lookTwice();
});

describe('a configuration folder that is watched', () => {
  test('says nothing while nothing changes', () => {
    lookTwice();
    expect(news).toEqual([]);
  });

  test('is used anew when a file has changed, for whoever holds it, catalog and policy together', () => {
    const before = living.policy.hash;
    rewrite('curfew.yaml', longer);
    lookTwice();
    expect(kinds()).toEqual(['loaded']);
    expect(living.catalog.role('dev-readonly')?.maxMinutes).toBe(540);
    expect(living.policy.hash).toBe(living.catalog.hash);
    expect(living.policy.hash).not.toBe(before);
    expect(news[0]).toMatchObject({ files: { 'curfew.yaml': expect.stringContaining('max: 9h') } });
  });

  test('is not judged while it is half saved', () => {
    rewrite('curfew.yaml', broken);
    watch.look(take);
    rewrite('curfew.yaml', (text) => text.replace('max: forever', 'max: 9h'));
    lookTwice();
    expect(kinds()).toEqual(['loaded']);
  });

  test('stays as it is when what came cannot be used; said once, with file, line and fix, and when it is mended', () => {
    const before = living.policy.hash;
    rewrite('curfew.yaml', broken);
    lookTwice();
    lookTwice();
    rewrite('curfew.yaml', (text) => text);
    lookTwice();
    expect(kinds()).toEqual(['refused']);
    expect(news[0]).toMatchObject({
      findings: [
        { file: 'curfew.yaml', field: 'roles.dev-readonly.max', line: expect.any(Number) },
      ],
    });
    expect(living.policy.hash).toBe(before);
    const { hash } = readFolder(folder);
    rewrite('curfew.yaml', (text) => text.replace('max: forever', 'max: 8h'));
    lookTwice();
    expect(news[1]).toMatchObject({ kind: 'loaded', mends: hash });
    expect(living.policy.hash).toBe(before);
  });

  test('that is gone is one that cannot be used', () => {
    const before = living.policy.hash;
    rmSync(folder, { recursive: true });
    lookTwice();
    expect(news).toMatchObject([{ kind: 'refused', findings: [{ field: 'file' }] }]);
    expect(living.policy.hash).toBe(before);
  });

  test('a policy file that appears counts like any other change', () => {
    writeFileSync(
      path.join(folder, 'policies/freeze.cedar'),
      '@id("freeze") @advice("Wait.") forbid (principal, action == Curfew::Action::"Request", resource);',
    );
    lookTwice();
    expect(kinds()).toEqual(['loaded']);
  });

  test('what could not be put on record is handed over again, and does not take effect before', () => {
    const before = living.policy.hash;
    rewrite('curfew.yaml', longer);
    watch.look(take);
    const failing = (): void => {
      throw new Error('the disk is full');
    };
    expect(() => watch.look(failing)).toThrow('the disk is full');
    expect(living.policy.hash).toBe(before);
    watch.look(take);
    expect(kinds()).toEqual(['loaded']);
  });

  test('what is read at the start only is refused, with what to do', () => {
    rewrite('curfew.yaml', (text) => text.replace('d-1234567890', 'd-0987654321'));
    lookTwice();
    expect(news).toMatchObject([
      {
        kind: 'refused',
        findings: [{ field: 'identityCenter', fix: expect.stringContaining('again') }],
      },
    ]);
  });
});

test('what the environment lacks for a configuration refuses it while Curfew runs, too', () => {
  watch = watchBundle(folder, {
    inForce: living.catalog,
    demand: () => {
      throw new Error('CURFEW_OIDC_ISSUER is not set.');
    },
  });
  const before = living.policy.hash;
  rewrite('curfew.yaml', longer);
  lookTwice();
  expect(news).toMatchObject([
    { kind: 'refused', findings: [{ problem: 'CURFEW_OIDC_ISSUER is not set.' }] },
  ]);
  expect(living.policy.hash).toBe(before);
});

describe('a configuration whose hash is pinned', () => {
  test('is used, and no other, however good another is', () => {
    const pinned = readFolder(folder).hash;
    expect(loadBundle(folder, pinned).policy.hash).toBe(pinned);
    watch = watchBundle(folder, { inForce: living.catalog, pinned });
    rewrite('curfew.yaml', longer);
    lookTwice();
    expect(news).toMatchObject([
      {
        kind: 'refused',
        findings: [{ field: 'CURFEW_CONFIG_HASH', problem: expect.stringContaining(pinned) }],
      },
    ]);
    expect(living.policy.hash).toBe(pinned);
    expect(() => loadBundle(folder, pinned)).toThrow(/CURFEW_CONFIG_HASH: .* is pinned/);
  });
});

describe('work that has begun under a bundle', () => {
  test('ends under it, and what begins afterwards does not', async () => {
    const before = living.policy.hash;
    const seen: string[] = [];
    await living.within(async () => {
      seen.push(living.policy.hash);
      rewrite('curfew.yaml', longer);
      lookTwice();
      await Promise.resolve();
      seen.push(living.policy.hash, living.catalog.hash);
    });
    expect(kinds()).toEqual(['loaded']);
    expect(seen).toEqual([before, before, before]);
    expect(living.within(() => living.policy.hash)).not.toBe(before);
  });
});
