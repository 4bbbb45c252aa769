import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RevocationLists, Target } from '../../access/session';
import { createClients } from '../../aws/clients';
import { revocationLists } from '../../aws/revocations';
import { EXTERNAL_ID } from '../support/aws-stand-in';
import { laggingReads } from '../support/lagging-reads';
import { cuts, inSeconds, mintOrder } from '../support/mint-orders';
import { manyGrantIds } from '../support/grant-ids';
import { standInBench, type StandInBench } from '../support/stand-in-bench';

let bench: StandInBench;
let target: Target;
beforeAll(async () => {
  bench = await standInBench();
});
beforeEach(async () => {
  target = await bench.newTarget();
});
let closers: (() => void)[] = [];
afterEach(() => {
  bench.standIn.faults.clear();
  for (const close of closers) close();
  closers = [];
});
afterAll(() => bench.close());

const session = (grantId: string) => bench.aws.roleSessions.mint(mintOrder(target, grantId));
const lists = (): RevocationLists => bench.aws.revocationLists;

test('cutting one grant ends all its sessions, and no session of another on the same role', async () => {
  const [one, again, other] = [
    await session('g-aaaaaaaaaa'),
    await session('g-aaaaaaaaaa'),
    await session('g-bbbbbbbbbb'),
  ];
  await lists().write(target, cuts('g-aaaaaaaaaa'));
  expect(await bench.tryOn(one)).toBe('AccessDenied');
  expect(await bench.tryOn(again)).toBe('AccessDenied');
  expect(await bench.tryOn(other)).toBe('ok');
  // Nor does a new session of the grant come to life.
  expect(await bench.tryOn(await session('g-aaaaaaaaaa'))).toBe('AccessDenied');
});

test('of 40 cuts at once through one writer, every one holds', async () => {
  const grantIds = manyGrantIds(40);
  const some = await Promise.all([grantIds[0]!, grantIds[20]!, grantIds[39]!].map(session));
  const cut = oneWriter(lists(), target);
  await Promise.all(
    grantIds.map(async (grantId, nth) => {
      await pause(nth * 5);
      await cut(grantId);
    }),
  );
  expect((await lists().read(target)).grantIds).toEqual([...grantIds].sort());
  expect(new Set(await Promise.all(some.map((one) => bench.tryOn(one))))).toEqual(
    new Set(['AccessDenied']),
  );
});

test('a write whose answer was lost is there, and writing it again heals', async () => {
  bench.standIn.faults.order({
    target: 'aws',
    operation: 'PutRolePolicy',
    kind: 'drop-after-commit',
  });
  const one = await session('g-aaaaaaaaaa');
  await expect(lists().write(target, cuts('g-aaaaaaaaaa'))).rejects.toThrow(
    /Writing the revocation list of .* failed with/,
  );
  expect(await bench.tryOn(one)).toBe('AccessDenied');
  expect(await lists().write(target, cuts('g-aaaaaaaaaa'))).toMatchObject({
    grantIds: ['g-aaaaaaaaaa'],
  });
});

test('an old write that comes late takes nothing back for longer than until the next', async () => {
  await lists().write(target, cuts('g-aaaaaaaaaa'));
  const stale = await bench.inline(target, 'jit-revocations');
  await lists().write(target, cuts('g-aaaaaaaaaa', 'g-bbbbbbbbbb'));
  await bench.putInline(target, 'jit-revocations', stale);
  await lists().write(target, cuts('g-aaaaaaaaaa', 'g-bbbbbbbbbb'));
  expect(await bench.tryOn(await session('g-bbbbbbbbbb'))).toBe('AccessDenied');
});

test('a read that lags behind the write is asked again', async () => {
  await lists().write(target, cuts('g-aaaaaaaaaa'));
  const port = await behindLag(1);
  const written = await port.write(target, cuts('g-aaaaaaaaaa', 'g-bbbbbbbbbb'));
  expect(written.grantIds).toEqual(['g-aaaaaaaaaa', 'g-bbbbbbbbbb']);
});

test('a write that cannot be read back is no success', async () => {
  await lists().write(target, cuts('g-aaaaaaaaaa'));
  const port = await behindLag(10);
  await expect(port.write(target, cuts('g-aaaaaaaaaa', 'g-bbbbbbbbbb'))).rejects.toThrow(
    /was written but does not read back/,
  );
});

test('the revoker’s session is fetched once and kept', async () => {
  const aws = bench.awsWith({});
  const fetched = async () =>
    (await bench.calls()).filter(({ eventName }) => eventName === 'AssumeRole').length;
  const before = await fetched();
  for (const grantId of manyGrantIds(3)) await aws.revocationLists.write(target, cuts(grantId));
  expect((await fetched()) - before).toBe(1);
});

/** The lists through an IAM whose reads lag, asked three times without a pause. */
async function behindLag(reads: number): Promise<RevocationLists> {
  const iam = await laggingReads(bench.endpoint, reads);
  const expiration = new Date(inSeconds(900));
  const clients = createClients({
    credentials: async () => ({ ...(await bench.standIn.bot()), expiration }),
    externalId: EXTERNAL_ID,
    endpoint: bench.endpoint,
    iamEndpoint: iam.endpoint,
  });
  closers.push(
    () => clients.close(),
    () => iam.close(),
  );
  return revocationLists(clients, [0, 0, 0]);
}

/** As the list's workflow works: one write at a time, each with everything that was asked for by then. */
function oneWriter(port: RevocationLists, at: Target): (grantId: string) => Promise<unknown> {
  const asked: string[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<unknown> | undefined;
  return (grantId) => {
    asked.push(grantId);
    next ??= last.then(() => {
      next = undefined;
      return port.write(at, cuts(...asked));
    });
    last = next;
    return next;
  };
}
