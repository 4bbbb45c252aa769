import type { PolicyJson } from './policy-document';

/**
 * The policies that make a target role safe to hand out, as the stand-in account has them. Kept apart
 * from those that are really installed, so that a test can hold one against the other.
 */

const HARMLESS_CALL = 'sts:DecodeAuthorizationMessage';

/** The access itself plus the probe's harmless call. Also the role's permissions boundary: a rogue inline Allow then grants nothing. */
export function targetAccess(access: PolicyJson): PolicyJson {
  const statements = Array.isArray(access.Statement) ? access.Statement : [access.Statement];
  return {
    Version: '2012-10-17',
    Statement: [
      ...statements,
      { Sid: 'CurfewProbe', Effect: 'Allow', Action: HARMLESS_CALL, Resource: '*' },
    ],
  };
}

/** What no session of a target may do, whatever its access says: all of it would outlive the session. */
export const TARGET_GUARD: PolicyJson = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'NoOnwardIdentities',
      Effect: 'Deny',
      Action: [
        'iam:Add*',
        'iam:Attach*',
        'iam:Change*',
        'iam:Create*',
        'iam:Deactivate*',
        'iam:Delete*',
        'iam:Detach*',
        'iam:Disable*',
        'iam:Enable*',
        'iam:PassRole',
        'iam:Put*',
        'iam:Remove*',
        'iam:Reset*',
        'iam:Resync*',
        'iam:Set*',
        'iam:Tag*',
        'iam:Untag*',
        'iam:Update*',
        'iam:Upload*',
        'sts:AssumeRole',
        'sts:GetFederationToken',
      ],
      Resource: '*',
    },
    {
      Sid: 'NoCredentialsThatOutliveTheFence',
      Effect: 'Deny',
      Action: [
        'codeartifact:GetAuthorizationToken',
        'kms:CreateGrant',
        's3:GetDataAccess',
        'ssm:ResumeSession',
        'ssm:StartSession',
        'sts:GetServiceBearerToken',
        'sts:GetWebIdentityToken',
      ],
      Resource: '*',
    },
  ],
};

/**
 * Only the bot, only for a named grant (or a probe's control, `c-…`), and never without a person
 * behind it. Three statements, because AWS gives each action context keys of its own.
 */
export const targetTrust = (botRoleArn: string, externalId: string): PolicyJson => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'AssumeForAGrant',
      Effect: 'Allow',
      Principal: { AWS: botRoleArn },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEquals: { 'sts:ExternalId': externalId },
        StringLike: {
          'sts:RoleSessionName': ['g-*', 'c-*'],
          'sts:SourceIdentity': '?*',
          'aws:RequestTag/jit-grant': ['g-*', 'c-*'],
        },
      },
    },
    {
      Sid: 'NameTheGrant',
      Effect: 'Allow',
      Principal: { AWS: botRoleArn },
      Action: 'sts:TagSession',
      Condition: {
        StringLike: { 'aws:RequestTag/jit-grant': ['g-*', 'c-*'] },
        'ForAllValues:StringEquals': { 'aws:TagKeys': 'jit-grant' },
      },
    },
    {
      Sid: 'NameThePerson',
      Effect: 'Allow',
      Principal: { AWS: botRoleArn },
      Action: 'sts:SetSourceIdentity',
      Condition: { StringLike: { 'sts:SourceIdentity': '?*' } },
    },
  ],
});

/** Becoming targets and revokers, and nothing else. */
export const BOT_ACCESS: PolicyJson = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Mint',
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Resource: 'arn:aws:iam::*:role/jit/target/*',
    },
    {
      Sid: 'BecomeTheRevoker',
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: 'arn:aws:iam::*:role/jit/curfew-revoker',
    },
  ],
};

/** The bot's own role is given out by the platform, never assumed through STS. */
export const PLATFORM_TRUST: PolicyJson = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    },
  ],
};

export const revokerTrust = (botRoleArn: string, externalId: string): PolicyJson => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: botRoleArn },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': externalId } },
    },
  ],
});

/** Writes and reads revocation lists of roles that have our boundary; deletes nothing. */
export const revokerAccess = (accountId: string): PolicyJson => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Write',
      Effect: 'Allow',
      Action: 'iam:PutRolePolicy',
      Resource: `arn:aws:iam::${accountId}:role/jit/target/*`,
      Condition: {
        ArnLike: { 'iam:PermissionsBoundary': `arn:aws:iam::${accountId}:policy/jit/access/*` },
      },
    },
    {
      Sid: 'Read',
      Effect: 'Allow',
      Action: 'iam:GetRolePolicy',
      Resource: `arn:aws:iam::${accountId}:role/jit/target/*`,
    },
  ],
});

/** Beside {@link BOT_ACCESS}, where there is an Identity Center. */
export const becomeAccess = (roleArn: string): PolicyJson => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'BecomeTheAdministratorOfAssignments',
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: roleArn,
    },
  ],
});

/**
 * Assigns exactly these permission sets, keeps the deny ready in their inline policies, and finds people. Creates,
 * changes and deletes no set, attaches no other policy, and changes no user.
 */
export const centerAccess = ({
  instanceArn,
  storeId,
  permissionSets,
}: {
  instanceArn: string;
  storeId: string;
  permissionSets: readonly { arn: string }[];
}): PolicyJson => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'AssignAndFence',
      Effect: 'Allow',
      Action: [
        'sso:CreateAccountAssignment',
        'sso:DeleteAccountAssignment',
        'sso:DescribePermissionSet',
        'sso:GetInlinePolicyForPermissionSet',
        'sso:ListAccountAssignments',
        'sso:ListAccountsForProvisionedPermissionSet',
        'sso:ProvisionPermissionSet',
        'sso:PutInlinePolicyToPermissionSet',
      ],
      Resource: [instanceArn, 'arn:aws:sso:::account/*', ...permissionSets.map(({ arn }) => arn)],
    },
    {
      Sid: 'SeeWhatBecameOfIt',
      Effect: 'Allow',
      Action: [
        'sso:DescribeAccountAssignmentCreationStatus',
        'sso:DescribeAccountAssignmentDeletionStatus',
        'sso:DescribePermissionSetProvisioningStatus',
        'sso:ListAccountAssignmentsForPrincipal',
      ],
      Resource: instanceArn,
    },
    {
      Sid: 'FindPeople',
      Effect: 'Allow',
      Action: ['identitystore:DescribeUser', 'identitystore:GetUserId', 'identitystore:ListUsers'],
      Resource: `arn:aws:identitystore::*:identitystore/${storeId}`,
    },
    {
      // Only where the identity store is the company's directory (CURFEW_DIRECTORY=identity-center).
      Sid: 'SeeTheirGroups',
      Effect: 'Allow',
      Action: [
        'identitystore:DescribeGroup',
        'identitystore:GetGroupId',
        'identitystore:ListGroupMemberships',
        'identitystore:ListGroupMembershipsForMember',
      ],
      Resource: `arn:aws:identitystore::*:identitystore/${storeId}`,
    },
  ],
});
