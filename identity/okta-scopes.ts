/** What Curfew's app needs to know who people are. */
export const READ_SCOPES: readonly string[] = ['okta.users.read', 'okta.groups.read'];

/** And to let them into groups: only where a role is a group. */
export const MANAGE_SCOPES: readonly string[] = [...READ_SCOPES, 'okta.groups.manage'];

/** `a, b and c`. */
export const scopeNames = (scopes: readonly string[]): string =>
  `${scopes.slice(0, -1).join(', ')} and ${scopes.at(-1)}`;
