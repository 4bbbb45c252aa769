import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { quarantineIdFor } from '../../keys/ids';
import { createActivities } from '../../temporal/activities';
import { chat, eventually } from '../support/core';
import { useStandingCore } from '../support/standing-core';

const here = useStandingCore(4);
const { core, sets, target, person, run } = here;
const refusedAs = (because: RegExp) => ({
  outcome: 'refused',
  because: expect.stringMatching(because),
});

const removal = (quarantineId: string, who = 'emil') => ({
  kind: 'removal' as const,
  quarantineId,
  by: chat(who),
  at: new Date().toISOString(),
});

/** Held by Ada without a grant, and found. */
async function found(): Promise<string> {
  await here.had('ada');
  sets.giveByHand(target(), person('ada'));
  await run();
  const { arn } = target();
  const opened = core().ledger.entries({ kinds: ['quarantine.opened'] });
  const entry = opened.find(({ data }) => data['targetArn'] === arn);
  const quarantineId = entry?.key.slice('quarantine.opened:'.length) ?? '';
  await eventually(
    () => core().ledger.entries({ key: `quarantine.shown:${quarantineId}:owner` }),
    (shown) => shown.length > 0,
  );
  return quarantineId;
}

test('a workflow for something that is not on record removes nothing: the ledger alone makes it ours', async () => {
  sets.giveByHand(target(), person('ben'));
  await run();
  const quarantineId = quarantineIdFor(target().arn, person('ben').id, 0);
  const forged = await core().client.workflow.start('quarantine', {
    workflowId: `quarantine-${quarantineId}`,
    taskQueue: core().taskQueue,
    args: [{ quarantineId }],
  });
  await forged.result();
  const signed = await core().signer.sign(removal(quarantineId));
  expect(await core().desk.removeNow(signed, randomUUID())).toMatchObject({ outcome: 'refused' });
  await expect(
    createActivities(core().deps).judgeRemoval({ quarantineId, removalSeal: signed.seal }),
  ).rejects.toThrow(/nothing of this on record/);
  expect(sets.heldBy(target())).toEqual([person('ben').id]);
});

test('a removal that nobody signed, that was said of another, or by somebody without the right, does nothing', async () => {
  const quarantineId = await found();
  const signed = await core().signer.sign(removal(quarantineId));
  const { desk, signer } = core();
  const unsigned = { ...signed, seal: `${signed.seal.slice(0, -8)}AAAAAAAA` };
  const others = await signer.sign(removal('q-aaaaaaaaaaaaaaaa'));
  const lifted = { statement: signed.statement, seal: others.seal };
  const ben = await signer.sign(removal(quarantineId, 'ben'));
  for (const [said, why] of [
    [unsigned, /sign/i],
    [lifted, /something else/],
    [ben, /No rule lets/],
  ] as const)
    expect(await desk.removeNow(said, randomUUID())).toMatchObject(refusedAs(why));
  expect(core().ledger.entries({ kinds: ['quarantine.removing'] })).toEqual([]);
  expect(sets.heldBy(target())).toEqual([person('ada').id]);
});

test('a deadline that somebody with access to Temporal pretends has passed, has not', async () => {
  const quarantineId = await found();
  const handle = core().client.workflow.getHandle(`quarantine-${quarantineId}`);
  for (let times = 0; times < 3; times += 1) await handle.signal('lookAgain');
  await createActivities(core().deps).settleQuarantine({ quarantineId });
  expect(sets.heldBy(target())).toEqual([person('ada').id]);
});
