import { UNCERTAIN_FACTS, type UncertainFact } from '../access/decision';
import type { PolicyJson } from './cedar';
import type { RulePolicy } from './rules';

const WORDS: Record<UncertainFact, string> = {
  onCall: 'whether the person is on call',
  liveGrants: 'how many grants the person holds',
  ticketFacts: 'what the ticket says',
  openRequests: 'how many requests of the person are open',
  lastUsedDays: 'when the person had this role last',
  manager: 'who the manager of the person is',
};

export const factText = (fact: UncertainFact): string => WORDS[fact];

/**
 * A forbid that reads a fact does not fire when the fact is missing, and an attacker may be the reason
 * why its source is down. So each such forbid has a doubt: its scope, and those of its conditions that
 * do not read the fact. When the fact is unknown and the doubt applies, the answer is no.
 */
export function doubtsOf(policies: readonly RulePolicy[]): Record<string, PolicyJson> {
  const doubts = policies
    .filter(({ json }) => json.effect === 'forbid')
    .flatMap(({ id, json }) =>
      UNCERTAIN_FACTS.filter((fact) => mentions(json.conditions, fact)).map(
        (fact) => [doubtId(fact, id), withoutFact(json, fact)] as const,
      ),
    );
  return Object.fromEntries(doubts);
}

/** The forbids that might have fired, of the doubts that apply. */
export const doubted = (
  doubts: readonly string[],
  unknown: ReadonlySet<UncertainFact>,
): { fact: UncertainFact; policy: string }[] =>
  [...unknown].flatMap((fact) =>
    doubts
      .filter((id) => id.startsWith(doubtId(fact, '')))
      .map((id) => ({ fact, policy: id.slice(doubtId(fact, '').length) })),
  );

const doubtId = (fact: UncertainFact, id: string): string => `${fact}?${id}`;

function withoutFact(policy: PolicyJson, fact: UncertainFact): PolicyJson {
  const conditions = policy.conditions.flatMap(({ kind, body }) => {
    // `when { a && b }` and `unless { a || b }` are lists: what speaks of something else stays.
    const kept = listOf(body, kind === 'when' ? '&&' : '||').filter(
      (part) => !mentions(part, fact),
    );
    return kept.map((part) => ({ kind, body: part }));
  });
  // A permit, because the engine then names every one that applies.
  return { ...policy, effect: 'permit', conditions };
}

type Expression = PolicyJson['conditions'][number]['body'];

function listOf(body: Expression, operator: '&&' | '||'): Expression[] {
  const sides = sidesOf(body, operator);
  return sides === undefined ? [body] : sides.flatMap((side) => listOf(side, operator));
}

function sidesOf(body: Expression, operator: '&&' | '||'): Expression[] | undefined {
  if (operator === '&&' && '&&' in body && 'left' in body['&&'])
    return [body['&&'].left, body['&&'].right];
  if (operator === '||' && '||' in body && 'left' in body['||'])
    return [body['||'].left, body['||'].right];
  return undefined;
}

/** Does the expression read an attribute of this name, of anything? */
export function mentions(expression: unknown, attribute: string): boolean {
  if (typeof expression !== 'object' || expression === null) return false;
  return Object.entries(expression).some(([key, value]: [string, unknown]) =>
    key === 'attr'
      ? value === attribute || (Array.isArray(value) && value.includes(attribute))
      : mentions(value, attribute),
  );
}
