import { z } from 'zod';
import { AwsError } from './aws-error';
import type { CenterOperation } from './center-rows';
import { ownerOf, pageOf, readInput, type JsonOperation, type JsonRequest } from './json-operation';
import { checkDocument } from './operation';
import {
  assignmentStatus,
  change,
  listAccountAssignments,
  listForPrincipal,
} from './sso-assignments';
import {
  accountId,
  inSet,
  notFound,
  orderedFailure,
  paging,
  permit,
  reasonOf,
  setOf,
} from './sso-permit';

/** AWS's own limit on the text. What IAM then takes of a role is less: 10,240 without white space. */
const INLINE_TEXT_MAX = 32_768;
const INLINE_MAX = 10_240;

/** What the stand-in knows of IAM Identity Center's administration, by the call's name. */
export const SSO_ADMIN_OPERATIONS: ReadonlyMap<string, JsonOperation> = new Map<
  string,
  JsonOperation
>([
  ['ListInstances', listInstances],
  ['ListPermissionSets', listPermissionSets],
  ['DescribePermissionSet', describePermissionSet],
  ['CreateAccountAssignment', (request) => change(request, 'create')],
  ['DeleteAccountAssignment', (request) => change(request, 'delete')],
  ['DescribeAccountAssignmentCreationStatus', (request) => assignmentStatus(request, 'create')],
  ['DescribeAccountAssignmentDeletionStatus', (request) => assignmentStatus(request, 'delete')],
  ['ListAccountAssignments', listAccountAssignments],
  ['ListAccountAssignmentsForPrincipal', listForPrincipal],
  ['ListAccountsForProvisionedPermissionSet', listProvisionedAccounts],
  ['GetInlinePolicyForPermissionSet', getInline],
  ['PutInlinePolicyToPermissionSet', putInline],
  ['DeleteInlinePolicyFromPermissionSet', deleteInline],
  ['ProvisionPermissionSet', provision],
  ['DescribePermissionSetProvisioningStatus', provisioningStatus],
]);

function listInstances(request: JsonRequest) {
  permit(request);
  const { instanceArn, storeId } = request.seed;
  return {
    Instances: [
      {
        InstanceArn: instanceArn,
        IdentityStoreId: storeId,
        OwnerAccountId: ownerOf(request.seed),
        Status: 'ACTIVE',
      },
    ],
  };
}

function listPermissionSets(request: JsonRequest) {
  const input = readInput(request.input, z.object({ InstanceArn: z.string(), ...paging }));
  permit(request, { instance: input.InstanceArn });
  const { page, next } = pageOf(request.center.sets(), input);
  return { PermissionSets: page.map(({ arn }) => arn), ...next };
}

function describePermissionSet(request: JsonRequest) {
  const { arn, name, sessionDuration, createdAt } = setOf(request, readInput(request.input, inSet));
  return {
    PermissionSet: {
      PermissionSetArn: arn,
      Name: name,
      SessionDuration: sessionDuration,
      CreatedDate: createdAt / 1000,
    },
  };
}

function listProvisionedAccounts(request: JsonRequest) {
  const input = readInput(
    request.input,
    inSet.extend({
      ProvisioningStatus: z
        .enum(['LATEST_PERMISSION_SET_PROVISIONED', 'LATEST_PERMISSION_SET_NOT_PROVISIONED'])
        .optional(),
      ...paging,
    }),
  );
  const { arn, version } = setOf(request, input);
  const accounts = request.center
    .provisioned()
    .filter(({ setArn }) => setArn === arn)
    .filter(
      (one) =>
        input.ProvisioningStatus === undefined ||
        (input.ProvisioningStatus === 'LATEST_PERMISSION_SET_PROVISIONED') ===
          (one.version === version),
    );
  const { page, next } = pageOf(accounts, input);
  return { AccountIds: page.map((one) => one.accountId), ...next };
}

function getInline(request: JsonRequest) {
  return { InlinePolicy: setOf(request, readInput(request.input, inSet)).inline };
}

function putInline(request: JsonRequest) {
  const input = readInput(
    request.input,
    inSet.extend({
      InlinePolicy: z
        .string()
        .min(1)
        .max(INLINE_TEXT_MAX, `Member must have length less than or equal to ${INLINE_TEXT_MAX}`)
        .regex(/^[\t\n\r\u0020-\u00FF]+$/, 'Member must satisfy its regular expression pattern'),
    }),
  );
  const { arn } = setOf(request, input);
  checkDocument(input.InlinePolicy, 'identity');
  if (input.InlinePolicy.replace(/\s/g, '').length > INLINE_MAX)
    throw new AwsError(
      400,
      'ServiceQuotaExceededException',
      `The inline policy exceeds ${INLINE_MAX} characters.`,
    );
  request.center.writeInline(arn, input.InlinePolicy);
  return {};
}

function deleteInline(request: JsonRequest) {
  request.center.writeInline(setOf(request, readInput(request.input, inSet)).arn, '');
  return {};
}

function provision(request: JsonRequest) {
  const { center, caller } = request;
  const input = readInput(
    request.input,
    inSet.extend({
      TargetType: z.enum(['AWS_ACCOUNT', 'ALL_PROVISIONED_ACCOUNTS']),
      TargetId: accountId.optional(),
    }),
  );
  if (input.TargetType !== 'AWS_ACCOUNT' || input.TargetId === undefined)
    throw new AwsError(501, 'NotImplemented', 'The stand-in provisions one account at a time.');
  const { arn } = setOf(request, input, input.TargetId);
  const there = center
    .provisioned()
    .some((one) => one.accountId === input.TargetId && one.setArn === arn);
  if (!there) throw notFound('The permission set is not provisioned in this account.');
  const requestId = center.order(
    { kind: 'provision', accountId: input.TargetId, setArn: arn },
    caller.now,
    ...orderedFailure(request),
  );
  return { PermissionSetProvisioningStatus: provisioningFields(center.operation(requestId)) };
}

function provisioningStatus(request: JsonRequest) {
  const input = readInput(
    request.input,
    z.object({ InstanceArn: z.string(), ProvisionPermissionSetRequestId: z.string() }),
  );
  permit(request, { instance: input.InstanceArn });
  const found = request.center.operation(input.ProvisionPermissionSetRequestId);
  if (found?.kind !== 'provision') throw notFound('There is no such request.');
  return { PermissionSetProvisioningStatus: provisioningFields(found) };
}

const provisioningFields = (operation: CenterOperation | undefined) =>
  operation && {
    Status: operation.status,
    RequestId: operation.requestId,
    AccountId: operation.accountId,
    PermissionSetArn: operation.setArn,
    CreatedDate: operation.createdAt / 1000,
    ...reasonOf(operation),
  };
