import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Refused } from '../../access/refused';
import type { Target } from '../../access/session';
import { fenceFor } from '../../access/fence';
import { codeOf } from '../support/aws-calls';
import { inSeconds, mintOrder } from '../support/mint-orders';
import { standInBench, type StandInBench } from '../support/stand-in-bench';

let bench: StandInBench;
let target: Target;
beforeAll(async () => {
  bench = await standInBench();
});
beforeEach(async () => {
  target = await bench.newTarget();
});
afterEach(() => {
  bench.standIn.faults.clear();
  bench.standIn.setAhead(0);
});
afterAll(() => bench.close());

const G = 'g-abcdefghij';
const mint = (fence?: string) => bench.aws.roleSessions.mint(mintOrder(target, G, fence));

describe('a session', () => {
  test('is allowed inside its window and denied after it, though STS still knows it', async () => {
    const until = inSeconds(30);
    const session = await mint(fenceFor({ until, intendedAt: new Date() }));
    expect(await bench.tryOn(session)).toBe('ok');
    bench.standIn.setAhead(31);
    expect(await bench.tryOn(session)).toBe('AccessDenied');
    // STS asks nobody's leave for this call, and would say ExpiredToken.
    const { Arn } = await bench.callsWith(session).whoAmI();
    expect(Arn).toMatch(new RegExp(`/${G}$`));
  });

  test('minted with the window nearly over lives for seconds, not for STS’s 900', async () => {
    const session = await mint(fenceFor({ until: inSeconds(5), intendedAt: new Date() }));
    expect(Date.parse(session.expiration)).toBeLessThanOrEqual(Date.now() + 5_000);
    bench.standIn.setAhead(6);
    expect(await bench.tryOn(session)).toBe('AccessDenied');
  });

  test('may do what its role may, and nothing of another role', async () => {
    const session = await bench.aws.roleSessions.mint(mintOrder(bench.unprobed, G));
    expect(await bench.tryOn(session)).toBe('ok');
    const calls = bench.callsWith(session);
    expect(await codeOf(calls.probe())).toBe('AccessDenied');
    expect(await codeOf(calls.put('{}'))).toBe('AccessDenied');
  });

  test('may do what its scope says of that and no more, and ends at its fence all the same', async () => {
    const within = (actions: string[], fence?: string) =>
      bench.aws.roleSessions.mint({
        ...mintOrder(target, G, fence),
        scope: { name: 'some', actions, resources: ['*'] },
      });
    expect(await bench.tryOn(await within(['s3:GetObject']))).toBe('AccessDenied');
    const until = inSeconds(30);
    const listing = await within(['s3:List*'], fenceFor({ until, intendedAt: new Date() }));
    expect(await bench.tryOn(listing)).toBe('ok');
    bench.standIn.setAhead(31);
    expect(await bench.tryOn(listing)).toBe('AccessDenied');
  });

  test('of a target that may do anything cannot become another role or lift its own cut', async () => {
    const calls = bench.callsWith(await mint());
    expect(await codeOf(calls.assume({ RoleArn: bench.unprobed.arn, RoleSessionName: G }))).toBe(
      'AccessDenied',
    );
    expect(await codeOf(calls.put('{"Version":"2012-10-17","Statement":[]}'))).toBe('AccessDenied');
  });
});

describe('a mint that fails', () => {
  test('for want of trust is refused with what to check', async () => {
    const refusal = bench
      .awsWith({ externalId: 'of-another-installation' })
      .roleSessions.mint(mintOrder(target, G));
    await expect(refusal).rejects.toThrow(Refused);
    await expect(refusal).rejects.toMatchObject({
      because: `AWS does not let Curfew into ${target.arn}.`,
      wouldPass: expect.stringMatching(/trust policy.*external id/),
    });
  });

  test('because there is no such role is refused the same way: AWS does not tell', async () => {
    const nowhere = { ...target, arn: `${target.arn}-gone` };
    await expect(bench.aws.roleSessions.mint(mintOrder(nowhere, G))).rejects.toThrow(Refused);
  });

  test.each(['429', '503', 'timeout', 'drop-after-commit'] as const)(
    'because of %s may be tried again, and then works',
    async (kind) => {
      bench.standIn.faults.order({ target: 'aws', operation: 'AssumeRole', kind, ms: 0 });
      const fault = mint();
      await expect(fault).rejects.toThrow(
        `Asking STS in eu-central-1 for a session of ${target.arn}`,
      );
      await expect(fault).rejects.not.toBeInstanceOf(Refused);
      expect(await bench.tryOn(await mint())).toBe('ok');
    },
  );
});

describe('who we are', () => {
  test('is checked against the role that is configured', async () => {
    const botRoleArn = 'arn:aws:iam::000000000000:role/somebody-else';
    await expect(bench.awsWith({ botRoleArn }).identity.check()).rejects.toThrow(
      /should be arn:aws:iam::000000000000:role\/somebody-else in AWS but is arn:aws:sts::000000000000:assumed-role\/curfew-bot/,
    );
  });

  test.each([
    'arn:aws:iam::999999999999:role/curfew-bot',
    'arn:aws-cn:iam::000000000000:role/curfew-bot',
  ])('a role of the same name elsewhere is another role: %s', async (botRoleArn) => {
    await expect(bench.awsWith({ botRoleArn }).identity.check()).rejects.toThrow(/should be/);
  });
});
