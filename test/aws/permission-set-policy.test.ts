import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  composeFencedPolicy,
  parseFencedPolicy,
  withFences,
} from '../../aws/permission-set-policy';
import { evaluate } from '../../sandbox/aws/evaluate';
import { requestContext } from '../../sandbox/aws/patterns';
import { parsePolicy } from '../../sandbox/aws/policy-document';

const ARN = 'arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-2222222222222222';
const NOW = Date.parse('2026-01-05T12:00:00Z');
const minutes = (count: number) => new Date(NOW + count * 60_000).toISOString();

const account = fc.constantFrom('111111111111', '222222222222');
const userId = fc.constantFrom('u-1', 'u-2', 'u-3');
const fence = fc.record({
  accountId: account,
  userId,
  until: fc.integer({ min: -90, max: 90 }).map(minutes),
});
/** Each user once an account, as `withFences` makes it. */
const fences = fc.uniqueArray(fence, {
  selector: ({ accountId, userId: id }) => `${accountId} ${id}`,
});
const foreign = fc.array(
  fc.constantFrom<object>(
    { Sid: 'Théirs ✓', Effect: 'Allow', Action: ['s3:*'], Resource: '*' },
    {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'identitystore:UserId': 'u-1' } },
    },
    {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: {
        StringEquals: { 'identitystore:UserId': ['u-1'], 'aws:PrincipalAccount': '111111111111' },
        DateGreaterThanEquals: { 'aws:CurrentTime': '2026-01-05T12:00:00Z' },
        Bool: { 'aws:ViaAWSService': 'false' },
      },
    },
  ),
  { maxLength: 3 },
);
const head = { Version: '2012-10-17', Id: 'ours-and-theirs' };

const denied = (text: string, accountId: string, user: string | undefined, at: number): boolean =>
  !evaluate(
    {
      action: 'ec2:DescribeInstances',
      resource: '*',
      caller: { accountId, roleArn: 'arn:aws:iam::111111111111:role/x' },
      context: requestContext({
        'aws:CurrentTime': new Date(at).toISOString(),
        'aws:PrincipalAccount': accountId,
        'identitystore:UserId': user,
      }),
    },
    {
      identity: [
        parsePolicy(text, 'identity'),
        parsePolicy('{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', 'identity'),
      ],
    },
  ).allowed;

test('from its end on a person is denied in that account, not before, and nobody else ever', () => {
  fc.assert(
    fc.property(
      fences,
      account,
      userId,
      fc.integer({ min: 0, max: 120 }),
      (all, where, who, later) => {
        const text = composeFencedPolicy({ fences: all, statements: [], head }, NOW);
        const at = NOW + later * 60_000;
        const mine = all.find((one) => one.accountId === where && one.userId === who);
        expect(denied(text, where, who, at)).toBe(
          mine !== undefined && Date.parse(mine.until) <= at,
        );
        // A session that is not Identity Center's has no such key.
        expect(denied(text, where, undefined, at)).toBe(false);
      },
    ),
  );
});

test('what others wrote is read and written as it was, whatever ours is', () => {
  fc.assert(
    fc.property(fences, foreign, (all, statements) => {
      const text = composeFencedPolicy({ fences: all, statements, head }, NOW);
      const read = parseFencedPolicy(text, ARN);
      expect(read.statements).toEqual(statements);
      expect(read.head).toEqual(head);
      expect(composeFencedPolicy(read, NOW)).toBe(text);
      expect(text).toMatch(/^[\u0020-\u00ff]+$/);
    }),
  );
});

test('one account’s fences are replaced, the other’s stay, and the later end wins', () => {
  fc.assert(
    fc.property(fences, fc.array(fence), account, (before, wanted, where) => {
      const policy = { fences: before, statements: [], head };
      const after = withFences(policy, where, wanted).fences;
      const others = (all: typeof after) => all.filter(({ accountId }) => accountId !== where);
      expect(others(after)).toEqual(others(before));
      for (const { userId: id } of wanted) {
        const ends = wanted
          .filter((one) => one.userId === id)
          .map(({ until }) => Date.parse(until));
        const mine = after.filter((one) => one.accountId === where && one.userId === id);
        expect(mine.map(({ until }) => Date.parse(until))).toEqual([Math.max(...ends)]);
      }
    }),
  );
});

test('ends that have passed share one statement, so that they leave room for others', () => {
  const passed = Array.from({ length: 150 }, (_, nth) => ({
    accountId: '111111111111',
    userId: `9067642ac5-${String(nth).padStart(36, '0')}`,
    until: minutes(-1 - nth),
  }));
  const text = composeFencedPolicy({ fences: passed, statements: [], head }, NOW);
  expect(JSON.parse(text).Statement).toHaveLength(1);
  expect(text.length).toBeLessThan(10_240);
});

test('without any fence or foreign statement there is still a policy, which denies nobody', () => {
  const text = composeFencedPolicy({ fences: [], statements: [], head }, NOW);
  expect(parseFencedPolicy(text, ARN)).toEqual({ fences: [], statements: [], head });
  expect(denied(text, '000000000000', 'u-1', NOW)).toBe(false);
});

test.each([['no JSON'], ['{}'], ['{"Statement":"x"}']])(
  'what is no policy is not overwritten: %s',
  (text) => {
    expect(() => parseFencedPolicy(text, ARN)).toThrow(/is no policy document/);
  },
);
