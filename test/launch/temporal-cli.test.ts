import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cachedCli, findTemporalCli } from '../../launch/temporal-cli.mjs';

describe('where the Temporal CLI comes from', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'curfew-cli-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  /** A machine on which exactly these work; remembers what was asked of it. */
  function machine(works: {
    named?: string;
    running?: readonly string[];
    download?: boolean;
    go?: boolean;
  }) {
    const asked: string[] = [];
    const running = new Set(works.running);
    const fetch = (name: string, ok: boolean | undefined) => async (folder: string) => {
      asked.push(name);
      if (!ok) return { because: `${name} is out of order` };
      const file = path.join(folder, name);
      writeFileSync(file, name);
      running.add(file);
      return { file };
    };
    return {
      asked,
      env: {
        HOME: home,
        PATH: '/first/bin:relative:/second/bin',
        ...(works.named ? { CURFEW_TEMPORAL_CLI: works.named } : {}),
      },
      runs: (file: string) => running.has(file),
      download: fetch('download', works.download),
      goInstall: fetch('go', works.go),
      say: () => undefined,
    };
  }
  const cached = () => cachedCli({ HOME: home });

  test.each([
    [
      'the one the environment names',
      { named: '/my/temporal', running: ['/my/temporal', '/first/bin/temporal'] },
      '/my/temporal',
    ],
    [
      'the first on PATH',
      { running: ['/first/bin/temporal', '/second/bin/temporal'] },
      '/first/bin/temporal',
    ],
    ['the first on PATH that runs', { running: ['/second/bin/temporal'] }, '/second/bin/temporal'],
  ])('%s is used and nothing is fetched', async (_, works, file) => {
    const here = machine({ ...works, download: true, go: true });
    expect(await findTemporalCli(here)).toBe(file);
    expect(here.asked).toEqual([]);
  });

  test('then the one kept from before', async () => {
    const here = machine({ running: [cached()], download: true, go: true });
    expect(await findTemporalCli(here)).toBe(cached());
    expect(here.asked).toEqual([]);
  });

  test.each([
    ['a download', { download: true, go: true }, ['download']],
    ['a build with Go when the download fails', { go: true }, ['download', 'go']],
  ])('then %s, kept for the next time', async (_, works, asked) => {
    const here = machine(works);
    expect(await findTemporalCli(here)).toBe(cached());
    expect(here.asked).toEqual(asked);
    expect(existsSync(cached())).toBe(true);
    expect(readdirSync(path.dirname(cached()))).toEqual(['temporal']);
  });

  test('a download that does not run here is not kept', async () => {
    const here = { ...machine({ download: true }), runs: () => false };
    await expect(findTemporalCli(here)).rejects.toThrow('does not run on this machine');
    expect(readdirSync(path.dirname(cached()))).toEqual([]);
  });

  test('nothing works: each reason, and what to install', async () => {
    const tried = findTemporalCli(machine({}));
    await expect(tried).rejects.toThrow('download is out of order');
    await expect(tried).rejects.toThrow('go is out of order');
    await expect(tried).rejects.toThrow(
      /docs\.temporal\.io\/cli[^]*go\.dev\/dl[^]*TEMPORAL_ADDRESS/,
    );
  });

  test('a wrong name in the environment is said, not silently passed over', async () => {
    const here = machine({ named: '/gone/temporal', running: ['/first/bin/temporal'] });
    await expect(findTemporalCli(here)).rejects.toThrow('/gone/temporal');
  });

  test('XDG_CACHE_HOME moves the cache', () => {
    expect(cachedCli({ HOME: home, XDG_CACHE_HOME: '/caches' })).toMatch(
      /^\/caches\/curfew\/temporal-cli-v/,
    );
  });
});
