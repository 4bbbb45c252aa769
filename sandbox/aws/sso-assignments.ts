import { z } from 'zod';
import { AwsError } from './aws-error';
import type { CenterOperation } from './center-rows';
import { pageOf, readInput, type JsonRequest } from './json-operation';
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

const assignment = inSet.extend({
  TargetId: accountId,
  TargetType: z.literal('AWS_ACCOUNT'),
  PrincipalType: z.enum(['USER', 'GROUP']),
  PrincipalId: z.string().min(1).max(47),
});

export function change(request: JsonRequest, kind: 'create' | 'delete') {
  const { center, caller } = request;
  const wanted = readInput(request.input, assignment);
  const { arn } = setOf(request, wanted, wanted.TargetId);
  const { PrincipalType: principalType, PrincipalId: principalId, TargetId: account } = wanted;
  // What was given to a user who is deleted stays listed, and can be removed.
  if (kind === 'create' && principalType === 'USER' && center.user(principalId) === undefined)
    throw notFound(`User with id ${principalId} not found.`);
  const isSame = (one: { accountId: string; setArn: string; principalId: string | null }) =>
    one.accountId === account && one.setArn === arn && one.principalId === principalId;
  if (center.inProgress().some(isSame))
    throw new AwsError(
      400,
      'ConflictException',
      'There is a conflict with another operation for this principal.',
    );
  if (kind === 'delete' && !center.assignments().some(isSame))
    throw notFound('Received a 404 status error: there is no such assignment.');
  const requestId = center.order(
    { kind, accountId: account, setArn: arn, principal: { principalType, principalId } },
    caller.now,
    ...orderedFailure(request),
  );
  return answerAssignment(kind, center.operation(requestId));
}

export function assignmentStatus(request: JsonRequest, kind: 'create' | 'delete') {
  const id = z.string();
  const input = readInput(
    request.input,
    z.object({
      InstanceArn: z.string(),
      AccountAssignmentCreationRequestId: id.optional(),
      AccountAssignmentDeletionRequestId: id.optional(),
    }),
  );
  permit(request, { instance: input.InstanceArn });
  const requestId =
    kind === 'create'
      ? input.AccountAssignmentCreationRequestId
      : input.AccountAssignmentDeletionRequestId;
  const found = request.center.operation(requestId ?? '');
  if (found?.kind !== kind) throw notFound('There is no such request.');
  return answerAssignment(kind, found);
}

export function listAccountAssignments(request: JsonRequest) {
  const input = readInput(request.input, inSet.extend({ AccountId: accountId, ...paging }));
  const { arn } = setOf(request, input, input.AccountId);
  const { page, next } = pageOf(
    request.center
      .assignments()
      .filter((one) => one.accountId === input.AccountId && one.setArn === arn),
    input,
  );
  return {
    AccountAssignments: page.map((one) => ({
      AccountId: one.accountId,
      PermissionSetArn: one.setArn,
      PrincipalType: one.principalType,
      PrincipalId: one.principalId,
    })),
    ...next,
  };
}

export function listForPrincipal(request: JsonRequest) {
  const { center } = request;
  const input = readInput(
    request.input,
    z.object({
      InstanceArn: z.string(),
      PrincipalId: z.string(),
      PrincipalType: z.enum(['USER', 'GROUP']),
      Filter: z.object({ AccountId: accountId.optional() }).optional(),
      ...paging,
    }),
  );
  permit(request, { instance: input.InstanceArn });
  if (input.PrincipalType === 'USER' && center.user(input.PrincipalId) === undefined)
    throw notFound('The user does not exist.');
  // Of a user, also what their groups were given.
  const principals = [
    input.PrincipalId,
    ...(input.PrincipalType === 'USER' ? center.groupsOf(input.PrincipalId) : []),
  ];
  const account = input.Filter?.AccountId;
  const { page, next } = pageOf(
    center
      .assignments()
      .filter(
        (one) =>
          principals.includes(one.principalId) &&
          (account === undefined || one.accountId === account),
      ),
    input,
  );
  return {
    AccountAssignments: page.map((one) => ({
      AccountId: one.accountId,
      PermissionSetArn: one.setArn,
      PrincipalId: one.principalId,
      PrincipalType: one.principalType,
    })),
    ...next,
  };
}

const answerAssignment = (kind: 'create' | 'delete', operation: CenterOperation | undefined) => ({
  [kind === 'create' ? 'AccountAssignmentCreationStatus' : 'AccountAssignmentDeletionStatus']:
    operation && {
      Status: operation.status,
      RequestId: operation.requestId,
      TargetId: operation.accountId,
      TargetType: 'AWS_ACCOUNT',
      PermissionSetArn: operation.setArn,
      PrincipalType: operation.principalType,
      PrincipalId: operation.principalId,
      CreatedDate: operation.createdAt / 1000,
      ...reasonOf(operation),
    },
});
