import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Holder } from '../../access/assignments';
import { Refused } from '../../access/refused';
import type { Target } from '../../access/session';
import { callsWith } from '../support/aws-calls';
import { ACCOUNT, centerBench, FOREIGN, userIdOf, type CenterBench } from '../support/center-bench';

let bench: CenterBench;
let target: Target;
beforeAll(async () => {
  bench = await centerBench();
});
beforeEach(async () => {
  target = await bench.newTarget();
  bench.standIn.faults.clear();
});
afterAll(() => bench.close());

const inSeconds = (seconds: number) =>
  new Date(bench.standIn.now() + seconds * 1_000).toISOString();
const held = async (person: Holder) => (await bench.assignments.look(target, person)).held;
const assignments = (person: Holder) =>
  bench.inAws(({ center }) =>
    center
      .assignments()
      .filter((one) => one.setArn === target.arn && one.principalId === userIdOf(person)),
  );

describe('what is seen from outside', () => {
  afterAll(async () => {
    bench.standIn.setAhead(0);
    await bench.propagation(0);
  });

  test('a session that was opened before outlives the removal, and that is said', async () => {
    await bench.giveByHand(target, bench.ben);
    expect(await bench.openInPortal(target, bench.ada)).toBeUndefined();
    await bench.assignments.assign(target, bench.ada);
    const session = (await bench.openInPortal(target, bench.ada))!;
    expect(await bench.tryOn(session)).toBe('ok');
    await bench.assignments.remove(target, bench.ada);
    expect(await bench.openInPortal(target, bench.ada)).toBeUndefined();
    expect(await bench.tryOn(session)).toBe('ok');
    const { at, survives } = await bench.assignments.look(target, bench.ada);
    expect(survives?.what).toMatch(/access portal/);
    // As long as the set's session duration.
    expect(Date.parse(survives!.until) - Date.parse(at)).toBe(2 * 3_600_000);
  });

  test('the fence ends it by AWS’s own clock, with nothing of ours running, and nobody else’s', async () => {
    await bench.giveByHand(target, bench.ben);
    await bench.assignments.fence(target, [{ person: bench.ada, until: inSeconds(60) }]);
    await bench.assignments.assign(target, bench.ada);
    const [hers, his] = [
      (await bench.openInPortal(target, bench.ada))!,
      (await bench.openInPortal(target, bench.ben))!,
    ];
    expect(await bench.tryOn(hers)).toBe('ok');
    bench.standIn.setAhead(61);
    expect(await bench.tryOn(hers)).toBe('AccessDenied');
    expect(await bench.tryOn(his)).toBe('ok');
    bench.standIn.setAhead(0);
  });

  test('an early end cuts a live session where it is, and leaves the other account’s', async () => {
    const elsewhere = { ...target, accountId: '222222222222' };
    await bench.giveByHand(target, bench.ben);
    await bench.assignments.assign(target, bench.ada);
    await bench.assignments.assign(elsewhere, bench.ada);
    const here = (await bench.openInPortal(target, bench.ada))!;
    const there = (await bench.openInPortal(elsewhere, bench.ada))!;
    await bench.assignments.fence(target, [{ person: bench.ada, until: inSeconds(-1) }]);
    expect(await bench.tryOn(here)).toBe('AccessDenied');
    expect(await bench.tryOn(there)).toBe('ok');
    await bench.assignments.fence(target, []);
    expect(await bench.tryOn(here)).toBe('ok');
  });

  test('a fence whose provisioning FAILED is not in force: it is said, and the next write heals it', async () => {
    await bench.assignments.assign(target, bench.ada);
    const session = (await bench.openInPortal(target, bench.ada))!;
    const fence = () =>
      bench.assignments.fence(target, [{ person: bench.ada, until: '2020-01-01T00:00:00.000Z' }]);
    bench.standIn.faults.order({
      target: 'aws',
      operation: 'ProvisionPermissionSet',
      kind: 'failed',
    });
    await expect(fence()).rejects.toThrow(/Provisioning .* in 111111111111 FAILED/);
    const seen = await bench.assignments.look(target, bench.ada);
    expect(seen.fencedFrom).toBeUndefined();
    expect(seen.survives).toBeDefined();
    expect(await bench.tryOn(session)).toBe('ok');
    await fence();
    expect((await bench.assignments.look(target, bench.ada)).survives).toBeUndefined();
    expect(await bench.tryOn(session)).toBe('AccessDenied');
  });

  test('what AWS takes its time for is waited for', async () => {
    await bench.propagation(150);
    await bench.assignments.assign(target, bench.ada);
    expect(await held(bench.ada)).toBe(true);
    await bench.assignments.remove(target, bench.ada);
    expect(await held(bench.ada)).toBe(false);
    await bench.propagation(0);
  });
});

test('what others wrote into the policy stands there as it was, Allows too', async () => {
  const inline = () =>
    JSON.parse(bench.inAws(({ center }) => center.set(target.arn)!.inline)).Statement as object[];
  await bench.assignments.fence(target, []);
  expect(inline()).toEqual(FOREIGN);
  await bench.assignments.fence(target, [{ person: bench.ada, until: inSeconds(60) }]);
  expect(inline().slice(0, 2)).toEqual(FOREIGN);
  expect(inline()).toHaveLength(3);
  await bench.assignments.fence(target, []);
  expect(inline()).toEqual(FOREIGN);
});

test('a policy that is full says how full, and stays as it was', async () => {
  const before = bench.inAws(({ center }) => center.set(target.arn)!.inline);
  const statement = {
    Effect: 'Allow',
    Action: 's3:Get*',
    Resource: `arn:aws:s3:::${'x'.repeat(10_050)}`,
  };
  const theirs = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  const one = [{ person: bench.ada, until: inSeconds(60) }];
  expect(await bench.assignments.fits(target, one)).toBe(true);
  bench.inAws(({ center }) => center.writeInline(target.arn, theirs));
  expect(await bench.assignments.fits(target, one)).toBe(false);
  expect(await bench.assignments.fits(target, [])).toBe(true);
  await expect(
    bench.assignments.fence(target, [{ person: bench.ada, until: inSeconds(60) }]),
  ).rejects.toThrow(/is full: with 1 fences it has 10\d\d\d characters, and IAM takes 10240/);
  expect(bench.inAws(({ center }) => center.set(target.arn)!.inline)).toBe(theirs);
  expect(before).not.toBe(theirs);
});

test('what a group has is held, and left alone', async () => {
  bench.inAws(({ center }) =>
    center.assign(
      { accountId: ACCOUNT, setArn: target.arn, principalType: 'GROUP', principalId: '9067-group' },
      Date.now(),
    ),
  );
  expect(await held(bench.ben)).toBe(true);
  await bench.assignments.remove(target, bench.ben);
  expect(await held(bench.ben)).toBe(true);
  expect(await bench.assignments.holders(target)).toEqual([
    { id: '9067-group', foreign: true, name: expect.stringContaining('group') },
  ]);
});

test('two changes of one assignment at once: AWS refuses the second, which looks again', async () => {
  await bench.propagation(200);
  await Promise.all([
    bench.assignments.assign(target, bench.ada),
    bench.assignments.assign(target, bench.ada),
  ]);
  await bench.propagation(0);
  expect(assignments(bench.ada)).toHaveLength(1);
});

test.each(['429', '503', 'timeout', 'drop-after-commit'] as const)(
  'an answer that does not come (%s) is a fault, and the next call goes on',
  async (kind) => {
    for (const [call, operation, after] of [
      ['assign', 'CreateAccountAssignment', true],
      ['remove', 'DeleteAccountAssignment', false],
    ] as const) {
      bench.standIn.faults.order({ target: 'aws', operation, kind, ms: 5 });
      const failed = bench.assignments[call](target, bench.ada);
      await expect(failed).rejects.not.toThrow(Refused);
      await bench.assignments[call](target, bench.ada);
      expect(await held(bench.ada)).toBe(after);
    }
  },
);

describe('who is meant', () => {
  const addUser = (userId: string, email: string, externalId?: string) =>
    bench.inAws(({ center }) =>
      center.putUser({
        userId,
        userName: email,
        displayName: email,
        emails: [email],
        externalIds:
          externalId === undefined ? [] : [{ Issuer: 'https://okta.example/scim', Id: externalId }],
      }),
    );

  test('an address that was given to somebody new leads to nobody', async () => {
    addUser('9067-new', 'dora@curfew.example', '00unewdora');
    const old = { id: '00uolddora', emails: ['dora@curfew.example'] };
    await expect(bench.assignments.assign(target, old)).rejects.toThrow(
      /belongs to somebody else in IAM Identity Center/,
    );
  });

  test('the directory’s id wins over an address that leads to two', async () => {
    addUser('9067-eva-1', 'eva@curfew.example', '00ueva');
    addUser('9067-eva-2', 'eva@old.example');
    await bench.assignments.assign(target, {
      id: '00ueva',
      emails: ['eva@curfew.example', 'eva@old.example'],
    });
    expect(await bench.assignments.holders(target)).toMatchObject([{ id: '00ueva' }]);
  });

  test('with the issuer of the external ids a person is found whose addresses all changed', async () => {
    addUser('9067-gil', 'gil@now.example', '00ugil');
    const gil = { id: '00ugil', emails: ['gil@before.example'] };
    await expect(bench.assignments.look(target, gil)).rejects.toThrow(Refused);
    const direct = bench.assignmentsWith({ issuer: 'https://okta.example/scim' });
    expect((await direct.look(target, gil)).held).toBe(false);
  });
});

test('the role for it deletes no policy, and touches no other set or instance', async () => {
  const {
    PutInlinePolicyToPermissionSetCommand,
    DeleteInlinePolicyFromPermissionSetCommand,
    SSOAdminClient,
  } = await import('@aws-sdk/client-sso-admin');
  const credentials = bench.standIn.sessionOf(
    'arn:aws:iam::000000000000:role/jit/curfew-identity-center',
    'somebody',
  );
  const sso = new SSOAdminClient({
    endpoint: bench.standIn.endpoint,
    region: target.region,
    credentials,
    maxAttempts: 1,
  });
  const InstanceArn = 'arn:aws:sso:::instance/ssoins-1111111111111111';
  const other = { InstanceArn, PermissionSetArn: target.arn.replace(/\d{4}$/, '9999') };
  for (const call of [
    sso.send(
      new DeleteInlinePolicyFromPermissionSetCommand({ InstanceArn, PermissionSetArn: target.arn }),
    ),
    sso.send(new PutInlinePolicyToPermissionSetCommand({ ...other, InlinePolicy: '{}' })),
  ])
    await expect(call).rejects.toThrow(expect.objectContaining({ name: 'AccessDeniedException' }));
  sso.destroy();
  await expect(callsWith(bench.standIn.endpoint, credentials).listBuckets()).rejects.toThrow(
    /not authorized/,
  );
});
