import fc from 'fast-check';
import type { PolicyJson } from '../../sandbox/aws/policy-document';

/** One question to AWS's evaluation logic, with every policy that has a say. */
export interface IamCase {
  action: string;
  resource: string;
  context: Record<string, string | string[]>;
  identity: PolicyJson[];
  boundary: PolicyJson | undefined;
  session: PolicyJson | undefined;
  trust: PolicyJson | undefined;
}

type Conditions = Record<string, Record<string, string | string[]>>;

export const CASE_ACCOUNT = '222222222222';
export const CASE_ROLE = `arn:aws:iam::${CASE_ACCOUNT}:role/worker`;
export const CASE_SESSION = `arn:aws:sts::${CASE_ACCOUNT}:assumed-role/worker/g-aaaaaaaaaa`;
const USER_ID = 'AROAEXAMPLEEXAMPLE23:g-aaaaaaaaaa';

// Small alphabets, so that policies and requests meet often.
const asked = fc.constantFrom(
  ['s3:GetObject', 'arn:aws:s3:::ledger/2026/a.json'],
  ['s3:PutObject', 'arn:aws:s3:::ledger/2026/a.json'],
  ['s3:ListAllMyBuckets', '*'],
  ['iam:GetRole', `arn:aws:iam::${CASE_ACCOUNT}:role/jit/target/x`],
  ['iam:PutRolePolicy', `arn:aws:iam::${CASE_ACCOUNT}:role/jit/target/x`],
  ['sts:DecodeAuthorizationMessage', '*'],
);
const actions = some(
  '*',
  's3:*',
  's3:Get*',
  's3:get?bject',
  'S3:GETOBJECT',
  's3:List*',
  'iam:*RolePolicy',
  'iam:GetRole',
  'sts:*',
);
const resources = some(
  '*',
  'arn:aws:s3:::ledger/*',
  'arn:aws:s3:::ledger/????/a.json',
  'arn:aws:s3:::ledger',
  'arn:aws:s3:::*',
  `arn:aws:iam::${CASE_ACCOUNT}:role/jit/*`,
  'arn:aws:iam::*:role/jit/target/?',
  'arn:aws:iam::333333333333:role/*',
  'arn:aws:s3:::${aws:PrincipalTag/team}/*',
  "arn:aws:s3:::${aws:PrincipalTag/team, 'ledger'}/*",
);

const NOON = '2026-06-01T12:00:00Z';
const dates = fc.constantFrom('2026-06-01T11:59:59Z', NOON, '2026-06-01T12:00:01Z', '2026-06-01');
const epochs = fc.constantFrom('1780315199', '1780315200', '1780315201');
const words = ['ledger', 'Ledger', 'payments', 'led*', 'l?dger', '*', ''];
const TEAM = '${aws:PrincipalTag/team}';
const ids = fc.constantFrom(USER_ID, '*:g-aaaaaaaaaa', '*:g-bbbbbbbbbb', 'AROA*', '${aws:userid}');
const arns = fc.constantFrom(
  CASE_ROLE,
  `arn:aws:iam::${CASE_ACCOUNT}:role/*`,
  'arn:aws:iam::*:role/work??',
  'arn:aws:iam::333333333333:role/worker',
);
const tagOrIdentity = fc.constantFrom(
  'aws:PrincipalTag/team',
  'aws:SourceIdentity',
  'AWS:principaltag/TEAM',
);
const maybeIfExists = (names: string[]) =>
  fc
    .tuple(fc.constantFrom(...names), fc.boolean())
    .map(([name, lenient]) => (lenient ? `${name}IfExists` : name));

const condition: fc.Arbitrary<Conditions> = fc.oneof(
  block(
    maybeIfExists(['StringEquals', 'StringEqualsIgnoreCase', 'StringLike']),
    tagOrIdentity,
    fc.constantFrom(...words, TEAM),
  ),
  // What a variable without a value does in a negated condition is documented nowhere.
  block(
    maybeIfExists(['StringNotEquals', 'StringNotEqualsIgnoreCase', 'StringNotLike']),
    tagOrIdentity,
    fc.constantFrom(...words),
  ),
  block(
    maybeIfExists(['StringLike', 'StringNotLike', 'StringEquals']),
    fc.constant('aws:userid'),
    ids,
  ),
  block(
    maybeIfExists(['ArnLike', 'ArnNotLike', 'ArnEquals', 'ArnNotEquals']),
    fc.constant('aws:PrincipalArn'),
    arns,
  ),
  block(
    maybeIfExists([
      'DateLessThan',
      'DateLessThanEquals',
      'DateGreaterThan',
      'DateGreaterThanEquals',
      'DateEquals',
      'DateNotEquals',
    ]),
    fc.constantFrom('aws:CurrentTime', 'aws:TokenIssueTime'),
    dates,
  ),
  block(
    fc.constantFrom(
      'DateLessThan',
      'DateGreaterThanEquals',
      'NumericLessThan',
      'NumericGreaterThan',
    ),
    fc.constant('aws:EpochTime'),
    epochs,
  ),
  block(
    maybeIfExists([
      'NumericLessThan',
      'NumericGreaterThanEquals',
      'NumericEquals',
      'NumericNotEquals',
    ]),
    fc.constant('aws:MultiFactorAuthAge'),
    fc.constantFrom('60', '300', '3600'),
  ),
  block(
    maybeIfExists(['Bool']),
    fc.constantFrom('aws:SecureTransport', 'aws:ViaAWSService'),
    fc.constantFrom('true', 'false'),
  ),
  block(
    fc.constant('Null'),
    fc.constantFrom('aws:SourceIdentity', 'aws:PrincipalTag/team', 'aws:userid'),
    fc.constantFrom('true', 'false'),
  ),
  block(
    maybeIfExists(['IpAddress', 'NotIpAddress']),
    fc.constant('aws:SourceIp'),
    fc.constantFrom('127.0.0.1', '10.0.0.0/8', '127.0.0.0/8'),
  ),
  block(
    fc
      .tuple(
        fc.constantFrom('ForAnyValue', 'ForAllValues'),
        fc.constantFrom('StringEquals', 'StringLike', 'StringNotEquals'),
      )
      .map((parts) => parts.join(':')),
    fc.constant('aws:TagKeys'),
    fc.constantFrom('jit-grant', 'team', 'j*'),
  ),
);

const statement = fc.record({
  Effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
  action: fc
    .tuple(fc.integer({ min: 0, max: 3 }), actions)
    .map(([not, list]) => (not === 0 ? { NotAction: list } : { Action: list })),
  resource: fc
    .tuple(fc.integer({ min: 0, max: 3 }), resources)
    // What a variable without a value does inside NotResource is documented nowhere.
    .map(([not, list]) =>
      not === 0 && !list.some((one) => one.includes('team}'))
        ? { NotResource: list }
        : { Resource: list },
    ),
  Condition: fc.option(fc.array(condition, { minLength: 1, maxLength: 2 }).map(merged), {
    nil: undefined,
  }),
});

const policy: fc.Arbitrary<PolicyJson> = fc
  .tuple(fc.boolean(), fc.array(statement, { minLength: 1, maxLength: 3 }))
  .map(([old, statements]) => ({
    // The oracle fills in variables whatever the version; AWS documents that only 2012-10-17 does.
    Version: old && !JSON.stringify(statements).includes('${') ? '2008-10-17' : '2012-10-17',
    Statement: statements.map(({ Effect, action, resource, Condition }) => ({
      Effect,
      ...action,
      ...resource,
      ...(Condition && { Condition }),
    })),
  }));

/** Allows everything: half of all layers are it, else hardly anything would be allowed. */
const open: PolicyJson = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};
const layer = fc.oneof(fc.constant(open), policy, policy);

const context = fc
  .record({
    'aws:CurrentTime': fc.constantFrom('2026-06-01T11:59:59Z', NOON, '2026-06-01T12:00:01Z'),
    'aws:EpochTime': fc.constantFrom('1780315199', '1780315200', '1780315201'),
    'aws:TokenIssueTime': fc.constantFrom('2026-06-01T11:59:59Z', NOON),
    'aws:userid': fc.constant(USER_ID),
    'aws:PrincipalArn': fc.constant(CASE_ROLE),
    'aws:SourceIdentity': fc.option(fc.constantFrom('ledger', 'payments'), { nil: undefined }),
    'aws:PrincipalTag/team': fc.option(fc.constantFrom('ledger', 'payments', 'led*'), {
      nil: undefined,
    }),
    'aws:MultiFactorAuthAge': fc.option(fc.constantFrom('60', '299', '300'), { nil: undefined }),
    'aws:SecureTransport': fc.constantFrom('true', 'false'),
    'aws:SourceIp': fc.constantFrom('127.0.0.1', '10.1.2.3'),
    'aws:TagKeys': fc.option(fc.subarray(['jit-grant', 'team'], { minLength: 1 }), {
      nil: undefined,
    }),
  })
  .map(defined);

/** Questions about one account's own resources. */
export const identityCase: fc.Arbitrary<IamCase> = fc
  .record({
    asked,
    context,
    identity: fc.array(layer, { minLength: 1, maxLength: 2 }),
    boundary: fc.option(layer, { nil: undefined }),
    session: fc.option(layer, { nil: undefined }),
  })
  .map(({ asked: [action, resource], ...rest }) => ({
    action: action ?? '',
    resource: resource ?? '',
    trust: undefined,
    ...rest,
  }));

const principals = some(
  '*',
  CASE_ROLE,
  CASE_SESSION,
  CASE_ACCOUNT,
  `arn:aws:iam::${CASE_ACCOUNT}:root`,
  'arn:aws:iam::333333333333:role/other',
  '333333333333',
);
const trustCondition = fc.oneof(
  block(
    fc.constantFrom('StringEquals', 'StringNotEquals'),
    fc.constant('sts:ExternalId'),
    fc.constantFrom('right', 'wrong'),
  ),
  block(
    fc.constantFrom('StringLike', 'StringNotLike'),
    fc.constant('sts:RoleSessionName'),
    fc.constantFrom('g-*', 'c-*', 'g-aaaaaaaaaa'),
  ),
  block(
    fc.constantFrom('StringLike', 'Null'),
    fc.constant('sts:SourceIdentity'),
    fc.constantFrom('true', 'false'),
  ),
  block(
    fc.constant('StringLike'),
    fc.constant('sts:SourceIdentity'),
    fc.constantFrom('?*', '00u*'),
  ),
  block(
    fc.constant('StringLike'),
    fc.constant('aws:RequestTag/jit-grant'),
    fc.constantFrom('g-*', '*'),
  ),
);
const trust: fc.Arbitrary<PolicyJson> = fc
  .array(
    fc.record({
      Effect: fc.constantFrom(
        'Allow' as const,
        'Allow' as const,
        'Allow' as const,
        'Deny' as const,
      ),
      Principal: principals.map((AWS) => ({ AWS })),
      Action: some('sts:AssumeRole', 'sts:*', 'sts:TagSession', 'sts:Assume*'),
      Condition: fc.option(fc.array(trustCondition, { minLength: 1, maxLength: 2 }).map(merged), {
        nil: undefined,
      }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((statements) => ({
    Version: '2012-10-17',
    Statement: statements.map(({ Condition, ...rest }) => ({
      ...rest,
      ...(Condition && { Condition }),
    })),
  }));

/** May this session become another role, in its own or in another account? */
export const trustCase: fc.Arbitrary<IamCase> = fc
  .record({
    target: fc.constantFrom(CASE_ACCOUNT, '333333333333'),
    context,
    more: fc
      .record({
        'sts:ExternalId': fc.option(fc.constantFrom('right', 'wrong'), { nil: undefined }),
        'sts:RoleSessionName': fc.constantFrom('g-aaaaaaaaaa', 'c-bbbbbbbbbb', 'x'),
        'sts:SourceIdentity': fc.option(fc.constant('00uada'), { nil: undefined }),
        'aws:RequestTag/jit-grant': fc.option(fc.constant('g-aaaaaaaaaa'), { nil: undefined }),
      })
      .map(defined),
    trust,
    identity: fc.array(fc.oneof(fc.constant(open), policy), { minLength: 0, maxLength: 2 }),
    boundary: fc.option(layer, { nil: undefined }),
    session: fc.option(layer, { nil: undefined }),
  })
  .map(({ target, more, context: base, ...rest }) => ({
    action: 'sts:AssumeRole',
    resource: `arn:aws:iam::${target}:role/jit-target`,
    context: { ...base, ...more },
    ...rest,
  }))
  // The oracle lets a session policy limit what a resource policy gives to the session's own ARN; AWS
  // documents the opposite (IAM User Guide, "Session policies").
  .filter(
    ({ trust: resource, session }) => !(session && JSON.stringify(resource).includes(CASE_SESSION)),
  );

function some(...values: string[]): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });
}

function block(
  operator: fc.Arbitrary<string>,
  key: fc.Arbitrary<string>,
  value: fc.Arbitrary<string>,
): fc.Arbitrary<Conditions> {
  return fc
    .tuple(operator, key, fc.uniqueArray(value, { minLength: 1, maxLength: 2 }))
    .map(([name, on, values]) => ({ [name]: { [on]: values } }));
}

function merged(blocks: Conditions[]): Conditions {
  return Object.assign({}, ...blocks) as Conditions;
}

function defined(values: Record<string, string | string[] | undefined>) {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  ) as Record<string, string | string[]>;
}
