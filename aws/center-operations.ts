import {
  CreateAccountAssignmentCommand,
  DeleteAccountAssignmentCommand,
  DescribeAccountAssignmentCreationStatusCommand,
  DescribeAccountAssignmentDeletionStatusCommand,
  DescribePermissionSetProvisioningStatusCommand,
  ProvisionPermissionSetCommand,
  type SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { setTimeout as pause } from 'node:timers/promises';
import { AwsFault, awsCode, awsFault } from './errors';

/** One principal, one permission set, one account, as AWS's calls take it. */
export interface AssignmentKey {
  InstanceArn: string;
  PermissionSetArn: string;
  TargetId: string;
  TargetType: 'AWS_ACCOUNT';
  PrincipalType: 'USER';
  PrincipalId: string;
}

/** Milliseconds between looks at an operation, the last for all further ones; and how long to look in all. */
export interface Patience {
  looksMs: readonly number[];
  forMs: number;
}
export const PATIENCE: Patience = { looksMs: [50, 200, 500, 1_000, 2_000], forMs: 45_000 };

/** What an operation has come to. */
interface Progress {
  Status?: string | undefined;
  RequestId?: string | undefined;
  FailureReason?: string | undefined;
}

interface Operation {
  doing: string;
  start(): Promise<Progress | undefined>;
  look(requestId: string): Promise<Progress | undefined>;
}

/**
 * Starts an operation of Identity Center and waits for its end. `busy`: AWS is at another one of the same thing, so
 * look again at what is there. Throws when it FAILED, or does not end in time.
 */
async function settled(
  operation: Operation,
  patience: Patience,
): Promise<'done' | 'busy' | 'gone'> {
  const { doing } = operation;
  try {
    let progress = await operation.start();
    const startedAt = Date.now();
    for (let look = 0; ; look += 1) {
      if (progress?.Status === 'SUCCEEDED') return 'done';
      if (progress?.Status === 'FAILED')
        throw new AwsFault(
          `${doing} FAILED in IAM Identity Center: ${progress.FailureReason ?? 'it does not say why'}`,
        );
      const requestId = progress?.RequestId;
      if (requestId === undefined)
        throw new AwsFault(`${doing} was answered without a request id.`);
      if (Date.now() - startedAt > patience.forMs)
        throw new AwsFault(`${doing} is still in progress after ${patience.forMs / 1000} s.`);
      await pause(patience.looksMs[Math.min(look, patience.looksMs.length - 1)]);
      const next = await operation.look(requestId);
      progress = { RequestId: requestId, ...next };
    }
  } catch (error) {
    if (awsCode(error) === 'Conflict') return 'busy';
    if (awsCode(error) === 'ResourceNotFound') return 'gone';
    throw awsFault(error, doing);
  }
}

/** What changes in Identity Center take time; each of these waits for it. */
export const centerOperations = (client: SSOAdminClient, patience: Patience = PATIENCE) => ({
  create: (key: AssignmentKey) =>
    settled(
      {
        doing: `Assigning ${nameOf(key)}`,
        start: async () =>
          (await client.send(new CreateAccountAssignmentCommand(key)))
            .AccountAssignmentCreationStatus,
        look: async (id) =>
          (
            await client.send(
              new DescribeAccountAssignmentCreationStatusCommand({
                InstanceArn: key.InstanceArn,
                AccountAssignmentCreationRequestId: id,
              }),
            )
          ).AccountAssignmentCreationStatus,
      },
      patience,
    ),

  remove: (key: AssignmentKey) =>
    settled(
      {
        doing: `Removing ${nameOf(key)}`,
        start: async () =>
          (await client.send(new DeleteAccountAssignmentCommand(key)))
            .AccountAssignmentDeletionStatus,
        look: async (id) =>
          (
            await client.send(
              new DescribeAccountAssignmentDeletionStatusCommand({
                InstanceArn: key.InstanceArn,
                AccountAssignmentDeletionRequestId: id,
              }),
            )
          ).AccountAssignmentDeletionStatus,
      },
      patience,
    ),

  provision: (InstanceArn: string, PermissionSetArn: string, accountId: string) =>
    settled(
      {
        doing: `Provisioning ${PermissionSetArn} in ${accountId}`,
        start: async () =>
          (
            await client.send(
              new ProvisionPermissionSetCommand({
                InstanceArn,
                PermissionSetArn,
                TargetType: 'AWS_ACCOUNT',
                TargetId: accountId,
              }),
            )
          ).PermissionSetProvisioningStatus,
        look: async (id) =>
          (
            await client.send(
              new DescribePermissionSetProvisioningStatusCommand({
                InstanceArn,
                ProvisionPermissionSetRequestId: id,
              }),
            )
          ).PermissionSetProvisioningStatus,
      },
      patience,
    ),

  /** Before looking again at something that AWS is busy with. */
  wait: () => pause(patience.looksMs.at(-1)),
  deadline: () => Date.now() + patience.forMs,
});

const nameOf = ({ PermissionSetArn, TargetId }: AssignmentKey): string =>
  `${PermissionSetArn} in ${TargetId}`;
