import { z } from 'zod';
import type { Role } from './account-rows';
import { AwsError, invalidParameter } from './aws-error';
import { authorize } from './caller';
import { awsTime, checkDocument, memberPairs, type Operation, type Request } from './operation';
import { members, type XmlFields } from './xml';

/** All inline policies of a role together, white space not counted. */
export const INLINE_POLICIES_MAX = 10_240;

const name = (most: number) =>
  z
    .string('Member must not be null')
    .regex(
      new RegExp(`^[\\w+=,.@-]{1,${most}}$`),
      `Member must be 1 to ${most} characters of [\\w+=,.@-]`,
    );
const roleName = name(64);
const policyName = name(128);
const documentText = z
  .string('Member must not be null')
  .min(1, 'Member must have length greater than or equal to 1')
  .max(131_072, 'Member must have length less than or equal to 131072');
const rolePath = z.string().regex(/^(\/|\/[\x21-\x7e]+\/)$/, 'Member must begin and end with /');

/** What the stand-in knows of IAM, by the call's name. */
export const IAM_OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['PutRolePolicy', putRolePolicy],
  ['GetRolePolicy', getRolePolicy],
  ['ListRolePolicies', listRolePolicies],
  ['DeleteRolePolicy', deleteRolePolicy],
  ['GetRole', getRole],
  ['ListRoles', listRoles],
  ['CreateRole', createRole],
]);

function putRolePolicy(request: Request) {
  const { store, params, caller } = request;
  const policy = read(params, 'PolicyName', policyName);
  const document = read(params, 'PolicyDocument', documentText);
  const role = permittedRole(request, 'iam:PutRolePolicy');
  checkDocument(document, 'identity');
  const others = [...store.inlinePolicies(role.arn)].filter(([other]) => other !== policy);
  const used = [...others.map(([, text]) => text), document]
    .map((text) => text.replace(/\s/g, '').length)
    .reduce((sum, length) => sum + length, 0);
  if (used > INLINE_POLICIES_MAX)
    throw new AwsError(
      409,
      'LimitExceeded',
      `Maximum policy size of ${INLINE_POLICIES_MAX} bytes exceeded for role ${role.name}`,
    );
  store.writeInlinePolicy(role.arn, policy, document, caller.now);
  return { resource: role.arn };
}

function getRolePolicy(request: Request) {
  const policy = read(request.params, 'PolicyName', policyName);
  const role = permittedRole(request, 'iam:GetRolePolicy');
  const document = inlinePolicy(request, role, policy);
  return {
    resource: role.arn,
    result: { RoleName: role.name, PolicyName: policy, PolicyDocument: urlEncoded(document) },
  };
}

function listRolePolicies(request: Request) {
  const role = permittedRole(request, 'iam:ListRolePolicies');
  const names = [...request.store.inlinePolicies(role.arn).keys()].sort();
  return { resource: role.arn, result: { PolicyNames: members(names), IsTruncated: false } };
}

function deleteRolePolicy(request: Request) {
  const { store, params, caller } = request;
  const policy = read(params, 'PolicyName', policyName);
  const role = permittedRole(request, 'iam:DeleteRolePolicy');
  inlinePolicy(request, role, policy);
  store.writeInlinePolicy(role.arn, policy, undefined, caller.now);
  return { resource: role.arn };
}

function getRole(request: Request) {
  const role = permittedRole(request, 'iam:GetRole');
  return { resource: role.arn, result: { Role: roleFields(role) } };
}

function listRoles({ store, params, caller }: Request) {
  const { accountId } = caller.role;
  const prefix = params.get('PathPrefix') ?? '/';
  authorize(store, caller, {
    action: 'iam:ListRoles',
    resource: `arn:aws:iam::${accountId}:role${prefix}`,
  });
  const roles = store.roles(accountId, prefix).map(roleFields);
  return { result: { Roles: members(roles), IsTruncated: false } };
}

function createRole({ store, params, caller }: Request) {
  const { accountId } = caller.role;
  const wanted = read(params, 'RoleName', roleName);
  const path = rolePath.safeParse(params.get('Path') ?? '/');
  if (!path.success) throw invalidParameter('path', path.error.issues[0]?.message ?? '');
  const trust = read(params, 'AssumeRolePolicyDocument', documentText);
  const arn = `arn:aws:iam::${accountId}:role${path.data}${wanted}`;
  authorize(store, caller, { action: 'iam:CreateRole', resource: arn });
  checkDocument(trust, 'trust');
  if (params.has('PermissionsBoundary'))
    throw new AwsError(
      501,
      'NotImplemented',
      'The stand-in creates roles without a boundary only.',
    );
  if (store.roleNamed(accountId, wanted))
    throw new AwsError(409, 'EntityAlreadyExists', `Role with name ${wanted} already exists.`);
  const role = store.putRole(
    {
      arn,
      accountId,
      name: wanted,
      path: path.data,
      trust,
      managed: [],
      boundary: undefined,
      maxSessionSeconds: Number(params.get('MaxSessionDuration') ?? 3_600),
      tags: Object.fromEntries(memberPairs(params, 'Tags').map(({ Key, Value }) => [Key, Value])),
    },
    caller.now,
  );
  return { resource: arn, result: { Role: roleFields(role) } };
}

/** For these AWS documents the context key iam:PermissionsBoundary: the boundary of the role in question. */
const KNOWS_BOUNDARY = ['iam:PutRolePolicy', 'iam:DeleteRolePolicy'];

/** IAM looks in the caller's own account only, and asks for leave before it says whether a role exists. */
function permittedRole({ store, params, caller }: Request, action: string): Role {
  const { accountId } = caller.role;
  const wanted = read(params, 'RoleName', roleName);
  const role = store.roleNamed(accountId, wanted);
  authorize(store, caller, {
    action,
    resource: role?.arn ?? `arn:aws:iam::${accountId}:role/${wanted}`,
    ...(KNOWS_BOUNDARY.includes(action) && {
      keys: { 'iam:PermissionsBoundary': role?.boundary?.arn },
    }),
  });
  if (!role)
    throw new AwsError(404, 'NoSuchEntity', `The role with name ${wanted} cannot be found.`);
  return role;
}

function inlinePolicy({ store }: Request, role: Role, policy: string): string {
  const document = store.inlinePolicies(role.arn).get(policy);
  if (document === undefined)
    throw new AwsError(404, 'NoSuchEntity', `The role policy with name ${policy} cannot be found.`);
  return document;
}

function read<T>(params: URLSearchParams, field: string, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(params.get(field) ?? undefined);
  if (parsed.success) return parsed.data;
  throw invalidParameter(
    field.charAt(0).toLowerCase() + field.slice(1),
    parsed.error.issues[0]?.message ?? '',
  );
}

const roleFields = (role: Role): XmlFields => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.roleId,
  Arn: role.arn,
  CreateDate: awsTime(Date.parse(role.createdAt)),
  AssumeRolePolicyDocument: urlEncoded(role.trust),
  MaxSessionDuration: role.maxSessionSeconds,
  PermissionsBoundary: role.boundary && {
    PermissionsBoundaryType: 'Policy',
    PermissionsBoundaryArn: role.boundary.arn,
  },
});

/** RFC 3986, as IAM returns policy documents. */
const urlEncoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
