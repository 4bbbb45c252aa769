import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  IdentitystoreClient,
} from '@aws-sdk/client-identitystore';
import { afterAll, beforeAll } from '@jest/globals';
import { createAws, type Aws } from '../../aws/create-aws';
import { createIdentityCenterDirectory } from '../../identity/identity-center';
import { REGION } from '../support/aws-bench';
import { CENTER } from '../support/center-bench';
import { startMoto } from '../support/moto';
import { motoCredentials } from '../support/moto-bench';
import { directoryContract } from './directory';
import { FIRST_START } from './role-sessions';

let moto: Awaited<ReturnType<typeof startMoto>>;
let close = async () => undefined as void;
let client: IdentitystoreClient;
let aws: Aws;
let stores = 0;

beforeAll(async () => {
  moto = await startMoto();
  const { become, bot, container } = await motoCredentials(moto.endpoint);
  client = new IdentitystoreClient({
    endpoint: moto.endpoint,
    region: REGION,
    // moto keeps a store for each account: the one that the adapter's role is in.
    credentials: await become(CENTER.roleArn),
  });
  aws = createAws({
    credentials: { kind: 'container', url: container.url },
    botRoleArn: bot,
    region: REGION,
    externalId: 'an-external-id',
    endpoint: moto.endpoint,
  });
  close = () => container.close();
}, FIRST_START);

afterAll(async () => {
  aws.close();
  client.destroy();
  await close();
  await moto.close();
});

/** moto keeps no status of a user, changes nobody and renames no group. */
directoryContract(
  'Identity Center (its SDK against moto)',
  async () => {
    // A store of its own for each test, with people of its own: moto makes it when it is first named.
    const storeId = `d-${String((stores += 1)).padStart(10, '0')}`;
    const store = aws.identityStore({
      ...CENTER,
      storeId,
      instanceArn: `${CENTER.instanceArn}${stores}`,
    });
    const groups = new Map<string, string>();
    const inStore = { IdentityStoreId: storeId };
    return {
      directory: createIdentityCenterDirectory({
        store: {
          ...store,
          userOf: async (id) => {
            const user = await store.userOf(id);
            return user && { ...user, UserStatus: 'ENABLED' };
          },
        },
      }),
      async put(person) {
        const { name, emails } = person;
        const { UserId } = await client.send(
          new CreateUserCommand({
            ...inStore,
            UserName: emails[1] ?? emails[0]!,
            DisplayName: name,
            Name: { GivenName: name, FamilyName: name },
            Emails: [{ Value: emails[0]!, Primary: true }],
          }),
        );
        for (const group of person.groups) {
          const made =
            groups.get(group) ??
            (await client.send(new CreateGroupCommand({ ...inStore, DisplayName: group })))
              .GroupId!;
          groups.set(group, made);
          await client.send(
            new CreateGroupMembershipCommand({
              ...inStore,
              GroupId: made,
              MemberId: { UserId: UserId! },
            }),
          );
        }
        return { ...person, id: UserId! };
      },
      renameGroup: async () => undefined,
      bindGroup: async () => undefined,
      close: async () => undefined,
    };
  },
  { fixed: true, managers: false },
);
