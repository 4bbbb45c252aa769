import type { Decision, Policy } from '../access/decision';
import { notActive } from './admission';
import type { Bundle } from './case';
import type { RoleTerms } from './catalog';
import { callAboutRevoking, callAboutRevokingAll } from './facts';
import { nameOf } from './people';

/** May this person cut a live grant? Everyone may end their own. */
export function mayRevoke(
  bundle: Bundle,
  { by, holder, role, at }: Parameters<Policy['mayRevoke']>[0],
): Decision {
  if (!by.active) return answer('deny', [notActive(by)]);
  if (by.id === holder.id) return answer('grant', ['Everyone may end their own access.']);
  const terms = bundle.book.terms(role) ?? noLongerInCatalog(role);
  const { call, unknown } = callAboutRevoking(bundle.book, { terms, by, holder, at });
  const ruling = bundle.rules.rule(call, unknown);
  if (ruling.kind === 'permitted')
    return answer('grant', [`${nameOf(by)} may end access to ${role}.`], ruling.policies);
  if (ruling.kind !== 'uncovered') return answer('deny', ruling.because, ruling.policies);
  const groups = [
    ...new Set([
      ...terms.owners,
      ...bundle.book.onCallGroups,
      ...bundle.rules.groupsPermitted('Revoke', role),
    ]),
  ];
  return answer('deny', [
    `No rule lets ${nameOf(by)} end other people's access to ${role}.`,
    ...(groups.length > 0 ? [`Ask someone of ${groups.join(' or ')}.`] : []),
  ]);
}

/** May this person cut everything at once? Their own needs no such right. */
export function mayRevokeAll(
  bundle: Bundle,
  { by, at }: Parameters<Policy['mayRevokeAll']>[0],
): Decision {
  if (!by.active) return answer('deny', [notActive(by)]);
  const { call, unknown } = callAboutRevokingAll(bundle.book, { by, at });
  const ruling = bundle.rules.rule(call, unknown);
  if (ruling.kind === 'permitted')
    return answer('grant', [`${nameOf(by)} may end everybody's access.`], ruling.policies);
  if (ruling.kind !== 'uncovered') return answer('deny', ruling.because, ruling.policies);
  const groups = [
    ...new Set([
      ...bundle.book.onCallGroups,
      ...bundle.rules.groupsPermitted('RevokeAll', 'access'),
    ]),
  ];
  return answer('deny', [
    `No rule lets ${nameOf(by)} end everybody's access.`,
    ...(groups.length > 0 ? [`Ask someone of ${groups.join(' or ')}.`] : []),
    'Everyone may end all of their own.',
  ]);
}

const answer = (
  verdict: 'grant' | 'deny',
  because: string[],
  policies: string[] = [],
): Decision => ({ verdict, because, policies, approvers: [], needed: 0, countedReviews: [] });

/** A live grant outlasts its role's line in the catalog; whoever may cut anything must still be able to. */
const noLongerInCatalog = (role: string): RoleTerms => ({
  owners: [],
  seats: [],
  route: 'auto',
  variants: [],
  role: {
    id: role,
    title: role,
    account: { id: '', name: 'no longer in the catalog', env: 'no longer in the catalog' },
    targetArn: '',
    region: '',
    mechanism: 'role-session',
    maxMinutes: 0,
    defaultMinutes: 0,
    risk: 'high',
    channel: '',
    expireSeconds: 0,
    rule: '',
    ticketRequired: false,
  },
});
