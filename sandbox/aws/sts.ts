import { assumeRole } from './assume-role';
import { AwsError } from './aws-error';
import { authorize } from './caller';
import type { Operation } from './operation';

/** What the stand-in knows of STS, by the call's name. */
export const STS_OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['AssumeRole', assumeRole],
  [
    // AWS asks nobody's leave for this one: not even a Deny on everything stops it.
    'GetCallerIdentity',
    ({ caller }) => ({
      result: { UserId: caller.userId, Account: caller.role.accountId, Arn: caller.arn },
    }),
  ],
  [
    'DecodeAuthorizationMessage',
    ({ store, caller }) => {
      authorize(store, caller, { action: 'sts:DecodeAuthorizationMessage', resource: '*' });
      throw new AwsError(
        400,
        'InvalidAuthorizationMessageException',
        'The message passed to DecodeAuthorizationMessage was invalid.',
      );
    },
  ],
]);
