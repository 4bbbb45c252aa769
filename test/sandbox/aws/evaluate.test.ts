import { describe, expect, test } from '@jest/globals';
import { evaluate, type Layers, type Verdict } from '../../../sandbox/aws/evaluate';
import { fitsArn, fitsPattern, requestContext } from '../../../sandbox/aws/patterns';
import { parsePolicy, type Policy } from '../../../sandbox/aws/policy-document';

// What the simulator of oracle.test.ts gets wrong or leaves out, straight from AWS's documentation.

const ACCOUNT = '222222222222';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/worker/g-aaaaaaaaaa`;

type Statement = Record<string, unknown>;
const policy = (
  kind: 'identity' | 'trust',
  statements: Statement[],
  Version = '2012-10-17',
): Policy => parsePolicy(JSON.stringify({ Version, Statement: statements }), kind);
const ALLOW_ALL = { Effect: 'Allow', Action: '*', Resource: '*' };

const ask = (
  layers: Partial<Layers>,
  keys: Record<string, string | string[]> = {},
  [action, resource] = ['s3:GetObject', 'arn:aws:s3:::ledger/a'],
): Verdict =>
  evaluate(
    {
      action,
      resource,
      context: requestContext(keys),
      caller: { accountId: ACCOUNT, roleArn: ROLE, sessionArn: SESSION },
    },
    { identity: [policy('identity', [ALLOW_ALL])], ...layers },
  );

/** Does an Allow under this condition apply? */
const holdsFor = (
  Condition: Record<string, Record<string, string | string[]>>,
  keys: Record<string, string | string[]>,
  Version?: string,
): boolean =>
  ask({ identity: [policy('identity', [{ ...ALLOW_ALL, Condition }], Version)] }, keys).allowed;

describe('conditions', () => {
  const noon = { 'aws:CurrentTime': '2026-06-01T12:00:00.000Z', 'aws:EpochTime': '1780315200' };
  test.each([
    [
      'a date may be written in seconds since 1970',
      { DateGreaterThanEquals: { 'aws:CurrentTime': '1780315200' } },
      true,
    ],
    [
      'a second later it is not yet',
      { DateGreaterThanEquals: { 'aws:CurrentTime': '1780315201' } },
      false,
    ],
    [
      'the epoch key compares with ISO dates',
      { DateLessThan: { 'aws:EpochTime': '2026-06-01T12:00:01Z' } },
      true,
    ],
    [
      'an offset is honoured',
      { DateEquals: { 'aws:CurrentTime': '2026-06-01T14:00:00+02:00' } },
      true,
    ],
    [
      'milliseconds count',
      { DateLessThan: { 'aws:CurrentTime': '2026-06-01T12:00:00.001Z' } },
      true,
    ],
    [
      'keys are compared without case',
      { DateEquals: { 'AWS:currenttime': '2026-06-01T12:00:00Z' } },
      true,
    ],
  ])('%s', (_rule, condition, holds) => {
    expect(holdsFor(condition, noon)).toBe(holds);
  });

  test('variables mean something in version 2012-10-17 only', () => {
    const condition = { StringEquals: { 'aws:PrincipalTag/team': '${aws:SourceIdentity}' } };
    const keys = { 'aws:PrincipalTag/team': 'a', 'aws:SourceIdentity': 'a' };
    expect(holdsFor(condition, keys)).toBe(true);
    expect(holdsFor(condition, keys, '2008-10-17')).toBe(false);
    expect(
      holdsFor(condition, { 'aws:PrincipalTag/team': '${aws:SourceIdentity}' }, '2008-10-17'),
    ).toBe(true);
  });

  test('what a variable brings is literal: nobody smuggles in a wildcard', () => {
    const condition = { StringLike: { 'aws:SourceIdentity': 'x-${aws:PrincipalTag/team}' } };
    const keys = { 'aws:PrincipalTag/team': '*', 'aws:SourceIdentity': 'x-anything' };
    expect(holdsFor(condition, keys)).toBe(false);
    expect(
      holdsFor({ StringLike: { 'aws:SourceIdentity': 'x-${*}' } }, { 'aws:SourceIdentity': 'x-*' }),
    ).toBe(true);
  });

  test('a negated operator holds when the key is absent, which is why no Deny is built on one', () => {
    expect(holdsFor({ StringNotEquals: { 'aws:SourceIdentity': 'ada' } }, {})).toBe(true);
    expect(holdsFor({ StringEquals: { 'aws:SourceIdentity': 'ada' } }, {})).toBe(false);
  });

  test('all tags asked for must be known ones, and no tags at all pass', () => {
    const only = { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'jit-grant' } };
    expect(holdsFor(only, { 'aws:TagKeys': ['jit-grant'] })).toBe(true);
    expect(holdsFor(only, { 'aws:TagKeys': ['jit-grant', 'team'] })).toBe(false);
    expect(holdsFor(only, {})).toBe(true);
  });
});

describe('inside one account', () => {
  const nothing = policy('identity', [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]);
  const trusting = (...AWS: string[]) => ({
    policy: policy('trust', [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' }]),
    accountId: ACCOUNT,
  });
  const assume: [string, string] = ['sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/next`];

  test.each([
    ['the account', [ACCOUNT], { identity: [nothing] }, false],
    ['the role', [ROLE], { identity: [nothing] }, true],
    ['the role, which a boundary limits', [ROLE], { identity: [], boundary: nothing }, false],
    ['the role, which a session policy limits', [ROLE], { identity: [], session: nothing }, false],
    // Why the fence is a Deny: an Allow-only session policy does not limit what names the session.
    [
      'the session, which nothing limits',
      [SESSION],
      { identity: [], session: nothing, boundary: nothing },
      true,
    ],
  ])('a trust policy that names %s', (_who, names, layers, allowed) => {
    expect(ask({ ...layers, resource: trusting(...names) }, {}, assume).allowed).toBe(allowed);
  });

  test('a Deny in the session policy stops even what names the session', () => {
    const fence = policy('identity', [ALLOW_ALL, { Effect: 'Deny', Action: '*', Resource: '*' }]);
    expect(ask({ resource: trusting(SESSION), session: fence }, {}, assume)).toEqual({
      allowed: false,
      how: 'explicit',
      by: 'session',
    });
  });
});

describe('patterns', () => {
  test.each([
    ['*', '', true],
    ['a*b', 'ab', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-b-c-', false],
    ['?', '', false],
    ['*:g-aaaaaaaaaa', 'AROAX:g-aaaaaaaaaa', true],
    ['*:g-aaaaaaaaaa', 'AROAX:g-aaaaaaaaaab', false],
    ['', 'a', false],
  ])('%j and %j', (pattern, text, fits) => {
    expect(fitsPattern(pattern, text)).toBe(fits);
  });

  test('a pattern made to be slow is not', () => {
    expect(fitsPattern(`${'*a'.repeat(200)}b`, 'a'.repeat(10_000))).toBe(false);
  });

  test.each([
    ['arn:aws:iam::*:role/x', 'arn:aws:iam::222222222222:role/x', true],
    ['arn:aws:s3:::*', 'arn:aws:s3:::a:b/c', true],
    ['arn:aws:*:role/x', 'arn:aws:iam::222222222222:role/x', false],
    ['arn:aws:iam::2*/x', 'arn:aws:iam::222222222222:role/x', false],
  ])('a wildcard in %s stays in its part of %s', (pattern, arn, fits) => {
    expect(fitsArn(pattern, arn)).toBe(fits);
  });
});

describe('policies that are refused when they are written', () => {
  const deny = { Effect: 'Deny', Action: '*', Resource: '*' };
  test.each([
    [
      'an operator nobody knows',
      [{ ...deny, Condition: { StringAlmost: { k: 'v' } } }],
      'Invalid Condition type : StringAlmost',
    ],
    [
      'a date that is none',
      [{ ...deny, Condition: { DateLessThan: { 'aws:CurrentTime': 'soon' } } }],
      '"soon"',
    ],
    [
      'a variable where none is filled in',
      [{ ...deny, Condition: { DateLessThan: { 'aws:CurrentTime': '${aws:CurrentTime}' } } }],
      'DateLessThan',
    ],
    [
      'Null with IfExists',
      [{ ...deny, Condition: { NullIfExists: { k: 'true' } } }],
      'NullIfExists',
    ],
    ['Action and NotAction', [{ ...deny, NotAction: 's3:*' }], 'NotAction'],
    ['no action', [{ Effect: 'Deny', Resource: '*' }], 'must contain actions'],
    ['a principal in an identity policy', [{ ...deny, Principal: '*' }], 'principal'],
    ['an unknown element', [{ ...deny, Effct: 'Deny' }], 'Effct'],
    ['an action without a service', [{ ...deny, Action: 'GetObject' }], 'vendor'],
    ['a resource that is no ARN', [{ ...deny, Resource: 'bucket' }], 'ARN format'],
    [
      'the same Sid twice',
      [
        { ...deny, Sid: 'A' },
        { ...deny, Sid: 'A' },
      ],
      'unique',
    ],
    ['no statement', [], 'Statement'],
  ])('%s', (_what, statements, because) => {
    expect(() => policy('identity', statements)).toThrow(because);
  });

  test('a trust policy without a principal, or with a resource', () => {
    expect(() => policy('trust', [{ Effect: 'Allow', Action: 'sts:AssumeRole' }])).toThrow(
      'Principal',
    );
    expect(() => policy('trust', [ALLOW_ALL])).toThrow('Resource');
  });
});
