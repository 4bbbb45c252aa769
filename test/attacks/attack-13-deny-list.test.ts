import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ListFull } from '../../access/list-full';
import type { Target } from '../../access/session';
import { sourceIdentityFor } from '../../aws/source-identity';
import { manyGrantIds } from '../support/grant-ids';
import { cuts, inSeconds, mintOrder } from '../support/mint-orders';
import { standInBench, type StandInBench } from '../support/stand-in-bench';

// The list has 594 places, and what identifies a person must fit and never be somebody else's.
describe('attack 13: the deny list runs full, or names the wrong person', () => {
  let bench: StandInBench;
  let target: Target;
  beforeAll(async () => {
    bench = await standInBench();
  });
  beforeEach(async () => {
    target = await bench.newTarget();
  });
  afterAll(() => bench.close());

  const [one, ...others] = manyGrantIds(600) as [string, ...string[]];

  test('a full list says how many it holds; every cut that is on it holds on', async () => {
    const session = await bench.aws.roleSessions.mint(mintOrder(target, one));
    await bench.aws.revocationLists.write(target, cuts(one, ...others.slice(0, 593)));
    const overfull = bench.aws.revocationLists.write(target, cuts(one, ...others.slice(0, 594)));
    await expect(overfull).rejects.toThrow(ListFull);
    await expect(overfull).rejects.toThrow(
      /595 grants need 102\d\d characters .* a role has 10240/,
    );
    expect(await bench.tryOn(session)).toBe('AccessDenied');
    expect((await bench.aws.revocationLists.read(target)).grantIds).toHaveLength(594);
  });

  test('a revoker that cannot see what else takes room is told by AWS, and says the same', async () => {
    const blind = await standInBench({ revokerLists: false });
    const at = await blind.newTarget();
    const filler = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Sid: 'x'.repeat(5_000), Effect: 'Deny', Action: 'ec2:*', Resource: '*' }],
    });
    await blind.putInline(at, 'manual-cut', filler);
    await blind.aws.revocationLists.write(at, cuts(one));
    const overfull = blind.aws.revocationLists.write(at, cuts(...others.slice(0, 400)));
    await expect(overfull).rejects.toThrow(ListFull);
    await expect(overfull).rejects.toThrow(/401 grants/);
    await blind.close();
  });

  test('after a purge there is room again', async () => {
    await bench.aws.revocationLists.write(target, cuts(one, ...others.slice(0, 593)));
    const written = await bench.aws.revocationLists.write(target, cuts('g-lastofthem'), [
      one,
      others[0]!,
    ]);
    expect(written.grantIds).toHaveLength(593);
    expect(written.grantIds).toContain('g-lastofthem');
  });

  test('the end of a window takes no place: the fence alone ends it', async () => {
    const order = mintOrder(target, one, inSeconds(2));
    const session = await bench.aws.roleSessions.mint(order);
    bench.standIn.setAhead(3);
    expect(await bench.tryOn(session)).toBe('AccessDenied');
    expect(await bench.aws.revocationLists.read(target)).toMatchObject({ grantIds: [] });
    bench.standIn.setAhead(0);
  });

  test.each(['00uada00000000000001', 'ada+tag@curfew.example', 'ada engel', 'x', 'ä'.repeat(200)])(
    'a directory id of any form becomes a source identity that STS takes: %s',
    async (id) => {
      const sourceIdentity = sourceIdentityFor(id);
      await bench.aws.roleSessions.mint({ ...mintOrder(target, one), sourceIdentity });
      expect((await bench.calls()).at(-1)).toMatchObject({ issued: { sourceIdentity } });
    },
  );
});
