import type { Catalog } from '../../access/catalog';
import type { Entitlement } from './entitlements-on';

/** Where somebody uses it, since there are no sessions of ours to hand out. */
export function signInText(
  { identityCenter }: Pick<Catalog, 'identityCenter'>,
  { mechanism, target }: Pick<Entitlement, 'mechanism' | 'target'>,
): string {
  switch (mechanism) {
    case 'permission-set':
      return `Sign in at the AWS access portal${identityCenter ? `, ${identityCenter.portalUrl},` : ''} and choose account ${target.accountId}.`;
    case 'group':
      return `You are in the group ${target.arn.replace(/^group:/, '')}: sign in as you usually do, afresh if you are signed in already.`;
  }
}
