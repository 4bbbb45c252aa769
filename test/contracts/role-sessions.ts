import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Refused } from '../../access/refused';
import type { Target } from '../../access/session';
import { fenceFor } from '../../access/fence';
import { REGION, type AwsBench } from '../support/aws-bench';

const HOUR = 3_600_000;

/** moto may have to be installed first. */
export const FIRST_START = 300_000;

/** What every way to get sessions promises. */
export function roleSessionsContract(name: string, open: () => Promise<AwsBench>): void {
  describe(`${name} as role sessions`, () => {
    let bench: AwsBench;
    let target: Target;
    beforeAll(async () => {
      bench = await open();
      target = await bench.newTarget();
    }, FIRST_START);
    afterAll(() => bench.close());

    const order = (grantId: string, windowEnd = Date.now() + HOUR) => ({
      target,
      grantId,
      sourceIdentity: '00uada00000000000001',
      fence: fenceFor({ until: new Date(windowEnd).toISOString(), intendedAt: new Date() }),
    });

    test('a session bears the grant’s name and is of the target role', async () => {
      const { expiration: _, ...credentials } = await bench.aws.roleSessions.mint(
        order('g-abcdefghij'),
      );
      const sts = new STSClient({ endpoint: bench.endpoint, region: REGION, credentials });
      const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
      sts.destroy();
      const role = target.arn.slice(target.arn.lastIndexOf('/') + 1);
      expect(Arn).toBe(`arn:aws:sts::${target.accountId}:assumed-role/${role}/g-abcdefghij`);
    });

    test('it expires at its fence, however long STS would keep it', async () => {
      const soon = order('g-abcdefghij', Date.now() + 60_000);
      const later = order('g-abcdefghij');
      expect((await bench.aws.roleSessions.mint(soon)).expiration).toBe(soon.fence);
      expect((await bench.aws.roleSessions.mint(later)).expiration).toBe(later.fence);
    });

    test('each is another one', async () => {
      const [one, other] = await Promise.all([
        bench.aws.roleSessions.mint(order('g-abcdefghij')),
        bench.aws.roleSessions.mint(order('g-abcdefghij')),
      ]);
      expect(one.accessKeyId).not.toBe(other.accessKeyId);
      expect(one.secretAccessKey).not.toBe(other.secretAccessKey);
    });

    test('one whose time is over is not made', async () => {
      const late = bench.aws.roleSessions.mint(order('g-abcdefghij', Date.now() - 1_000));
      await expect(late).rejects.toThrow(Refused);
      await expect(late).rejects.toThrow(/was over before AWS was asked/);
    });

    test('we are who we should be', async () => {
      expect(await bench.aws.identity.check()).toEqual({
        arn: expect.stringMatching(/^arn:aws:sts::\d{12}:assumed-role\/curfew-bot\//),
      });
    });
  });
}
