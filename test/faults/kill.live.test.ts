import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { callsWith, codeOf } from '../support/aws-calls';
import { exampleSeed, startAwsStandIn } from '../support/aws-stand-in';
import { temporaryFolder } from '../support/temporary-folder';
import { slowly, startCurfew, type WholeCurfew } from '../support/whole-curfew';

const PATIENCE = 200_000;
const FIVE_SECONDS = 5;

let curfew: WholeCurfew;
afterAll(() => curfew?.stop(), 60_000);
const folder = temporaryFolder();
const data = path.join(folder, 'data');
beforeAll(async () => {
  curfew = await startCurfew(data);
}, PATIENCE);

/** One card, one message that access is there, one activation on record. */
async function isLiveOnce(requestId: string, who: string): Promise<void> {
  await curfew.shows(requestId, 'Carla', 'card', 'Active until');
  await curfew.shows(requestId, who, 'active', 'Yours until');
  expect(curfew.count(requestId, 'request.opened')).toBe(1);
  expect(curfew.count(requestId, 'grant.opened')).toBe(1);
  expect(curfew.count(requestId, 'grant.activated')).toBe(1);
}

async function endsOnce(requestId: string, who: string): Promise<void> {
  await curfew.shows(requestId, who, 'ended', 'Ended');
  await curfew.shows(requestId, 'Carla', 'card', 'Ended');
  expect(curfew.count(requestId, 'end.asked')).toBe(1);
  expect(curfew.count(requestId, 'end.observed')).toBe(1);
  expect(curfew.count(requestId, 'grant.ended')).toBe(1);
}

test.each(['worker', 'bot'] as const)(
  'kill -9 of the %s, between the approval and the access and again later: nothing is lost, nothing is there twice',
  async (name) => {
    const requestId = await curfew.request('Ada', { reason: `the ${name} dies` });
    // Without STS the grant stays halfway: on record, not yet usable.
    await curfew.fault({ target: 'aws', operation: 'AssumeRole', kind: '503', times: 1_000 });
    await curfew.approve(requestId);
    await curfew.shows(requestId, 'Carla', 'card', 'Being made ready');
    await slowly(() => expect(curfew.count(requestId, 'grant.activated')).toBe(1));
    const first = curfew.process(name);
    await curfew.kill(name);
    await curfew.healFaults();
    await isLiveOnce(requestId, 'Ada');

    await curfew.isBack(name, first);
    const second = curfew.process(name);
    await curfew.kill(name);
    await curfew.isBack(name, second);
    const active = await curfew.shows(requestId, 'Ada', 'active', 'Yours until');
    await curfew.control('click', { user: 'Ada', button: 'End now', message: active.ts });
    await endsOnce(requestId, 'Ada');
  },
  PATIENCE,
);

test(
  'kill -9 of everything: AWS alone keeps the promise, and the next start keeps all the others',
  async () => {
    const home = path.join(folder, 'home');
    const waiting = await curfew.request('Ben', { reason: 'still open' });
    const long = await curfew.grant('Ben', { reason: 'goes on' });
    const longId = await curfew.connect('Ben', long, home);
    const { keys: longKeys } = await curfew.aws(home, longId);
    const short = await curfew.grant('Ada', { reason: 'a minute', duration: '1m' });
    const shortId = await curfew.connect('Ada', short, home);
    const { keys: shortKeys } = await curfew.aws(home, shortId);
    const fence = fenceOf(shortId);

    await curfew.kill('launcher', 'worker', 'bot', 'temporal', 'sandbox');
    const aws = await startAwsStandIn(path.join(data, 'sandbox'), { ...exampleSeed(), roles: [] });
    try {
      const listBucketsAt = (keys: typeof shortKeys, instant: number) => {
        aws.setAhead((instant - Date.now()) / 1000);
        const calls = callsWith(aws.endpoint, keys);
        calls.setAhead((instant - Date.now()) / 1000);
        return codeOf(calls.listBuckets());
      };
      const [before, after] = [-FIVE_SECONDS, FIVE_SECONDS].map((s) => fence + s * 1000);
      expect(await listBucketsAt(shortKeys, before ?? 0)).toBe('ok');
      expect(await listBucketsAt(shortKeys, after ?? 0)).toBe('AccessDenied');
      expect(await listBucketsAt(longKeys, after ?? 0)).toBe('ok');
    } finally {
      await aws.stop();
    }

    curfew = await startCurfew(data);
    await isLiveOnce(long, 'Ben');
    expect(await codeOf((await curfew.aws(home, longId)).listBuckets())).toBe('ok');
    await curfew.approve(waiting);
    await isLiveOnce(waiting, 'Ben');
    await endsOnce(short, 'Ada');
    await curfew.shows(short, 'Ada', 'ended', 'Ended as planned');
    await expect(curfew.aws(home, shortId)).rejects.toThrow('is over');
  },
  PATIENCE,
);

/** When AWS itself denies what was minted for this grant. */
const fenceOf = (grantId: string): number =>
  Math.max(
    ...curfew
      .ledger({ grantId, kinds: ['mint.intended'] })
      .map(({ data: { fence } }) => (typeof fence === 'string' ? Date.parse(fence) : NaN)),
  );
