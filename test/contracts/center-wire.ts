import {
  DescribeUserCommand,
  GetUserIdCommand,
  IdentitystoreClient,
  ListUsersCommand,
} from '@aws-sdk/client-identitystore';
import {
  CreateAccountAssignmentCommand,
  DeleteAccountAssignmentCommand,
  DescribeAccountAssignmentCreationStatusCommand,
  DescribePermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  ListAccountAssignmentsCommand,
  ListAccountAssignmentsForPrincipalCommand,
  ListInstancesCommand,
  ListPermissionSetsCommand,
  PutInlinePolicyToPermissionSetCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { REGION } from '../support/aws-bench';
import type { Keys } from '../support/aws-stand-in';
import { FIRST_START } from './role-sessions';

/** An Identity Center with one permission set and one user, and keys of who may administer it. */
export interface RawCenter {
  endpoint: string;
  keys: Keys;
  instanceArn: string;
  storeId: string;
  setArn: string;
  user: { userId: string; email: string };
  close(): Promise<void>;
}

const ACCOUNT = '111111111111';

/** What the SDKs must get to see from whatever answers in Identity Center's place: the shapes of answers and errors. */
export function centerWireContract(name: string, open: () => Promise<RawCenter>): void {
  describe(`${name}, seen through the SDKs of Identity Center`, () => {
    let center: RawCenter;
    let sso: SSOAdminClient;
    let store: IdentitystoreClient;
    beforeAll(async () => {
      center = await open();
      const at = { endpoint: center.endpoint, region: REGION, credentials: center.keys };
      sso = new SSOAdminClient({ ...at, maxAttempts: 1 });
      store = new IdentitystoreClient({ ...at, maxAttempts: 1 });
    }, FIRST_START);
    afterAll(async () => {
      sso.destroy();
      store.destroy();
      await center.close();
    });

    const inSet = (PermissionSetArn = center.setArn) => ({
      InstanceArn: center.instanceArn,
      PermissionSetArn,
    });
    const assignment = (PermissionSetArn = center.setArn) => ({
      ...inSet(PermissionSetArn),
      TargetId: ACCOUNT,
      TargetType: 'AWS_ACCOUNT' as const,
      PrincipalType: 'USER' as const,
      PrincipalId: center.user.userId,
    });

    test('the instance, its sets, and how long their sessions live', async () => {
      const { Instances } = await sso.send(new ListInstancesCommand({}));
      expect(Instances).toContainEqual(
        expect.objectContaining({
          InstanceArn: center.instanceArn,
          IdentityStoreId: center.storeId,
          Status: 'ACTIVE',
        }),
      );
      const { PermissionSets } = await sso.send(
        new ListPermissionSetsCommand({ InstanceArn: center.instanceArn }),
      );
      expect(PermissionSets).toContain(center.setArn);
      const { PermissionSet } = await sso.send(new DescribePermissionSetCommand(inSet()));
      expect(PermissionSet).toMatchObject({
        PermissionSetArn: center.setArn,
        Name: expect.stringMatching(/^[\w+=,.@-]{1,32}$/),
        SessionDuration: expect.stringMatching(/^PT\d+H$/),
        CreatedDate: expect.any(Date),
      });
    });

    test('an assignment: asked for, looked after, listed both ways, and gone', async () => {
      const { AccountAssignmentCreationStatus: asked } = await sso.send(
        new CreateAccountAssignmentCommand(assignment()),
      );
      expect(asked).toMatchObject({ ...assignmentFields(), RequestId: expect.any(String) });
      const { AccountAssignmentCreationStatus: status } = await sso.send(
        new DescribeAccountAssignmentCreationStatusCommand({
          InstanceArn: center.instanceArn,
          AccountAssignmentCreationRequestId: asked!.RequestId,
        }),
      );
      expect(status).toMatchObject({
        ...assignmentFields(),
        Status: 'SUCCEEDED',
        RequestId: asked!.RequestId,
        CreatedDate: expect.any(Date),
      });
      const line = {
        AccountId: ACCOUNT,
        PermissionSetArn: center.setArn,
        PrincipalType: 'USER',
        PrincipalId: center.user.userId,
      };
      const list = () =>
        sso.send(new ListAccountAssignmentsCommand({ ...inSet(), AccountId: ACCOUNT }));
      expect((await list()).AccountAssignments).toEqual([line]);
      const mine = await sso.send(
        new ListAccountAssignmentsForPrincipalCommand({
          InstanceArn: center.instanceArn,
          PrincipalId: center.user.userId,
          PrincipalType: 'USER',
          Filter: { AccountId: ACCOUNT },
        }),
      );
      expect(mine.AccountAssignments).toEqual([line]);
      const { AccountAssignmentDeletionStatus: removed } = await sso.send(
        new DeleteAccountAssignmentCommand(assignment()),
      );
      expect(removed).toMatchObject({ ...assignmentFields(), RequestId: expect.any(String) });
      expect((await list()).AccountAssignments).toEqual([]);
    });

    const assignmentFields = () => ({
      TargetId: ACCOUNT,
      TargetType: 'AWS_ACCOUNT',
      PermissionSetArn: center.setArn,
      PrincipalType: 'USER',
      PrincipalId: center.user.userId,
    });

    test('an inline policy is read as it was written, to the letter', async () => {
      const InlinePolicy =
        '{ "Version": "2012-10-17",\n "Statement": [{"Effect":"Deny","Action":"s3:*","Resource":"*"}] }';
      await sso.send(new PutInlinePolicyToPermissionSetCommand({ ...inSet(), InlinePolicy }));
      const read = await sso.send(new GetInlinePolicyForPermissionSetCommand(inSet()));
      expect(read.InlinePolicy).toBe(InlinePolicy);
    });

    test('a user, by address and by name', async () => {
      const { storeId: IdentityStoreId, user } = center;
      for (const AttributePath of ['userName', 'emails.value'])
        expect(
          await store.send(
            new GetUserIdCommand({
              IdentityStoreId,
              AlternateIdentifier: {
                UniqueAttribute: { AttributePath, AttributeValue: user.email },
              },
            }),
          ),
        ).toMatchObject({ UserId: user.userId, IdentityStoreId });
      const fields = {
        UserId: user.userId,
        UserName: user.email,
        IdentityStoreId,
        Emails: [expect.objectContaining({ Value: user.email, Primary: true })],
      };
      expect(
        await store.send(new DescribeUserCommand({ IdentityStoreId, UserId: user.userId })),
      ).toMatchObject(fields);
      const { Users } = await store.send(
        new ListUsersCommand({
          IdentityStoreId,
          Filters: [{ AttributePath: 'UserName', AttributeValue: user.email }],
        }),
      );
      expect(Users).toEqual([expect.objectContaining(fields)]);
    });

    test.each<[string, () => Promise<unknown>]>([
      [
        'a set',
        () =>
          sso.send(new DescribePermissionSetCommand(inSet(`${center.setArn.slice(0, -4)}9999`))),
      ],
      ['an assignment', () => sso.send(new DeleteAccountAssignmentCommand(assignment()))],
      [
        'a request',
        () =>
          sso.send(
            new DescribeAccountAssignmentCreationStatusCommand({
              InstanceArn: center.instanceArn,
              AccountAssignmentCreationRequestId: '00000000-0000-0000-0000-000000000000',
            }),
          ),
      ],
      [
        'a user',
        () =>
          store.send(
            new DescribeUserCommand({
              IdentityStoreId: center.storeId,
              UserId: '00000000-0000-0000-0000-000000000000',
            }),
          ),
      ],
      [
        'an address',
        () =>
          store.send(
            new GetUserIdCommand({
              IdentityStoreId: center.storeId,
              AlternateIdentifier: {
                UniqueAttribute: { AttributePath: 'userName', AttributeValue: 'x@y.example' },
              },
            }),
          ),
      ],
    ])('%s that is not there has a name of its own among errors', async (_, call) => {
      await expect(call()).rejects.toThrow(
        expect.objectContaining({ name: 'ResourceNotFoundException', $fault: 'client' }),
      );
    });
  });
}
