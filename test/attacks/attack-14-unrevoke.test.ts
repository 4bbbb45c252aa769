import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Target } from '../../access/session';
import { callsWith, codeOf, cutting } from '../support/aws-calls';
import { REVOKER } from '../support/aws-stand-in';
import { cuts, mintOrder } from '../support/mint-orders';
import { standInBench, type StandInBench } from '../support/stand-in-bench';

// Who can mint lifts a cut; a full-state write erases what a person denied by hand.
describe('attack 14: one power mints and un-revokes', () => {
  let bench: StandInBench;
  let target: Target;
  beforeAll(async () => {
    bench = await standInBench();
  });
  beforeEach(async () => {
    target = await bench.newTarget();
  });
  afterAll(() => bench.close());

  const mint = (grantId: string) => bench.aws.roleSessions.mint(mintOrder(target, grantId));
  const roleName = () => target.arn.slice(target.arn.lastIndexOf('/') + 1);

  test('the minter cannot touch a list', async () => {
    const bot = callsWith(bench.endpoint, await bench.standIn.bot());
    expect(await codeOf(bot.put(cutting(), 'jit-revocations', roleName()))).toBe('AccessDenied');
    expect(await codeOf(bot.remove('jit-revocations', roleName()))).toBe('AccessDenied');
  });

  test('the cutter cannot mint, and cannot delete', async () => {
    await bench.aws.revocationLists.write(target, cuts('g-aaaaaaaaaa'));
    const revoker = callsWith(bench.endpoint, bench.standIn.sessionOf(REVOKER, 'curfew-revoker'));
    expect(await codeOf(revoker.remove('jit-revocations', roleName()))).toBe('AccessDenied');
    const order = { RoleArn: target.arn, RoleSessionName: 'g-aaaaaaaaaa' };
    expect(await codeOf(revoker.assume(order))).toBe('AccessDenied');
  });

  test('we never ask for a deletion, also when the list becomes empty', async () => {
    const { length } = await bench.calls();
    await bench.aws.revocationLists.write(target, cuts('g-aaaaaaaaaa'));
    await bench.aws.revocationLists.write(target, [], ['g-aaaaaaaaaa']);
    const asked = (await bench.calls()).slice(length).map(({ eventName }) => eventName);
    expect(asked).toContain('PutRolePolicy');
    expect(asked).not.toContain('DeleteRolePolicy');
    expect(await bench.tryOn(await mint('g-aaaaaaaaaa'))).toBe('ok');
  });

  test('a Deny that a person put into our policy goes on denying, through every write', async () => {
    const mallory = { ...mintOrder(target, 'g-mallorymal'), sourceIdentity: '00umallory' };
    const session = await bench.aws.roleSessions.mint(mallory);
    const statement = {
      Sid: 'Incident7',
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceIdentity': '00umallory' } },
    };
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await bench.putInline(target, 'jit-revocations', policy);
    for (const entries of [cuts('g-aaaaaaaaaa'), cuts('g-aaaaaaaaaa', 'g-bbbbbbbbbb')]) {
      const { adopted } = await bench.aws.revocationLists.write(target, entries);
      expect(adopted).toEqual([JSON.stringify(statement)]);
      expect(await bench.tryOn(session)).toBe('AccessDenied');
    }
  });

  test('a manual cut under its own name is not touched', async () => {
    const session = await mint('g-aaaaaaaaaa');
    await bench.putInline(target, 'manual-cut', JSON.stringify(cutting('g-aaaaaaaaaa')));
    await bench.aws.revocationLists.write(target, cuts('g-bbbbbbbbbb'));
    expect(JSON.parse(await bench.inline(target, 'manual-cut'))).toEqual(cutting('g-aaaaaaaaaa'));
    expect(await bench.tryOn(session)).toBe('AccessDenied');
  });

  test('a writer that was reset and knows of no cut revives nobody', async () => {
    const session = await mint('g-aaaaaaaaaa');
    await bench.aws.revocationLists.write(target, cuts('g-aaaaaaaaaa'));
    const { grantIds } = await bench
      .awsWith({})
      .revocationLists.write(target, cuts('g-bbbbbbbbbb'));
    expect(grantIds).toEqual(['g-aaaaaaaaaa', 'g-bbbbbbbbbb']);
    expect(await bench.tryOn(session)).toBe('AccessDenied');
  });
});
