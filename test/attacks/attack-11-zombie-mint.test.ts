import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Refused } from '../../access/refused';
import type { Target } from '../../access/session';
import { cuts, inSeconds, mintOrder } from '../support/mint-orders';
import { standInBench, type StandInBench } from '../support/stand-in-bench';

// A stalled activity calls STS after its grant's entry left the revocation list.
describe('attack 11: a zombie mints after the purge', () => {
  let bench: StandInBench;
  let target: Target;
  beforeAll(async () => {
    bench = await standInBench();
  });
  beforeEach(async () => {
    target = await bench.newTarget();
  });
  afterEach(() => bench.standIn.setAhead(0));
  afterAll(() => bench.close());

  const G = 'g-zombiezomb';

  test('the session of a stalled mint is dead when it is born, with no list to stop it', async () => {
    await bench.aws.revocationLists.write(target, cuts(G));
    await bench.aws.revocationLists.write(target, [], [G]);
    // The fence was fixed with the intent; the process slept after its last look at the clock.
    const intended = mintOrder(target, G, inSeconds(-2));
    const asleep = bench.awsWith({ now: () => Date.now() - 5_000 });
    const session = await asleep.roleSessions.mint(intended);
    expect(await bench.tryOn(session)).toBe('AccessDenied');
    expect(Date.parse(session.expiration)).toBeLessThan(Date.now());
  });

  test('awake, it does not even ask', async () => {
    const before = (await bench.calls()).length;
    const mint = bench.aws.roleSessions.mint(mintOrder(target, G, inSeconds(-2)));
    await expect(mint).rejects.toThrow(Refused);
    expect(await bench.calls()).toHaveLength(before);
  });

  test.each([
    [70, '70 s ahead of'],
    [-70, '70 s behind'],
  ])(
    'when AWS’s clock is %s s off, the session is discarded and says so',
    async (seconds, text) => {
      bench.standIn.setAhead(seconds);
      const mint = bench.aws.roleSessions.mint(mintOrder(target, G));
      await expect(mint).rejects.toThrow(/clock is (6\d|7\d) s (ahead of|behind) ours.*discarded/);
      await expect(mint).rejects.toThrow(text.slice(5));
      await expect(mint).rejects.not.toBeInstanceOf(Refused);
      expect((await bench.calls()).at(-1)).toMatchObject({ eventName: 'AssumeRole', result: 'ok' });
    },
  );

  test.each([50, -50])('%s s are tolerated', async (seconds) => {
    bench.standIn.setAhead(seconds);
    const session = await bench.aws.roleSessions.mint(mintOrder(target, G));
    expect(await bench.tryOn(session)).toBe('ok');
  });
});
