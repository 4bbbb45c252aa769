import type { Bundle } from './case';
import type { RoleTerms } from './catalog';
import type { PolicyJson } from './cedar';
import type { Action } from './cedar-schema';
import type { Finding } from './finding';
import { fieldOf } from './policy-files';
import { isForWorkloads, type RulePolicy } from './rules';
import { actionsOf, groupOf, mayMeanRole } from './scopes';

/**
 * Rules that can never say anything, by their scopes and this catalog: they read like a right or a limit, and are
 * none. A forbid on what nobody is asked today (`AutoApprove` of a role that has seats) is a guard rail and no finding.
 */
export function unreachableRules({ book, rules }: Bundle): Finding[] {
  const roles = book.roles().flatMap(({ id }) => book.terms(id) ?? []);
  const forbids = rules.policies.filter(isUnconditionalForbid);
  return rules.policies.flatMap((policy) => {
    const problem =
      policy.json.effect === 'permit'
        ? (whyNeverAsked(policy.json, roles) ?? whyNeverGives(policy.json, roles, forbids))
        : whyNeverMeans(policy.json, roles);
    return problem === undefined ? [] : [warning(policy, problem)];
  });
}

type Problem = Pick<Finding, 'problem' | 'fix'>;

const warning = ({ id, file, line }: RulePolicy, problem: Problem): Finding => ({
  level: 'warning',
  file,
  line,
  field: fieldOf(id),
  ...problem,
});

/** Everything at once is no role's business. */
const aboutRoles = (json: PolicyJson): readonly Action[] =>
  actionsOf(json).filter((action) => action !== 'RevokeAll');

function whyNeverMeans(json: PolicyJson, roles: readonly RoleTerms[]): Problem | undefined {
  const actions = actionsOf(json);
  if (actions.length > aboutRoles(json).length) return undefined;
  if (roles.some(({ role }) => mayMeanRole(json, role))) return undefined;
  return {
    problem: `The ${json.effect} can never apply: no role of curfew.yaml is in its scope.`,
    fix: 'Name a role, or an account that has roles, or remove the policy.',
  };
}

/** A permit for what is never asked of any role in its scope. */
function whyNeverAsked(json: PolicyJson, roles: readonly RoleTerms[]): Problem | undefined {
  const never = whyNeverMeans(json, roles);
  if (never !== undefined) return never;
  if (actionsOf(json).includes('RevokeAll')) return undefined;
  const meant = roles.filter(({ role }) => mayMeanRole(json, role));
  const reasons = aboutRoles(json).map((action) =>
    meant.some((terms) => isAsked(action, json, terms)) ? undefined : NEVER[action],
  );
  return reasons.includes(undefined) || reasons[0] === undefined
    ? undefined
    : {
        problem: `The permit can never apply: ${[...new Set(reasons)].join('; ')}.`,
        fix: 'Change its scope or the catalog so that they meet, or remove the policy.',
      };
}

const NEVER: Record<Action, string> = {
  Request: 'no role in its scope is given to pipelines or agents',
  Grant: 'no role in its scope is given to pipelines or agents',
  AutoApprove: 'every role in its scope has a route with seats, and AutoApprove waives none',
  BreakGlass: 'no role in its scope has a breakGlass section',
  Approve: 'nobody whom it names has a seat on the routes of the roles in its scope',
  Revoke: 'no role is in its scope',
  RevokeAll: 'it is about everything',
};

function isAsked(action: Action, json: PolicyJson, { role, seats }: RoleTerms): boolean {
  switch (action) {
    case 'AutoApprove':
      return seats.length === 0;
    case 'BreakGlass':
      return role.breakGlass !== undefined;
    case 'Approve': {
      const group = groupOf(json);
      // Somebody of one group may be of a seat's group, too; by scope alone only the seats' own can be told.
      return seats.some((seat) => group === undefined || seat.groups.includes(group));
    }
    case 'Request':
    case 'Grant':
      return !isForWorkloads(json) || role.workloadMinutes !== undefined;
    case 'Revoke':
    case 'RevokeAll':
      return true;
  }
}

const isUnconditionalForbid = ({ json }: RulePolicy): boolean =>
  json.effect === 'forbid' && json.conditions.length === 0;

/** A permit of which forbids without conditions take every action on every role. */
function whyNeverGives(
  json: PolicyJson,
  roles: readonly RoleTerms[],
  forbids: readonly RulePolicy[],
): Problem | undefined {
  const takers = forbids.filter((forbid) => coversPrincipal(forbid.json, json));
  if (takers.length === 0 || actionsOf(json).includes('RevokeAll')) return undefined;
  const pairs = roles
    .filter(({ role }) => mayMeanRole(json, role))
    .flatMap(({ role }) => aboutRoles(json).map((action) => ({ role, action })));
  const taken = pairs.map(({ role, action }) =>
    takers.find(
      (forbid) => actionsOf(forbid.json).includes(action) && mayMeanRole(forbid.json, role),
    ),
  );
  if (pairs.length === 0 || taken.includes(undefined)) return undefined;
  const names = [...new Set(taken.map((forbid) => forbid?.id))].join(', ');
  return {
    problem: `The permit never gives anything: ${names} forbids all of it, without a condition.`,
    fix: 'Give the forbid a condition or a narrower scope, or remove the permit.',
  };
}

/** Does the forbid hold for everybody whom the permit can mean, by their scopes? */
const coversPrincipal = (forbid: PolicyJson, permit: PolicyJson): boolean => {
  const { principal } = forbid;
  if (principal.op === 'All') return true;
  const group = groupOf(forbid);
  if (group !== undefined) return group === groupOf(permit);
  return (
    principal.op === 'is' && principal.entity_type === 'Curfew::User' && !isForWorkloads(permit)
  );
};
