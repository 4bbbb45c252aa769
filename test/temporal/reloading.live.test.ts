import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { watchBundle } from '../../config/bundle-watch';
import { policyTeller } from '../../temporal/policy-teller';
import { changedExample } from '../support/changed-example';
import { becomes, type Core } from '../support/core';
import { inMemoryMessenger } from '../support/in-memory-messenger';
import { useCore } from '../support/use-core';

const folder = mkdtempSync(path.join(os.tmpdir(), 'curfew-reload-'));
const config = changedExample(folder, (text) => text.replace('max: 8h', 'max: 7h'));
afterAll(() => rmSync(folder, { recursive: true }));
let core: Core;
useCore(
  (started) => {
    core = started;
  },
  { config },
);

// Outside of any activity, as in the worker.
const owner = inMemoryMessenger(async () => 'this call');
let lookAndTell: () => Promise<void>;
beforeAll(() => {
  const { living, ledger } = core;
  const watch = watchBundle(config, { inForce: living.catalog });
  const teller = policyTeller({
    ledger,
    messenger: owner.messenger,
    catalog: living.catalog,
    now: () => new Date(),
    couldNotTell: (error) => {
      throw error;
    },
  });
  const look = (): void =>
    watch.look((news) => {
      teller.record(news);
      if (news.kind === 'loaded') living.replace(news);
    });
  lookAndTell = async () => {
    // Twice: a change counts once it holds still.
    look();
    look();
    await teller.tell();
  };
});

const rewrite = (from: string, to: string): void => {
  const file = path.join(config, 'curfew.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
};
const decidedFor = async (minutes: number, state: string): Promise<unknown> => {
  const requestId = await core.request('ada', 'dev-readonly', { minutes });
  await becomes(core, requestId, state);
  return core.ledger.entries({ requestId, kinds: ['request.decided'] })[0]?.data['policyHash'];
};
const alarms = (): string[] =>
  owner
    .alarms()
    .filter(({ key }) => key.startsWith('policy-refused'))
    .map(({ title }) => title);

test('an edit is in force for the next decision of a worker that runs, and on record by its hash', async () => {
  await lookAndTell();
  const before = core.living.policy.hash;
  expect(await decidedFor(500, 'refused')).toBe(before);
  rewrite('max: 7h', 'max: 9h');
  await lookAndTell();
  const { hash } = core.living.policy;
  expect(await decidedFor(500, 'active')).toBe(hash);
  expect(hash).not.toBe(before);
  const [loaded] = core.ledger.entries({ key: `policy.loaded:${hash}` });
  expect(loaded?.data).toMatchObject({
    policyHash: hash,
    files: { 'curfew.yaml': expect.stringContaining('max: 9h') },
  });
  expect(alarms()).toEqual([]);
});

test('a bad edit never takes effect: the policy stays, its owner is told once, and when it is good again', async () => {
  const before = core.living.policy.hash;
  rewrite('max: 9h', 'max: always');
  for (let look = 0; look < 3; look++) await lookAndTell();
  expect(await decidedFor(500, 'active')).toBe(before);
  expect(alarms()).toEqual(['A change of the configuration was refused']);
  expect(owner.alarms().at(-1)?.text).toMatch(
    /curfew\.yaml:\d+:\d+ error roles\.dev-readonly\.max: .* → /,
  );
  expect(core.ledger.entries({ kinds: ['policy.refused'] })).toMatchObject([
    { data: { inForce: before } },
  ]);
  rewrite('max: always', 'max: 9h');
  await lookAndTell();
  expect(alarms()).toEqual([
    'A change of the configuration was refused',
    'The configuration can be used again',
  ]);
  expect(core.living.policy.hash).toBe(before);
});
