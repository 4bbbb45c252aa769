import { describe, expect, test } from '@jest/globals';
import { evaluate, type Verdict } from '../../../sandbox/aws/evaluate';
import { requestContext } from '../../../sandbox/aws/patterns';
import { parsePolicy } from '../../../sandbox/aws/policy-document';
import { BOT_ROLE_ARN, seedAccount, type RoleSeed } from '../../../sandbox/aws/seed-account';
import { ACCOUNT, exampleSeed, REVOKER, TARGET } from '../../support/aws-stand-in';

const { roles } = exampleSeed();
const seeded = (arn: string): RoleSeed => roles.find((role) => role.arn === arn)!;

/** May a session of this role do that, by the role's own policies? */
function asked(role: RoleSeed, action: string, resource = '*', keys = {}): Verdict {
  return evaluate(
    {
      action,
      resource,
      context: requestContext(keys),
      caller: { accountId: role.accountId, roleArn: role.arn },
    },
    {
      identity: role.managed.map(({ document }) => parsePolicy(document, 'identity')),
      boundary: role.boundary && parsePolicy(role.boundary.document, 'identity'),
    },
  );
}

describe('a target role, even one that may do anything', () => {
  test.each([
    'sts:AssumeRole',
    'sts:GetFederationToken',
    'sts:GetWebIdentityToken',
    'sts:GetServiceBearerToken',
    'codeartifact:GetAuthorizationToken',
    's3:GetDataAccess',
    'kms:CreateGrant',
    'ssm:StartSession',
    'ssm:ResumeSession',
    'iam:PassRole',
    'iam:CreateAccessKey',
    'iam:CreateUser',
    'iam:PutRolePolicy',
    'iam:DeleteRolePolicy',
    'iam:AttachRolePolicy',
    'iam:UpdateAssumeRolePolicy',
    'iam:DeleteRolePermissionsBoundary',
    'iam:SetDefaultPolicyVersion',
    'iam:TagRole',
  ])('may not %s, which would outlive the grant', (action) => {
    expect(asked(seeded(TARGET), action)).toEqual({
      allowed: false,
      how: 'explicit',
      by: 'identity',
    });
  });

  test.each(['s3:GetObject', 'iam:GetRole', 'kms:Decrypt', 'sts:DecodeAuthorizationMessage'])(
    'may %s',
    (action) => {
      expect(asked(seeded(TARGET), action)).toEqual({ allowed: true });
    },
  );
});

test('every target’s boundary is its access policy', () => {
  for (const role of roles.filter(({ path }) => path === '/jit/target/'))
    expect(role.managed).toContainEqual(role.boundary);
});

describe('the revoker', () => {
  const boundary = { 'iam:PermissionsBoundary': seeded(TARGET).boundary?.arn };
  const elsewhere = 'arn:aws:iam::222222222222:role/admin';
  test.each([
    ['write the list of a target', 'iam:PutRolePolicy', TARGET, boundary, true],
    ['read it', 'iam:GetRolePolicy', TARGET, {}, true],
    ['write to a target without a boundary', 'iam:PutRolePolicy', TARGET, {}, false],
    ['write to any other role', 'iam:PutRolePolicy', elsewhere, boundary, false],
    ['delete a list', 'iam:DeleteRolePolicy', TARGET, boundary, false],
    ['become a target', 'sts:AssumeRole', TARGET, {}, false],
  ])('may it %s?', (_what, action, resource, keys, allowed) => {
    expect(asked(seeded(REVOKER), action, resource, keys).allowed).toBe(allowed);
  });
});

test.each([
  ['sts:AssumeRole', TARGET, true],
  ['sts:AssumeRole', REVOKER, true],
  ['sts:TagSession', REVOKER, false],
  ['sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/admin`, false],
  ['iam:PutRolePolicy', TARGET, false],
])('the bot and %s on %s', (action, resource, allowed) => {
  expect(asked(seeded(BOT_ROLE_ARN), action, resource).allowed).toBe(allowed);
});

test.each([
  ['an ARN that is no role’s', 'arn:aws:iam::1:user/x', 'is not the ARN of a role'],
  ['a policy that AWS would refuse', TARGET, 'vendor'],
])('seeding stops at %s', (_what, arn, because) => {
  const access = {
    Version: '2012-10-17' as const,
    Statement: [{ Effect: 'Allow' as const, Action: 'Everything', Resource: '*' }],
  };
  expect(() => seedAccount({ externalId: 'x-1', targets: [{ arn, access }] })).toThrow(because);
});
