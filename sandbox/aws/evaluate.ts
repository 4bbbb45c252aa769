import { holds } from './conditions';
import { fitsArn, fitsPattern, type RequestContext } from './patterns';
import type { Policy, Selection, Statement } from './policy-document';

/** Who asks, as resource policies name them. */
export interface Caller {
  accountId: string;
  /** `arn:aws:iam::…:role/…`; for a web identity the provider's ARN. */
  roleArn: string;
  /** `arn:aws:sts::…:assumed-role/…/…`, absent before there is a session. */
  sessionArn?: string;
  /** Web identities are matched against `Federated` only. */
  federated?: boolean;
}

export interface Question {
  action: string;
  /** An ARN, or `*` for actions that know no resources. */
  resource: string;
  context: RequestContext;
  caller: Caller;
}

/** Every policy that has a say. */
export interface Layers {
  identity: readonly Policy[];
  boundary?: Policy | undefined;
  session?: Policy | undefined;
  /** The trust policy of the role that is to be assumed. */
  resource?: { policy: Policy; accountId: string } | undefined;
}

export type Layer = keyof Layers;

/** `explicit`: a Deny of that layer. `implicit`: nothing in that layer allows it. */
export type Verdict =
  | { allowed: true }
  | { allowed: false; how: 'explicit' | 'implicit'; by: Layer };

/**
 * AWS's evaluation logic for one account's identities and role trust policies: any Deny wins; then
 * each layer that is present must allow. Pure.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(question: Question, layers: Layers): Verdict {
  const all: readonly (readonly [Layer, readonly Policy[]])[] = [
    ['identity', layers.identity],
    ['boundary', layers.boundary ? [layers.boundary] : []],
    ['session', layers.session ? [layers.session] : []],
    ['resource', layers.resource ? [layers.resource.policy] : []],
  ];
  const denying = all.find(([, policies]) =>
    policies.some((policy) => says('Deny', policy, question)),
  );
  if (denying) return { allowed: false, how: 'explicit', by: denying[0] };

  const silent = needed(question, layers).find(
    (layer) =>
      !all.some(
        ([name, policies]) =>
          name === layer && policies.some((policy) => says('Allow', policy, question)),
      ),
  );
  return silent ? { allowed: false, how: 'implicit', by: silent } : { allowed: true };
}

/**
 * The layers that must allow, in the order in which AWS names the missing one. Inside one account a
 * trust policy may be enough: one that names the role spares that role's own permission but not its
 * limits, one that names everybody spares the boundary too, and nothing limits one that names the session.
 */
function needed(question: Question, layers: Layers): Layer[] {
  const { caller } = question;
  const { resource } = layers;
  if (caller.federated) return ['resource'];
  const boundary: Layer[] = layers.boundary ? ['boundary'] : [];
  const session: Layer[] = layers.session ? ['session'] : [];
  if (!resource) return ['identity', ...boundary, ...session];
  const grantsTo = (name: string | undefined): boolean =>
    resource.accountId === caller.accountId &&
    says('Allow', namingOnly(resource.policy, name), question);
  if (grantsTo(caller.sessionArn)) return ['resource'];
  if (grantsTo('*')) return ['resource', ...session];
  if (grantsTo(caller.roleArn)) return ['resource', ...boundary, ...session];
  return ['resource', 'identity', ...boundary, ...session];
}

/** The statements that name this one outright, not merely the account. */
const namingOnly = (policy: Policy, wanted: string | undefined): Policy => ({
  ...policy,
  statements: policy.statements.filter((statement) =>
    statement.principals?.aws.some((name) => name === wanted),
  ),
});

const says = (effect: Statement['effect'], policy: Policy, question: Question): boolean =>
  policy.statements.some(
    (statement) => statement.effect === effect && applies(statement, policy.variables, question),
  );

function applies(statement: Statement, variables: boolean, question: Question): boolean {
  const { actions, resources, principals, conditions } = statement;
  const context = variables ? question.context : undefined;
  return (
    selects(actions, (pattern) =>
      fitsPattern(pattern.toLowerCase(), question.action.toLowerCase()),
    ) &&
    (resources === undefined ||
      selects(
        resources,
        (pattern) => pattern === '*' || fitsArn(pattern, question.resource, context),
      )) &&
    (principals === undefined || names(principals, question.caller)) &&
    conditions.every((condition) => holds(condition, question.context, variables))
  );
}

const selects = (selection: Selection, fitsOne: (pattern: string) => boolean): boolean =>
  selection.patterns.some(fitsOne) !== selection.except;

function names(principals: NonNullable<Statement['principals']>, caller: Caller): boolean {
  if (caller.federated) return principals.federated.includes(caller.roleArn);
  return principals.aws.some((name) =>
    [
      '*',
      caller.accountId,
      `arn:aws:iam::${caller.accountId}:root`,
      caller.roleArn,
      caller.sessionArn,
    ].includes(name),
  );
}
