import type { UncertainFact } from '../access/decision';
import { policySet, type Answer, type Call, type PolicyJson } from './cedar';
import type { Action } from './cedar-schema';
import { doubted, doubtsOf, factText, mentions } from './doubts';
import { actionsOf, groupOf, idOf, typeOf } from './scopes';

/** One policy of a bundle, with where it stands. */
export interface RulePolicy {
  /** Its `@id`. */
  id: string;
  /** Its `@advice`: what the person can do about it. */
  advice: string | undefined;
  text: string;
  json: PolicyJson;
  file: string;
  line: number;
}

/** What the rules say to one call. Everything but `permitted` is a no. */
export type Ruling =
  | { kind: 'permitted'; policies: string[] }
  /** No permit speaks of it. */
  | { kind: 'uncovered'; policies: []; because: string[] }
  | { kind: 'forbidden' | 'unknown' | 'fault'; policies: string[]; because: string[] };

export interface Rules {
  readonly policies: readonly RulePolicy[];
  /** `unknown`: the facts that nobody could tell for the people in this call. */
  rule(call: Call, unknown: ReadonlySet<UncertainFact>): Ruling;
  /** Does any policy, or any of these, read an attribute of this name? */
  reads(attribute: string, policies?: readonly string[]): boolean;
  /** The groups whose members the permits for this action name, as far as they name the resource. */
  groupsPermitted(action: Action, role: string): string[];
}

export function createRules(policies: readonly RulePolicy[]): Rules {
  const setOf = (some: readonly RulePolicy[]) =>
    policySet(Object.fromEntries(some.map(({ id, text }) => [id, text])));
  const forPeople = setOf(policies);
  // What was written with people in mind lets no workload in: its permits say so, or are none.
  const forWorkloads = setOf(
    policies.filter(({ json }) => json.effect === 'forbid' || isForWorkloads(json)),
  );
  const doubts = doubtsOf(policies);
  const doubtSet = policySet(doubts);
  const hasDoubts = Object.keys(doubts).length > 0;
  const advice = new Map(policies.map((policy) => [policy.id, policy.advice]));

  const reads: Rules['reads'] = (attribute, among) =>
    policies.some(
      ({ id, json }) =>
        (among === undefined || among.includes(id)) && mentions(json.conditions, attribute),
    );

  return {
    policies,
    rule(call, unknown) {
      const isPerson = call.principal.type === 'Curfew::User';
      const answer = (isPerson ? forPeople : forWorkloads).ask(call);
      if (answer.kind === 'fault') return fault(answer);
      if (answer.kind === 'deny' && answer.policies.length === 0)
        return { kind: 'uncovered', policies: [], because: ['No rule covers this.'] };
      if (answer.kind === 'deny')
        return {
          kind: 'forbidden',
          policies: answer.policies,
          because: [
            ...answer.policies.map((id) => advice.get(id) ?? `The rule ${id} forbids it.`),
            ...[...unknown]
              .filter((fact) => reads(fact, answer.policies))
              .map((fact) => `Nobody could tell ${factText(fact)}, which may be why.`),
          ],
        };
      if (hasDoubts && unknown.size > 0) {
        const doubt = doubtSet.ask(call);
        if (doubt.kind === 'fault') return fault(doubt);
        const open = doubted(doubt.policies, unknown);
        if (open.length > 0) return inDoubt(open);
      }
      return { kind: 'permitted', policies: answer.policies };
    },
    reads,
    groupsPermitted: (action, role) => [
      ...new Set(
        policies
          .map(({ json }) => json)
          .filter(({ effect }) => effect === 'permit')
          .filter((json) => actionsOf(json).includes(action) && mayMeanRole(json, role))
          .flatMap((json) => groupOf(json) ?? []),
      ),
    ],
  };
}

const fault = (answer: Extract<Answer, { kind: 'fault' }>): Ruling => ({
  kind: 'fault',
  policies: answer.policies,
  because: [
    answer.policies.length === 0
      ? 'The rules could not be asked, so the answer is no. Tell whoever runs Curfew.'
      : `The rule ${answer.policies.join(', ')} failed, so the answer is no. Tell whoever runs Curfew.`,
  ],
});

const inDoubt = (open: readonly { fact: UncertainFact; policy: string }[]): Ruling => ({
  kind: 'unknown',
  policies: open.map(({ policy }) => policy),
  because: open.map(
    ({ fact, policy }) =>
      `Nobody could tell ${factText(fact)}, and the rule ${policy} depends on it. Try again later.`,
  ),
});

/** Does its scope say that it is about pipelines, agents, or one of them? */
export const isForWorkloads = ({ principal }: PolicyJson): boolean =>
  (principal.op === 'is' && WORKLOADS.includes(principal.entity_type)) ||
  (principal.op === '==' && 'entity' in principal && WORKLOADS.includes(typeOf(principal.entity)));
const WORKLOADS: readonly string[] = ['Curfew::Pipeline', 'Curfew::Agent'];

/** False when the policy's scope names another role. */
const mayMeanRole = ({ resource }: PolicyJson, role: string): boolean =>
  resource.op !== '==' || !('entity' in resource) || idOf(resource.entity) === role;
