import { z } from 'zod';
import { AwsError } from './aws-error';
import { authorize } from './caller';
import type { CenterUser, Group } from './center-rows';
import { ownerOf, pageOf, readInput, type JsonOperation, type JsonRequest } from './json-operation';

const inStore = z.object({ IdentityStoreId: z.string() });
const inGroup = inStore.extend({ GroupId: z.string().min(1).max(47) });
const paged = {
  MaxResults: z.int().min(1).max(100).optional(),
  NextToken: z.string().optional(),
};

/** What the stand-in knows of the identity store, by the call's name. */
export const IDENTITY_STORE_OPERATIONS: ReadonlyMap<string, JsonOperation> = new Map<
  string,
  JsonOperation
>([
  ['GetUserId', getUserId],
  ['DescribeUser', describeUser],
  ['ListUsers', listUsers],
  ['GetGroupId', getGroupId],
  ['DescribeGroup', describeGroup],
  ['ListGroupMemberships', listGroupMemberships],
  ['ListGroupMembershipsForMember', listGroupMembershipsForMember],
]);

function getUserId(request: JsonRequest) {
  const { IdentityStoreId, AlternateIdentifier: by } = readInput(
    request.input,
    inStore.extend({
      AlternateIdentifier: z.object({
        ExternalId: z.object({ Issuer: z.string(), Id: z.string() }).optional(),
        UniqueAttribute: z
          .object({ AttributePath: z.string(), AttributeValue: z.string() })
          .optional(),
      }),
    }),
  );
  permit(request, IdentityStoreId);
  const found = request.center.users().find((user) => {
    if (by.ExternalId !== undefined) {
      const { Issuer, Id } = by.ExternalId;
      return user.externalIds.some((one) => one.Issuer === Issuer && one.Id === Id);
    }
    const { AttributePath = '', AttributeValue = '' } = by.UniqueAttribute ?? {};
    return valuesAt(user, AttributePath).includes(AttributeValue);
  });
  if (found === undefined) throw notFound();
  return { IdentityStoreId, UserId: found.userId };
}

function describeUser(request: JsonRequest) {
  const { IdentityStoreId, UserId } = readInput(
    request.input,
    inStore.extend({ UserId: z.string().min(1).max(47) }),
  );
  permit(request, IdentityStoreId);
  const user = request.center.user(UserId);
  if (user === undefined) throw notFound();
  return userFields(user, IdentityStoreId);
}

function listUsers(request: JsonRequest) {
  const input = readInput(
    request.input,
    inStore.extend({
      Filters: z
        .array(z.object({ AttributePath: z.literal('UserName'), AttributeValue: z.string() }))
        .max(1)
        .optional(),
      ...paged,
    }),
  );
  permit(request, input.IdentityStoreId);
  const wanted = input.Filters?.[0]?.AttributeValue;
  const users = request.center
    .users()
    .filter(({ userName }) => wanted === undefined || userName === wanted);
  const { page, next } = pageOf(users, input);
  return { Users: page.map((user) => userFields(user, input.IdentityStoreId)), ...next };
}

function getGroupId(request: JsonRequest) {
  const { IdentityStoreId, AlternateIdentifier: by } = readInput(
    request.input,
    inStore.extend({
      AlternateIdentifier: z.object({
        UniqueAttribute: z.object({
          AttributePath: z.string().regex(/^displayName$/i),
          AttributeValue: z.string().min(1),
        }),
      }),
    }),
  );
  permit(request, IdentityStoreId);
  const { AttributeValue } = by.UniqueAttribute;
  const found = request.center.groups().find(({ name }) => name === AttributeValue);
  if (found === undefined) throw notFound('GROUP');
  return { IdentityStoreId, GroupId: found.groupId };
}

function describeGroup(request: JsonRequest) {
  const { IdentityStoreId, GroupId } = readInput(request.input, inGroup);
  permit(request, IdentityStoreId);
  const { groupId, name } = groupOf(request, GroupId);
  return { IdentityStoreId, GroupId: groupId, ...(name !== null && { DisplayName: name }) };
}

function listGroupMemberships(request: JsonRequest) {
  const input = readInput(request.input, inGroup.extend(paged));
  permit(request, input.IdentityStoreId);
  const { groupId, members } = groupOf(request, input.GroupId);
  return membershipPage(
    members.map((userId) => ({ groupId, userId })),
    input,
  );
}

function listGroupMembershipsForMember(request: JsonRequest) {
  const input = readInput(
    request.input,
    inStore.extend({ MemberId: z.object({ UserId: z.string().min(1).max(47) }), ...paged }),
  );
  permit(request, input.IdentityStoreId);
  const { UserId: userId } = input.MemberId;
  if (request.center.user(userId) === undefined) throw notFound();
  return membershipPage(
    request.center.groupsOf(userId).map((groupId) => ({ groupId, userId })),
    input,
  );
}

function membershipPage(
  all: readonly { groupId: string; userId: string }[],
  input: z.infer<typeof inStore> & Parameters<typeof pageOf>[1],
) {
  const { page, next } = pageOf(all, input);
  const { IdentityStoreId } = input;
  return {
    GroupMemberships: page.map(({ groupId, userId }) => ({
      IdentityStoreId,
      MembershipId: `${groupId}/${userId}`,
      GroupId: groupId,
      MemberId: { UserId: userId },
    })),
    ...next,
  };
}

function groupOf({ center }: JsonRequest, id: string): Group {
  const found = center.groups().find(({ groupId }) => groupId === id);
  if (found === undefined) throw notFound('GROUP');
  return found;
}

function valuesAt(user: CenterUser, attributePath: string): readonly string[] {
  switch (attributePath.toLowerCase()) {
    case 'username':
      return [user.userName];
    case 'emails.value':
      return user.emails;
    default:
      throw new AwsError(
        400,
        'ValidationException',
        `The attribute ${attributePath} is not a unique attribute.`,
      );
  }
}

const userFields = (user: CenterUser, IdentityStoreId: string) => ({
  IdentityStoreId,
  UserId: user.userId,
  UserName: user.userName,
  DisplayName: user.displayName,
  Emails: user.emails.map((Value, index) => ({ Value, Type: 'work', Primary: index === 0 })),
  UserStatus: user.disabled === true ? 'DISABLED' : 'ENABLED',
  ...(user.externalIds.length > 0 && { ExternalIds: user.externalIds }),
});

function permit({ store, seed, caller, eventName }: JsonRequest, storeId: string): void {
  authorize(store, caller, {
    action: `identitystore:${eventName}`,
    resource: `arn:aws:identitystore::${ownerOf(seed)}:identitystore/${storeId}`,
  });
  if (storeId !== seed.storeId || caller.role.accountId !== ownerOf(seed)) throw notFound();
}

const notFound = (what = 'USER'): AwsError =>
  new AwsError(400, 'ResourceNotFoundException', `${what} not found.`);
