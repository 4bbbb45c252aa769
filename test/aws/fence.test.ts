import { runSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fenceFor, wholeSecond } from '../../access/fence';
import { sessionPolicy } from '../../aws/fence';

const anyInstant = fc
  .date({
    min: new Date('2025-01-01T00:00:00Z'),
    max: new Date('2040-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());

describe('where the fence stands', () => {
  test.each([
    ['the window ends first', '2026-11-23T10:05:00.000Z', '2026-11-23T10:05:00.000Z'],
    ['the window goes on', '2026-11-23T18:00:00.000Z', '2026-11-23T10:15:00.000Z'],
    ['a fraction is cut off', '2026-11-23T10:00:30.999Z', '2026-11-23T10:00:30.000Z'],
    ['the window is already over', '2026-11-23T09:00:00.000Z', '2026-11-23T09:00:00.000Z'],
  ])('%s', (_, until, fence) => {
    expect(fenceFor({ until, intendedAt: new Date('2026-11-23T10:00:00Z') })).toBe(fence);
  });

  test('never after the window, never more than 900 s after the intent, and at most a second early', () => {
    fc.assert(
      fc.property(anyInstant, anyInstant, (until, intent) => {
        const fence = Date.parse(fenceFor({ until, intendedAt: new Date(intent) }));
        const limit = Math.min(Date.parse(until), Date.parse(intent) + 900_000);
        expect(fence).toBeLessThanOrEqual(limit);
        expect(fence).toBeGreaterThan(limit - 1_000);
        expect(fence % 1_000).toBe(0);
      }),
    );
  });

  test('what is no instant has no fence', () => {
    expect(() => fenceFor({ until: 'tomorrow', intendedAt: new Date() })).toThrow(RangeError);
    expect(() => sessionPolicy({ fence: '' })).toThrow(RangeError);
  });
});

describe('the session policy, by an evaluator of AWS’s logic that is not ours', () => {
  const fence = '2026-11-23T10:15:00.000Z';

  const may = async (ask: {
    at: string;
    action?: string;
    resource?: string;
    policy?: string;
  }): Promise<boolean> => {
    const { at, action = 's3:GetObject', resource = 'arn:aws:s3:::payments/report.csv' } = ask;
    const answer = await runSimulation(
      {
        request: {
          principal: 'arn:aws:sts::111111111111:assumed-role/dev-readonly/g-abcdefghij',
          action,
          resource: { resource, accountId: '111111111111' },
          contextVariables: { 'aws:CurrentTime': at },
        },
        identityPolicies: [
          {
            name: 'access',
            policy: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
            },
          },
        ],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        sessionPolicy: JSON.parse(ask.policy ?? sessionPolicy({ fence })),
      },
      {},
    );
    if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
    return answer.overallResult === 'Allowed';
  };

  test.each([
    ['2026-11-23T10:00:00Z', true],
    ['2026-11-23T10:14:59Z', true],
    ['2026-11-23T10:15:00Z', false],
    ['2026-11-23T10:15:01Z', false],
    ['2027-01-01T00:00:00Z', false],
  ])('at %s: %s', async (at, allowed) => {
    expect(await may({ at })).toBe(allowed);
  });

  test('a scope narrows actions and resources, and keeps the fence', async () => {
    const scope = { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::payments/*'] };
    const policy = sessionPolicy({ fence, scope });
    const inTime = { at: '2026-11-23T10:00:00Z', policy };
    expect(await may(inTime)).toBe(true);
    expect(await may({ ...inTime, action: 's3:DeleteObject' })).toBe(false);
    expect(await may({ ...inTime, resource: 'arn:aws:s3:::salaries/all.csv' })).toBe(false);
    expect(await may({ at: fence, policy })).toBe(false);
  });
});

test('outside its scope a session is denied, not merely not allowed: a resource policy may name it', () => {
  const policy = sessionPolicy({
    fence: '2026-11-23T10:15:00.000Z',
    scope: { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::payments/*'] },
  });
  expect(JSON.parse(policy).Statement).toEqual([
    { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::payments/*'] },
    { Effect: 'Deny', NotAction: ['s3:GetObject'], Resource: '*' },
    { Effect: 'Deny', Action: '*', NotResource: ['arn:aws:s3:::payments/*'] },
    expect.objectContaining({
      Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': '2026-11-23T10:15:00Z' } },
    }),
  ]);
});

test('the fence alone takes about a tenth of the room', () => {
  expect(sessionPolicy({ fence: '2026-11-23T10:15:00.000Z' })).toHaveLength(212);
});

test('a scope that does not fit is refused with its size', () => {
  const resources = Array.from({ length: 60 }, (_, nth) => `arn:aws:s3:::payments-${nth}/*`);
  expect(() =>
    sessionPolicy({ fence: '2026-11-23T10:15:00.000Z', scope: { actions: ['*'], resources } }),
  ).toThrow(/\d{4} of 2048 characters\. Name fewer/);
});

test('the literal in the policy is the instant that is served', () => {
  fc.assert(
    fc.property(anyInstant, (fence) => {
      const [, deny] = JSON.parse(sessionPolicy({ fence })).Statement;
      expect(Date.parse(deny.Condition.DateGreaterThanEquals['aws:CurrentTime'])).toBe(
        Date.parse(wholeSecond(Date.parse(fence))),
      );
    }),
  );
});
