import { UNCERTAIN_FACTS, type Decision, type Question } from '../../access/decision';
import { ruleText } from '../../access/explanation';
import { Refused } from '../../access/refused';
import type { ActivityDeps } from './deps';
import type { LookedUp } from './looked-up';

/**
 * Access that was given is not taken because a source is down: a no that rests on what nobody could tell is a fault,
 * so "not now". Every other no stays one, whatever is down.
 */
export function noOrNotNow(
  { policy }: Pick<ActivityDeps, 'policy'>,
  question: Question,
  decision: Decision,
  missing: LookedUp['missing'],
): Error {
  const down = UNCERTAIN_FACTS.find(
    (fact) =>
      missing[fact] !== undefined &&
      (policy.reads(fact, decision.policies) ||
        (fact === 'onCall' && policy.decide(withEverybodyOnCall(question)).verdict === 'grant')),
  );
  return down === undefined
    ? new Refused(ruledSentence(decision, policy.explain(question).forbiddenBy))
    : new Error(`A fact is missing (${down}): ${missing[down]}`);
}

/** No rule needs to have spoken for a permit or a vote to be missed: it is asked what would be if they were on call. */
const withEverybodyOnCall = (question: Question): Question => ({
  ...question,
  people: question.people.map((one) => ({ ...one, onCall: one.onCall ?? true })),
});

/** Why, with the rules that forbid it by name. */
export const ruledSentence = ({ because }: Decision, forbiddenBy: readonly string[]): string =>
  [...because, ...ruleText(forbiddenBy)].join(' ');
