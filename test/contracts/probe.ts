import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { plainSecond } from '../../access/fence';
import type { Target } from '../../access/session';
import { cuts, inSeconds, mintOrder } from '../support/mint-orders';
import type { StandInBench } from '../support/stand-in-bench';

/** What every probe promises, where AWS or its stand-in enforces what it is told. */
export function probeContract(name: string, open: () => Promise<StandInBench>): void {
  describe(`${name}, looked at by the probe`, () => {
    let bench: StandInBench;
    let target: Target;
    beforeAll(async () => {
      bench = await open();
    });
    beforeEach(async () => {
      target = await bench.newTarget();
    });
    afterEach(async () => {
      bench.standIn.faults.clear();
      await bench.propagation(0);
    });
    afterAll(() => bench.close());

    const look = (grantId: string, fence?: string) =>
      bench.aws.probe.look(mintOrder(target, grantId, fence));

    test('a live grant is allowed, and it says when and where that was seen', async () => {
      const from = Date.now();
      const sighting = await look('g-aaaaaaaaaa');
      expect(sighting).toMatchObject({ seen: 'allowed', where: 'at STS in eu-central-1' });
      expect(Date.parse(sighting.at)).toBeGreaterThanOrEqual(from);
    });

    test('a grant that was cut is denied, its neighbour on the same role is not', async () => {
      await bench.aws.revocationLists.write(target, cuts('g-aaaaaaaaaa'));
      expect((await look('g-aaaaaaaaaa')).seen).toBe('denied');
      expect((await look('g-bbbbbbbbbb')).seen).toBe('allowed');
    });

    test('written is not yet observed: until AWS follows, a cut grant is still allowed', async () => {
      await bench.propagation(60_000);
      await bench.aws.revocationLists.write(target, cuts('g-aaaaaaaaaa'));
      expect((await look('g-aaaaaaaaaa')).seen).toBe('allowed');
      await bench.propagation(0);
      await bench.aws.revocationLists.write(target, cuts('g-aaaaaaaaaa'));
      expect((await look('g-aaaaaaaaaa')).seen).toBe('denied');
    });

    test('a window that ended by itself is denied, with nothing on any list', async () => {
      expect((await look('g-aaaaaaaaaa', inSeconds(-1))).seen).toBe('denied');
      expect((await bench.aws.revocationLists.read(target)).grantIds).toEqual([]);
    });

    test('the canaries are two, of that look alone, and told before either is used', async () => {
      const used = async (ids: string[]) =>
        (await bench.calls()).filter(({ accessKeyId }) => ids.includes(accessKeyId ?? ''));
      let told: string[] = [];
      let usedBefore: unknown[] = ['not asked'];
      const { canaries } = await bench.aws.probe.look({
        ...mintOrder(target, 'g-aaaaaaaaaa'),
        beforeUse: async (ids) => {
          told = ids;
          usedBefore = await used(ids);
        },
      });
      expect(canaries).toEqual(told);
      expect(new Set(told).size).toBe(2);
      expect(usedBefore).toEqual([]);
      expect(await used(told)).toHaveLength(2);
      expect((await look('g-aaaaaaaaaa')).canaries).not.toEqual(canaries);
    });

    describe('a canary of now, looked with later', () => {
      const aged = async (beforeUse = async () => undefined) =>
        bench.aws.probe.canaryOfNow({ target, beforeUse });
      const later = (at: string, seconds: number) => plainSecond(Date.parse(at) + seconds * 1_000);
      afterEach(() => bench.standIn.setAhead(0));

      test('is denied beside its control once everything older is cut, and not before', async () => {
        const canary = await aged();
        const cut = later(canary.issuedAt, 5);
        expect(await canary.look(cut)).toBe('early');
        bench.standIn.setAhead(6);
        expect(await canary.look(cut)).toMatchObject({ seen: 'allowed' });
        await bench.aws.revocationLists.write(target, [], [], cut);
        expect(await canary.look(cut)).toMatchObject({
          seen: 'denied',
          where: 'at STS in eu-central-1',
        });
      });

      test('a cut of what is older still is no denial', async () => {
        const canary = await aged();
        bench.standIn.setAhead(6);
        await bench.aws.revocationLists.write(target, [], [], canary.issuedAt);
        expect(await canary.look(canary.issuedAt)).toMatchObject({ seen: 'allowed' });
      });

      test('once it is over by itself its denial is no proof', async () => {
        const canary = await bench
          .awsWith({})
          .probe.canaryOfNow({ target, beforeUse: async () => undefined });
        bench.standIn.setAhead(601);
        const lookAgain = () => canary.look(later(canary.issuedAt, 5));
        // The SDK learns of the other clock from a first refusal.
        expect(await lookAgain().catch(lookAgain)).toMatchObject({ seen: 'unproven' });
      });

      test('is not used unless it could be recorded', async () => {
        const failing = aged(async () => {
          throw new Error('the ledger is full');
        });
        await expect(failing).rejects.toThrow('the ledger is full');
      });
    });

    test('canaries that cannot be recorded are not used', async () => {
      let told: string[] = [];
      const unrecorded = bench.aws.probe.look({
        ...mintOrder(target, 'g-aaaaaaaaaa'),
        beforeUse: async (ids) => {
          told = ids;
          throw new Error('the ledger is full');
        },
      });
      await expect(unrecorded).rejects.toThrow('the ledger is full');
      const users = (await bench.calls()).map(({ accessKeyId }) => accessKeyId);
      expect(users).not.toContain(told[0]);
      expect(users).not.toContain(told[1]);
    });

    test.each(['429', '503', 'timeout', 'drop-after-commit'] as const)(
      'a look that meets %s proves nothing and says so by failing',
      async (kind) => {
        for (const operation of ['AssumeRole', 'DecodeAuthorizationMessage']) {
          bench.standIn.faults.order({ target: 'aws', operation, kind, ms: 0 });
          await expect(look('g-aaaaaaaaaa')).rejects.toThrow(/failed with/);
        }
      },
    );
  });
}
