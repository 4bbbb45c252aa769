import {
  CreateRoleCommand,
  GetRoleCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callsWith, codeOf, cutting, fencedAt } from '../support/aws-calls';
import type { Keys } from '../support/aws-stand-in';

/** An account's endpoint, and keys of somebody who may do everything in it. */
export interface Account {
  endpoint: string;
  accountId: string;
  keys: Keys;
  close(): Promise<void>;
}

/** What the SDK must get to see from whatever answers in AWS's place: the shapes of answers and errors. */
export function awsWireContract(name: string, open: () => Promise<Account>): void {
  describe(`${name}, seen through the SDK`, () => {
    const role = `wire-${Date.now().toString(36)}`;
    let account: Account;
    let arn: string;
    let calls: ReturnType<typeof callsWith>;

    beforeAll(async () => {
      account = await open();
      arn = `arn:aws:iam::${account.accountId}:role/jit/target/${role}`;
      calls = callsWith(account.endpoint, account.keys);
      await calls.iam.send(
        new CreateRoleCommand({
          RoleName: role,
          Path: '/jit/target/',
          AssumeRolePolicyDocument: JSON.stringify(trust(account.accountId)),
        }),
      );
    });
    afterAll(() => account.close());

    const order = (change: object = {}) =>
      new AssumeRoleCommand({
        RoleArn: arn,
        RoleSessionName: 'g-aaaaaaaaaa',
        DurationSeconds: 900,
        Policy: fencedAt('2099-01-01T00:00:00Z'),
        ...change,
      });

    test('AssumeRole gives credentials, their end, and who they are', async () => {
      const { Credentials, AssumedRoleUser } = await calls.sts.send(order());
      expect(Credentials).toEqual({
        AccessKeyId: expect.stringMatching(/^ASIA[A-Z0-9]{16}$/),
        SecretAccessKey: expect.stringMatching(/^[\w+/]{40}$/),
        SessionToken: expect.stringMatching(/^[\w+/=]{100,}$/),
        Expiration: expect.any(Date),
      });
      const seconds = ((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 1000;
      expect(Math.abs(seconds - 900)).toBeLessThan(30);
      expect(AssumedRoleUser).toEqual({
        AssumedRoleId: expect.stringMatching(/^AROA[A-Z0-9]{16,17}:g-aaaaaaaaaa$/),
        Arn: `arn:aws:sts::${account.accountId}:assumed-role/${role}/g-aaaaaaaaaa`,
      });
    });

    test('a session says who it is', async () => {
      const { Credentials } = await calls.sts.send(order());
      const session = callsWith(account.endpoint, {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      });
      expect(await session.whoAmI()).toMatchObject({
        Account: account.accountId,
        Arn: `arn:aws:sts::${account.accountId}:assumed-role/${role}/g-aaaaaaaaaa`,
        UserId: expect.stringMatching(/^AROA[A-Z0-9]{16,17}:g-aaaaaaaaaa$/),
      });
    });

    test('AssumeRole refuses a session name of 65 characters', async () => {
      const call = calls.sts.send(order({ RoleSessionName: 'g'.repeat(65) }));
      expect(await codeOf(call)).toMatch(/^ValidationError/);
    });

    test('an inline policy is read as it was written', async () => {
      const document = cutting('g-aaaaaaaaaa', 'g-bbbbbbbbbb');
      await calls.put(document, 'list', role);
      const read = await calls.get('list', role);
      expect(read).toMatchObject({ RoleName: role, PolicyName: 'list' });
      expect(JSON.parse(decodeURIComponent(read.PolicyDocument ?? ''))).toEqual(document);
      await calls.put(cutting('g-cccccccccc'), 'list', role);
      const again = await calls.get('list', role);
      expect(decodeURIComponent(again.PolicyDocument ?? '')).not.toContain('g-aaaaaaaaaa');
    });

    test('inline policies are listed by name, and gone when deleted', async () => {
      await calls.put(cutting('x'), 'one', role);
      await calls.put(cutting('x'), 'two', role);
      await calls.remove('one', role);
      const { PolicyNames, IsTruncated } = await calls.iam.send(
        new ListRolePoliciesCommand({ RoleName: role }),
      );
      expect(PolicyNames).toContain('two');
      expect(PolicyNames).not.toContain('one');
      expect(IsTruncated).toBe(false);
    });

    test.each<[string, () => Promise<unknown>, string]>([
      ['a policy that is not there', () => calls.get('none', role), 'NoSuchEntityException'],
      ['a role that is not there', () => calls.get('list', 'nobody'), 'NoSuchEntityException'],
      ['writing to no role', () => calls.put(cutting('x'), 'p', 'nobody'), 'NoSuchEntityException'],
      ['deleting nothing', () => calls.remove('none', role), 'NoSuchEntityException'],
      [
        'a policy that is no JSON',
        () => calls.put('{', 'p', role),
        'MalformedPolicyDocumentException',
      ],
      [
        'a policy without resources',
        () =>
          calls.put(
            { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*' }] },
            'p',
            role,
          ),
        'MalformedPolicyDocumentException',
      ],
    ])('IAM’s error for %s', async (_what, call, code) => {
      expect(await codeOf(call())).toBe(code);
    });

    test('a role tells its path, its id and whom it trusts', async () => {
      const { Role } = await calls.iam.send(new GetRoleCommand({ RoleName: role }));
      expect(Role).toMatchObject({
        Arn: arn,
        Path: '/jit/target/',
        RoleName: role,
        RoleId: expect.stringMatching(/^AROA[A-Z0-9]{16,17}$/),
        CreateDate: expect.any(Date),
        MaxSessionDuration: 3_600,
      });
      expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(
        trust(account.accountId),
      );
    });

    test('roles are listed below a path', async () => {
      const list = async (PathPrefix: string) =>
        (await calls.iam.send(new ListRolesCommand({ PathPrefix }))).Roles?.map((one) => one.Arn);
      expect(await list('/jit/target/')).toContain(arn);
      expect(await list('/other/')).toEqual([]);
    });

    test('a role is not created twice', async () => {
      const again = new CreateRoleCommand({
        RoleName: role,
        AssumeRolePolicyDocument: JSON.stringify(trust(account.accountId)),
      });
      expect(await codeOf(calls.iam.send(again))).toBe('EntityAlreadyExistsException');
    });

    test('ListBuckets answers in S3’s form', async () => {
      const { Buckets, Owner } = await calls.listBuckets();
      expect(Buckets).toBeInstanceOf(Array);
      expect(Owner?.ID).toEqual(expect.any(String));
    });
  });
}

const trust = (accountId: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: 'sts:AssumeRole',
    },
  ],
});
