import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RevocationEntry, Target } from '../../access/session';
import type { AwsBench } from '../support/aws-bench';
import { manyGrantIds } from '../support/grant-ids';
import { FIRST_START } from './role-sessions';

const cuts = (...grantIds: string[]): RevocationEntry[] =>
  grantIds.map((grantId) => ({ grantId, lastFence: '2026-11-23T10:15:00.000Z' }));

const [A, B, C] = ['g-aaaaaaaaaa', 'g-bbbbbbbbbb', 'g-cccccccccc'] as const;

const byHand = {
  Sid: 'Incident7',
  Effect: 'Deny',
  Action: ['s3:*', 'kms:*'],
  Resource: 'arn:aws:s3:::a+b %41 / é & "quoted"/*',
  Condition: { StringEquals: { 'aws:SourceIdentity': '00umallory' } },
};

/** What every revocation list promises. */
export function revocationListsContract(name: string, open: () => Promise<AwsBench>): void {
  describe(`${name} as revocation lists`, () => {
    let bench: AwsBench;
    let target: Target;
    beforeAll(async () => {
      bench = await open();
    }, FIRST_START);
    beforeEach(async () => {
      target = await bench.newTarget();
    });
    afterAll(() => bench.close());

    const lists = () => bench.aws.revocationLists;
    const put = (...statements: object[]) =>
      bench.putInline(
        target,
        'jit-revocations',
        JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2),
      );

    test('a role that was never cut has an empty list', async () => {
      expect(await lists().read(target)).toEqual({ grantIds: [], issuedBefore: [], adopted: [] });
    });

    test('what was written is there, and how much room it takes', async () => {
      const written = await lists().write(target, cuts(B, A));
      expect(written).toMatchObject({ grantIds: [A, B], adopted: [], maxCharacters: 10_240 });
      expect(written.usedCharacters).toBe((await bench.inline(target, 'jit-revocations')).length);
      expect(Date.parse(written.writtenAt)).not.toBeNaN();
      expect(await lists().read(target)).toEqual({
        grantIds: [A, B],
        issuedBefore: [],
        adopted: [],
      });
    });

    test('writing it again changes nothing', async () => {
      await lists().write(target, cuts(A));
      const before = await bench.inline(target, 'jit-revocations');
      expect(await lists().write(target, cuts(A))).toMatchObject({ grantIds: [A] });
      expect(await bench.inline(target, 'jit-revocations')).toBe(before);
    });

    test('an entry goes only when it is named, and stays when it is still wanted', async () => {
      await lists().write(target, cuts(A, B, C));
      expect((await lists().write(target, cuts(B), [A, B])).grantIds).toEqual([B, C]);
    });

    test('the last entry can go: the list is then empty, not deleted', async () => {
      await lists().write(target, cuts(A));
      expect((await lists().write(target, [], [A])).grantIds).toEqual([]);
      expect(await bench.inline(target, 'jit-revocations')).toContain('"nobody"');
    });

    test('a writer that lost its memory revives nobody', async () => {
      await lists().write(target, cuts(A, B));
      expect((await lists().write(target, cuts(C))).grantIds).toEqual([A, B, C]);
    });

    test('a list that somebody removed is whole again after the next write', async () => {
      await lists().write(target, cuts(A));
      await put({ Effect: 'Deny', Action: 's3:*', Resource: '*' });
      expect((await lists().write(target, cuts(A, B))).grantIds).toEqual([A, B]);
    });

    describe('everything that was issued before an instant', () => {
      const [T, LATER] = ['2026-11-23T10:00:00Z', '2026-11-23T10:00:09Z'] as const;

      test('stands beside the entries, through every write, until it is named', async () => {
        await lists().write(target, cuts(A), [], T);
        expect(await lists().read(target)).toMatchObject({ grantIds: [A], issuedBefore: [T] });
        expect((await lists().write(target, cuts(B))).issuedBefore).toEqual([T]);
        expect((await lists().write(target, [], [T])).issuedBefore).toEqual([]);
        expect((await lists().read(target)).grantIds).toEqual([A, B]);
      });

      test('a later one takes the place of an earlier one, and of entries, in one write', async () => {
        await lists().write(target, cuts(A), [], T);
        const written = await lists().write(target, [], [A, T], LATER);
        expect(written).toMatchObject({ grantIds: [], issuedBefore: [LATER] });
        expect(await lists().write(target, cuts(B), [], LATER)).toMatchObject({
          issuedBefore: [LATER],
        });
      });

      test('makes room in a full list', async () => {
        const many = manyGrantIds(590);
        await lists().write(target, cuts(...many));
        const written = await lists().write(target, cuts(A, B, C), many, T);
        expect(written).toMatchObject({ grantIds: [A, B, C], issuedBefore: [T] });
        expect(written.usedCharacters).toBeLessThan(400);
      });
    });

    test('what others denied there is kept to the letter, through every write', async () => {
      await put(byHand);
      const { adopted } = await lists().read(target);
      expect(adopted.map((text) => JSON.parse(text))).toEqual([byHand]);
      for (const entries of [cuts(A), cuts(A, B)])
        expect((await lists().write(target, entries)).adopted).toEqual(adopted);
      const policy = JSON.parse(await bench.inline(target, 'jit-revocations'));
      expect(policy.Statement).toContainEqual(byHand);
    });

    test('the role’s other inline policies take room too', async () => {
      const alone = await lists().write(target, cuts(A));
      const other = JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Deny', Action: 'ec2:*', Resource: '*' },
      });
      await bench.putInline(target, 'cut-by-hand', other.replaceAll(',', ', \n'));
      const beside = await lists().write(target, cuts(A));
      expect(beside.usedCharacters).toBe(alone.usedCharacters + other.length);
    });

    test('a list that is full says how full, and stays as it was', async () => {
      await lists().write(target, cuts(...manyGrantIds(590)));
      const before = await bench.inline(target, 'jit-revocations');
      await expect(lists().write(target, cuts(...manyGrantIds(600)))).rejects.toThrow(
        /is full: 600 grants need 103\d\d characters .* a role has 10240/,
      );
      expect(await bench.inline(target, 'jit-revocations')).toBe(before);
    });

    test('a role that is not there is named', async () => {
      const nowhere = { ...target, arn: `${target.arn}-gone` };
      await expect(lists().write(nowhere, cuts(A))).rejects.toThrow(
        /of .*-gone failed with (NoSuchEntity|AccessDenied)/,
      );
    });
  });
}
