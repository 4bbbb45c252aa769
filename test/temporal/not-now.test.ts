import { describe, expect, test } from '@jest/globals';
import { Refused } from '../../access/refused';
import { noOrNotNow } from '../../temporal/activities/not-now';
import { asks, exampleFiles, policyOf, someone } from '../support/policy-bundle';

/** The example, in which nothing but a schedule says who is on call, with one more rule. */
const withRule = (cedar: string) =>
  policyOf([
    ...exampleFiles({
      'curfew.yaml': (text) => text.replace('onCall: [sre-oncall]', "onCall: ['schedule:primary']"),
    }),
    { name: 'policies/more.cedar', text: `@id("more") @advice("No.") ${cedar}` },
  ]);
const DEV = 'resource == Curfew::Role::"dev-readonly"';
const ON_CALL = 'principal has onCall && principal.onCall';
const ADA = someone('ada', ['engineers']);
const OUTSIDER = someone('ada', []);
const missing = { onCall: 'PagerDuty was not reached.', ticketFacts: 'Jira was not reached.' };

describe('a no that rests on what nobody could tell is not now, and every other no stays one', () => {
  const rows: [string, string, typeof ADA, string | undefined][] = [
    [
      'a prohibition on who is on call',
      `forbid (principal, action == Curfew::Action::"Grant", ${DEV}) unless { ${ON_CALL} };`,
      ADA,
      'onCall',
    ],
    [
      'a prohibition on what the ticket says',
      `forbid (principal, action == Curfew::Action::"Grant", ${DEV}) unless { context has ticketFacts };`,
      ADA,
      'ticketFacts',
    ],
    [
      'a permission for whoever is on call alone',
      `permit (principal, action in [Curfew::Action::"Request", Curfew::Action::"AutoApprove", Curfew::Action::"Grant"], ${DEV}) when { ${ON_CALL} };`,
      OUTSIDER,
      'onCall',
    ],
    [
      'a prohibition on something else',
      `forbid (principal, action == Curfew::Action::"Grant", ${DEV}) when { context.durationMinutes > 1 };`,
      ADA,
      undefined,
    ],
    [
      'somebody who has lost the right, whatever is down',
      `forbid (principal, action == Curfew::Action::"Approve", ${DEV}) unless { ${ON_CALL} };`,
      OUTSIDER,
      undefined,
    ],
  ];
  test.each(rows)('%s', (_what, cedar, ada, fact) => {
    const policy = withRule(cedar);
    const question = asks({ role: 'dev-readonly', people: [ada], ticket: 'PAY-1' });
    const decision = policy.decide(question);
    expect(decision.verdict).toBe('deny');
    const error = noOrNotNow({ policy }, question, decision, missing);
    expect(error instanceof Refused).toBe(fact === undefined);
    expect(error.message.includes(`(${fact})`)).toBe(fact !== undefined);
    // With all sources up it is a no.
    expect(noOrNotNow({ policy }, question, decision, {})).toBeInstanceOf(Refused);
  });
});
