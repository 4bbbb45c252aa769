import { z } from 'zod';
import { calledByRules, type GroupIds } from '../access/group-ids';
import type { Person } from '../access/person';
import { ID } from './okta-client';

/** The fields of Okta's answers that Curfew reads. */
export const oktaUser = z.object({
  id: z.string().min(1),
  status: z.string(),
  profile: z.object({
    login: z.string(),
    email: z.string().nullish(),
    firstName: z.string().nullish(),
    lastName: z.string().nullish(),
    displayName: z.string().nullish(),
    /** Whom they report to, as the company fills it: an id, a login or an address; the second may be just a name. */
    managerId: z.string().nullish(),
    manager: z.string().nullish(),
  }),
});
export type OktaUser = z.infer<typeof oktaUser>;

export const oktaGroup = z.object({
  id: z.string().min(1),
  type: z.string(),
  profile: z.object({ name: z.string() }),
});
export type OktaGroup = z.infer<typeof oktaGroup>;

/**
 * Only groups whose names Okta keeps unique count by their name. A group imported from another system (`APP_GROUP`) may
 * bear any name, also that of an approvers' group; a group rule brings its members into an Okta group.
 */
export const isOurs = (group: OktaGroup): boolean =>
  group.type === 'OKTA_GROUP' || group.type === 'BUILT_IN';

/**
 * Every other status means that Okta would not let them sign in right now, be it only a lockout or a password reset
 * that someone else may have asked for.
 */
export const isActive = ({ status }: OktaUser): boolean => status === 'ACTIVE';

/** What people call them. */
export const nameOf = ({ profile }: OktaUser): string =>
  profile.displayName ||
  [profile.firstName, profile.lastName].filter(Boolean).join(' ') ||
  profile.login;

/** A name alone is nobody in particular. */
function managerOf({ profile: { managerId, manager } }: OktaUser): Pick<Person, 'manager'> {
  const named = [managerId, manager].find(
    (value) => value && (ID.test(value) || value.includes('@')),
  );
  return named ? { manager: named } : {};
}

/** What configuration says of the directory's groups. Read each time: the catalog may have been loaded anew. */
export interface GroupOptions {
  /** Who is in one of these groups is on call. Without any, nobody's being on call is known. */
  onCallGroups?: readonly string[];
  groupIds?: GroupIds;
}

/** Okta's user as everybody else knows them. */
export function personOf(
  user: OktaUser,
  groups: readonly OktaGroup[],
  { onCallGroups = [], groupIds = {} }: GroupOptions,
): Person {
  const { id, profile } = user;
  const names = groups.flatMap((group) =>
    calledByRules(groupIds, {
      id: group.id,
      name: isOurs(group) ? group.profile.name : undefined,
    }),
  );
  const logins = profile.login.includes('@') ? [profile.login] : [];
  return {
    id,
    name: nameOf(user),
    // Not the second e-mail address: people change that themselves.
    emails: [...new Set([...(profile.email ? [profile.email] : []), ...logins])],
    groups: names,
    active: isActive(user),
    ...managerOf(user),
    ...(onCallGroups.length > 0 && { onCall: onCallGroups.some((name) => names.includes(name)) }),
  };
}
