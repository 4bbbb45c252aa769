import { z } from 'zod';
import { AwsError } from './aws-error';
import { authorize } from './caller';
import type { CenterUser } from './center-rows';
import { ownerOf, pageOf, readInput, type JsonOperation, type JsonRequest } from './json-operation';

const inStore = z.object({ IdentityStoreId: z.string() });

/** What the stand-in knows of the identity store, by the call's name. */
export const IDENTITY_STORE_OPERATIONS: ReadonlyMap<string, JsonOperation> = new Map<
  string,
  JsonOperation
>([
  ['GetUserId', getUserId],
  ['DescribeUser', describeUser],
  ['ListUsers', listUsers],
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
      MaxResults: z.int().min(1).max(100).optional(),
      NextToken: z.string().optional(),
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
  ...(user.externalIds.length > 0 && { ExternalIds: user.externalIds }),
});

function permit({ store, seed, caller, eventName }: JsonRequest, storeId: string): void {
  authorize(store, caller, {
    action: `identitystore:${eventName}`,
    resource: `arn:aws:identitystore::${ownerOf(seed)}:identitystore/${storeId}`,
  });
  if (storeId !== seed.storeId || caller.role.accountId !== ownerOf(seed)) throw notFound();
}

const notFound = (): AwsError => new AwsError(400, 'ResourceNotFoundException', 'USER not found.');
