import { z } from 'zod';
import type { Session } from './account-rows';
import type { AccountStore } from './account-store';

/** Who opens which entitlement in the access portal. */
export const portalOrder = z.strictObject({
  /** Id or address of the directory, or Identity Center's own id. */
  person: z.string(),
  account: z.string(),
  /** ARN or name. */
  permissionSet: z.string(),
});

/**
 * Credentials as the access portal gives them: only to whom the set is assigned at this moment, and for as long as
 * its session duration says, whatever becomes of the assignment. Undefined when it is not assigned.
 */
export function openPortalSession(
  store: AccountStore,
  { person, account, permissionSet }: z.infer<typeof portalOrder>,
  now: number,
): (Session & { sessionToken: string }) | undefined {
  const { center } = store;
  const user = center
    .users()
    .find(
      ({ userId, emails, externalIds }) =>
        userId === person || emails.includes(person) || externalIds.some(({ Id }) => Id === person),
    );
  const set = center
    .sets()
    .find(({ arn, name }) => arn === permissionSet || name === permissionSet);
  if (user === undefined || set === undefined) return undefined;
  const principals = [user.userId, ...center.groupsOf(user.userId)];
  const assigned = center
    .assignments()
    .some(
      (one) =>
        one.accountId === account && one.setArn === set.arn && principals.includes(one.principalId),
    );
  const role = center
    .provisioned()
    .find((one) => one.accountId === account && one.setArn === set.arn);
  if (!assigned || role === undefined) return undefined;
  const issuedAt = Math.floor(now / 1000) * 1000;
  const session = store.openSession({
    roleArn: role.roleArn,
    sessionName: user.userName,
    sourceIdentity: undefined,
    tags: {},
    transitiveTagKeys: [],
    policy: undefined,
    issuedAt,
    expiresAt: issuedAt + sessionHours(set.sessionDuration) * 3_600_000,
  });
  center.openPortalSession(session.accessKeyId, user.userId);
  return session;
}

const sessionHours = (iso: string): number => Number(/^PT(\d+)H$/.exec(iso)?.[1] ?? 1);
