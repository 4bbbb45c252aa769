import { z } from 'zod';
import { AwsError } from './aws-error';
import { authorize } from './caller';
import type { CenterOperation, PermissionSet } from './center-rows';
import { ownerOf, type JsonRequest } from './json-operation';

export const accountId = z.string().regex(/^\d{12}$/, 'Member must be 12 digits');
export const paging = {
  MaxResults: z.int().min(1).max(100).optional(),
  NextToken: z.string().optional(),
};
export const inSet = z.object({ InstanceArn: z.string(), PermissionSetArn: z.string() });

export const reasonOf = ({ status, failure }: CenterOperation) =>
  status === 'FAILED' ? { FailureReason: failure } : {};

/** A fault of the kind `failed`: taken on now, and reported as FAILED when it is due. */
export const orderedFailure = ({ faults, eventName }: JsonRequest): string[] =>
  faults.take('aws', eventName, ['failed']) ? ['Ordered fault: the request has failed.'] : [];

/** The set that the call names, once the caller may do this to it. */
export function setOf(
  request: JsonRequest,
  { InstanceArn, PermissionSetArn }: z.infer<typeof inSet>,
  account?: string,
): PermissionSet {
  permit(request, {
    instance: InstanceArn,
    set: PermissionSetArn,
    ...(account !== undefined && { account }),
  });
  const set = request.center.set(PermissionSetArn);
  if (set === undefined) throw notFound(`PermissionSet ${PermissionSetArn} not found.`);
  return set;
}

/** Every resource that the call names must be allowed, as AWS has it. */
export function permit(
  { store, seed, caller, eventName }: JsonRequest,
  named: { instance?: string; set?: string; account?: string } = {},
): void {
  const resources = [
    named.instance,
    named.set,
    named.account && `arn:aws:sso:::account/${named.account}`,
  ].filter((one) => one !== undefined);
  for (const resource of resources.length > 0 ? resources : ['*'])
    authorize(store, caller, { action: `sso:${eventName}`, resource });
  if (caller.role.accountId !== ownerOf(seed))
    throw new AwsError(
      400,
      'AccessDeniedException',
      `Account ${caller.role.accountId} neither owns this instance nor administers it.`,
    );
  if (named.instance !== undefined && named.instance !== seed.instanceArn)
    throw notFound(`Instance ${named.instance} not found.`);
}

export const notFound = (message: string): AwsError =>
  new AwsError(400, 'ResourceNotFoundException', message);
