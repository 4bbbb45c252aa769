import {
  DescribeGroupCommand,
  DescribeUserCommand,
  GetGroupIdCommand,
  GetUserIdCommand,
  ListGroupMembershipsCommand,
  ListGroupMembershipsForMemberCommand,
  type AlternateIdentifier,
  type IdentitystoreClient,
} from '@aws-sdk/client-identitystore';
import { z } from 'zod';
import { AwsFault, awsCode, awsFault } from './errors';

/** The fields of the identity store's answers that Curfew reads. */
export const centerUser = z.object({
  UserId: z.string().min(1),
  UserName: z.string().nullish(),
  DisplayName: z.string().nullish(),
  Emails: z.array(z.object({ Value: z.string().nullish() })).nullish(),
  ExternalIds: z.array(z.object({ Issuer: z.string(), Id: z.string() })).nullish(),
  UserStatus: z.string().nullish(),
});
export type CenterUser = z.infer<typeof centerUser>;

export const addressesOf = ({ UserName, Emails }: CenterUser): string[] => [
  ...new Set(
    [...(Emails ?? []).map(({ Value }) => Value), UserName].flatMap((one) => (one ? [one] : [])),
  ),
];

/** Entries of a page, which is the most that AWS gives. */
const PAGE = 100;
const ID = /^(?:[0-9a-f]{10}-)?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

const memberships = z.object({
  GroupMemberships: z.array(
    z.object({
      GroupId: z.string().min(1),
      MemberId: z.object({ UserId: z.string().min(1) }),
    }),
  ),
  NextToken: z.string().nullish(),
});
type Membership = z.infer<typeof memberships>['GroupMemberships'][number];

/** Who is in the identity store. Nothing found is undefined; whatever else goes wrong is a fault. */
export function identityStore(client: IdentitystoreClient, storeId: string) {
  const inStore = { IdentityStoreId: storeId };

  async function orNothing<T>(doing: string, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (awsCode(error) === 'ResourceNotFound') return undefined;
      throw error instanceof z.ZodError ? garbled(doing, error) : awsFault(error, doing);
    }
  }

  /** Up to `most` memberships, in as many pages as AWS makes of them. */
  async function upTo(
    most: number,
    doing: string,
    page: (at: { NextToken?: string; MaxResults: number }) => Promise<unknown>,
  ): Promise<{ found: Membership[]; more: boolean } | undefined> {
    return orNothing(doing, async () => {
      const found: Membership[] = [];
      let next: string | null | undefined;
      do {
        const MaxResults = Math.min(PAGE, most);
        const at = next ? { NextToken: next, MaxResults } : { MaxResults };
        const { GroupMemberships, NextToken } = memberships.parse(await page(at));
        found.push(...GroupMemberships);
        next = NextToken;
      } while (next && found.length < most);
      return { found: found.slice(0, most), more: Boolean(next) || found.length > most };
    });
  }

  const user = (UserId: string): Promise<CenterUser | undefined> =>
    orNothing('Reading a user of Identity Center', async () =>
      centerUser.parse(await client.send(new DescribeUserCommand({ ...inStore, UserId }))),
    );

  return {
    userIdBy: (by: AlternateIdentifier) =>
      orNothing('Looking up a user of Identity Center', async () => {
        const answer = await client.send(
          new GetUserIdCommand({ ...inStore, AlternateIdentifier: by }),
        );
        return z.object({ UserId: z.string().min(1) }).parse(answer).UserId;
      }),

    user,

    /** Of an id that came from elsewhere; AWS would refuse one that is none of its own. */
    userOf: async (id: string) => (ID.test(id) ? user(id) : undefined),

    /** Names are unique in a store. */
    groupIdCalled: (AttributeValue: string) =>
      orNothing('Looking up a group of Identity Center', async () => {
        const by = { UniqueAttribute: { AttributePath: 'displayName', AttributeValue } };
        const answer = await client.send(
          new GetGroupIdCommand({ ...inStore, AlternateIdentifier: by }),
        );
        return z.object({ GroupId: z.string().min(1) }).parse(answer).GroupId;
      }),

    groupName: (GroupId: string) =>
      orNothing('Reading a group of Identity Center', async () => {
        const answer = await client.send(new DescribeGroupCommand({ ...inStore, GroupId }));
        return (
          z.object({ DisplayName: z.string().nullish() }).parse(answer).DisplayName ?? undefined
        );
      }),

    groupIdsOf: async (UserId: string, most: number) => {
      const listed = await upTo(most, "Listing a user's groups in Identity Center", (at) =>
        client.send(
          new ListGroupMembershipsForMemberCommand({ ...inStore, ...at, MemberId: { UserId } }),
        ),
      );
      return listed && { ids: listed.found.map(({ GroupId }) => GroupId), more: listed.more };
    },

    memberIds: async (GroupId: string, most: number) => {
      const listed = await upTo(most, "Listing a group's members in Identity Center", (at) =>
        client.send(new ListGroupMembershipsCommand({ ...inStore, ...at, GroupId })),
      );
      return (
        listed && { ids: listed.found.map(({ MemberId }) => MemberId.UserId), more: listed.more }
      );
    },
  };
}

const garbled = (doing: string, { issues }: z.ZodError): AwsFault =>
  new AwsFault(
    `${doing} was answered otherwise than AWS documents it: ${issues.map(({ path }) => path.join('.')).join(', ')}.`,
  );
