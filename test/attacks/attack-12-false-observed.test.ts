import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Target } from '../../access/session';
import { cuts, mintOrder } from '../support/mint-orders';
import { standInBench, type StandInBench } from '../support/stand-in-bench';

// A denial that has another reason is taken for the cut.
describe('attack 12: a false "observed"', () => {
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

  const G = 'g-observedxx';
  const deny = (condition: object = {}) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', ...condition }],
    });

  test('a role that lacks the probe’s call proves nothing, cut or not', async () => {
    const order = mintOrder(bench.unprobed, G);
    expect((await bench.aws.probe.look(order)).seen).toBe('unproven');
    expect(await bench.tryOn(await bench.aws.roleSessions.mint(order))).toBe('ok');
  });

  test('somebody’s Deny on the whole role proves nothing', async () => {
    await bench.putInline(target, 'freeze', deny());
    expect((await bench.aws.probe.look(mintOrder(target, G))).seen).toBe('unproven');
  });

  test('a cut of the person does, for it does not reach the control', async () => {
    const person = { StringEquals: { 'aws:SourceIdentity': '00uada00000000000001' } };
    await bench.putInline(target, 'manual-cut', deny({ Condition: person }));
    expect((await bench.aws.probe.look(mintOrder(target, G))).seen).toBe('denied');
  });

  test('a look whose control grew old before it was used proves nothing', async () => {
    await bench.aws.revocationLists.write(target, cuts(G));
    // By its maker's slow clock the control has 900 s, by AWS's only 100, and then it waits for 200.
    const slow = bench.awsWith({ now: () => Date.now() - 800_000 });
    const { seen } = await slow.probe.look({
      ...mintOrder(target, G),
      beforeUse: async () => bench.standIn.setAhead(200),
    });
    expect(seen).toBe('unproven');
  });

  test('the control is made first and used last, so that it is the first to grow old', async () => {
    const { length } = await bench.calls();
    const { canaries } = await bench.aws.probe.look(mintOrder(target, G));
    const calls = (await bench.calls()).slice(length);
    const made = calls.flatMap(({ issued }) => issued?.sessionName ?? []);
    expect(made).toEqual([expect.stringMatching(/^c-[a-z2-7]{10}$/), G]);
    const used = calls.filter(({ eventName }) => eventName === 'DecodeAuthorizationMessage');
    expect(used.map(({ accessKeyId }) => accessKeyId)).toEqual(canaries);
    const { issued } = calls.find((call) => call.issued?.sessionName === G)!;
    expect(canaries[0]).toBe(issued?.accessKeyId);
  });

  test.each(['429', '503', 'timeout'] as const)(
    'a control that met %s is no control: the look fails',
    async (kind) => {
      await bench.aws.revocationLists.write(target, cuts(G));
      const look = bench.aws.probe.look({
        ...mintOrder(target, G),
        beforeUse: async () => {
          for (const nth of ['canary', 'control'])
            bench.standIn.faults.order({
              target: 'aws',
              operation: 'DecodeAuthorizationMessage',
              ...(nth === 'canary' ? { kind: 'slow', ms: 1 } : { kind, ms: 0 }),
            });
        },
      });
      await expect(look).rejects.toThrow(/Looking at STS in eu-central-1 failed/);
    },
  );

  test('what is claimed is what was seen: where, when, with which canaries', async () => {
    await bench.aws.revocationLists.write(target, cuts(G));
    expect(await bench.aws.probe.look(mintOrder(target, G))).toEqual({
      seen: 'denied',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      where: 'at STS in eu-central-1',
      canaries: [expect.stringMatching(/^ASIA/), expect.stringMatching(/^ASIA/)],
    });
  });
});
