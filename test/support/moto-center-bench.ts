import {
  CreateUserCommand,
  DeleteUserCommand,
  IdentitystoreClient,
} from '@aws-sdk/client-identitystore';
import {
  CreateAccountAssignmentCommand,
  CreatePermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  ListInstancesCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import type { Holder } from '../../access/assignments';
import type { Target } from '../../access/session';
import { createAws } from '../../aws/create-aws';
import { parseFencedPolicy } from '../../aws/permission-set-policy';
import type { RawCenter } from '../contracts/center-wire';
import type { AssignmentsBench } from '../contracts/assignments';
import { ada, ben, leaver, nobody, personOf, twice } from './assignment-people';
import { REGION } from './aws-bench';
import { inMemoryDirectory } from './in-memory-directory';
import { motoCredentials } from './moto-bench';
import { startMoto } from './moto';

const ACCOUNT = '111111111111';
const CENTER_ROLE = `arn:aws:iam::${ACCOUNT}:role/jit/curfew-identity-center`;

/** moto's Identity Center itself, with a set and a user. */
export async function motoCenter(): Promise<RawCenter> {
  const moto = await startMoto();
  const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'any', sessionToken: 'any' };
  const at = { endpoint: moto.endpoint, region: REGION, credentials: keys };
  const sso = new SSOAdminClient(at);
  const store = new IdentitystoreClient(at);
  const { Instances: [instance] = [] } = await sso.send(new ListInstancesCommand({}));
  const InstanceArn = instance!.InstanceArn!;
  const IdentityStoreId = instance!.IdentityStoreId!;
  const { PermissionSet } = await sso.send(
    new CreatePermissionSetCommand({ InstanceArn, Name: 'Wire', SessionDuration: 'PT2H' }),
  );
  const email = ada.emails[0]!;
  const { UserId } = await store.send(newUser(IdentityStoreId, email));
  sso.destroy();
  store.destroy();
  return {
    endpoint: moto.endpoint,
    keys,
    instanceArn: InstanceArn,
    storeId: IdentityStoreId,
    setArn: PermissionSet!.PermissionSetArn!,
    user: { userId: UserId!, email },
    close: () => moto.close(),
  };
}

const newUser = (IdentityStoreId: string, email: string) =>
  new CreateUserCommand({
    IdentityStoreId,
    UserName: email,
    DisplayName: email,
    Name: { GivenName: email, FamilyName: email },
    Emails: [{ Value: email, Primary: true }],
  });

/** The adapter over moto: shapes by another hand. It keeps no external ids and provisions nothing. */
export async function motoCenterBench(): Promise<AssignmentsBench> {
  const moto = await startMoto();
  const { bot, become, container } = await motoCredentials(moto.endpoint);
  const at = {
    endpoint: moto.endpoint,
    region: REGION,
    credentials: await become(`arn:aws:iam::${ACCOUNT}:role/somebody`),
  };
  const sso = new SSOAdminClient(at);
  const store = new IdentitystoreClient(at);
  const { Instances: [instance] = [] } = await sso.send(new ListInstancesCommand({}));
  const InstanceArn = instance!.InstanceArn!;
  const IdentityStoreId = instance!.IdentityStoreId!;
  const userIds = new Map<string, string>();
  const putUser = async (email: string, id = email) => {
    const { UserId } = await store.send(newUser(IdentityStoreId, email));
    userIds.set(id, UserId!);
  };
  await putUser(ada.emails[0]!, ada.id);
  await putUser(ben.emails[0]!, ben.id);
  await putUser(leaver.emails[0]!, leaver.id);
  for (const email of twice.emails) await putUser(email);
  const aws = createAws({
    credentials: { kind: 'container', url: container.url },
    botRoleArn: bot,
    region: REGION,
    externalId: 'an-external-id',
    endpoint: moto.endpoint,
  });
  const give = ({ arn, accountId }: Target, PrincipalId: string) =>
    sso.send(
      new CreateAccountAssignmentCommand({
        InstanceArn,
        PermissionSetArn: arn,
        TargetId: accountId,
        TargetType: 'AWS_ACCOUNT',
        PrincipalType: 'USER',
        PrincipalId,
      }),
    );
  let made = 0;
  return {
    ada,
    ben,
    leaver,
    nobody,
    twice,
    assignments: aws.permissionSets(
      {
        instanceArn: InstanceArn,
        storeId: IdentityStoreId,
        region: REGION,
        portalUrl: 'https://example.awsapps.com/start',
        roleArn: CENTER_ROLE,
      },
      inMemoryDirectory([ada, ben, leaver].map(personOf)),
    ),
    newTarget: async () => {
      const { PermissionSet } = await sso.send(
        new CreatePermissionSetCommand({
          InstanceArn,
          Name: `Set${(made += 1)}`,
          SessionDuration: 'PT2H',
        }),
      );
      return { arn: PermissionSet!.PermissionSetArn!, accountId: ACCOUNT, region: REGION };
    },
    giveByHand: async (target, { id }: Holder) => void (await give(target, userIds.get(id)!)),
    crowd: async (target, count) => {
      for (let nth = 0; nth < count; nth += 1) await give(target, `crowd-${nth}`);
      return count;
    },
    deletePerson: async ({ id }) =>
      void (await store.send(new DeleteUserCommand({ IdentityStoreId, UserId: userIds.get(id)! }))),
    failNextRemoval: async () => undefined,
    fences: async ({ arn, accountId }) => {
      const { InlinePolicy = '' } = await sso.send(
        new GetInlinePolicyForPermissionSetCommand({ InstanceArn, PermissionSetArn: arn }),
      );
      const ids = new Map([...userIds].map(([id, userId]) => [userId, id]));
      return Object.fromEntries(
        parseFencedPolicy(InlinePolicy, arn)
          .fences.filter((fence) => fence.accountId === accountId)
          .map(({ userId, until }) => [ids.get(userId) ?? userId, until]),
      );
    },
    close: async () => {
      aws.close();
      sso.destroy();
      store.destroy();
      await container.close();
      await moto.close();
    },
  };
}
