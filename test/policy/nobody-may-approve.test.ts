import { describe, expect, test } from '@jest/globals';
import type { Question } from '../../access/decision';
import {
  asks,
  COMPANY,
  exampleFiles,
  examplePlus,
  policyOf,
  says,
  someone,
} from '../support/policy-bundle';

const policy = policyOf(exampleFiles());

describe('when nobody may approve', () => {
  const only = (...ids: string[]) => COMPANY.filter(({ id }) => ids.includes(id));
  const rows: [string, Partial<Question>, RegExp][] = [
    [
      'nobody has the seat',
      { role: 'staging-admin', people: only('ada', 'deniz') },
      /payments-owners/,
    ],
    [
      'the only one has left',
      { role: 'staging-admin', people: only('ada', 'left') },
      /payments-owners/,
    ],
    [
      'the only one asks',
      {
        role: 'staging-admin',
        requester: 'eva',
        people: [someone('eva', ['engineers', 'payments-owners'])],
      },
      /payments-owners/,
    ],
    [
      'one seat of two has nobody',
      { people: only('ada', 'carla', 'chris') },
      /only 1 of the 2 seats/,
    ],
    [
      'the only one for both seats is one person',
      { people: only('ada', 'both') },
      /only 1 of the 2 seats/,
    ],
    [
      'two entries of one person would have to fill both',
      {
        people: [
          ...only('ada'),
          someone('d1', ['payments-owners'], { emails: ['d@curfew.example'] }),
          someone('d2', ['security'], { emails: ['D@curfew.example'] }),
        ],
      },
      /only 1 of the 2 seats/,
    ],
    [
      'an approval stands, and nobody is left for the other seat',
      { people: only('ada', 'carla', 'chris'), reviews: [says('carla', 'approve')] },
      /only 1 of the 2 seats/,
    ],
  ];
  test.each(rows)('%s: the request is refused at once, and says whom to ask', (_, change, who) => {
    const decision = policy.decide(asks(change));
    expect(decision.verdict).toBe('deny');
    expect(decision.because[0]).toMatch(/^Nobody may approve this/);
    expect(decision.because.join(' ')).toMatch(who);
    expect(decision.because.at(-1)).toMatch(/^Ask those who look after/);
    expect(decision.approvers).toEqual([]);
    expect(decision.lacksPeople).toBe(true);
  });

  test.each<[string, Partial<Question>]>([
    ['a seat that others could fill', {}],
    ['a no by a rule', { requester: 'deniz' }],
    ['a no by a reviewer', { reviews: [says('carla', 'deny')] }],
    ['nobody is asked', { role: 'dev-readonly' }],
  ])('it is not for want of people: %s', (_, change) => {
    expect(policy.decide(asks(change))).not.toHaveProperty('lacksPeople');
  });

  test('a rule that bars those who could says so', () => {
    const frozen = examplePlus(
      `@id("no-monday") @advice("Approvals wait until Tuesday.")
       forbid (principal, action == Curfew::Action::"Approve", resource is Curfew::Role)
       when { context.weekday == "Monday" };`,
    );
    const decision = frozen.decide(asks());
    expect(decision.because[0]).toMatch(/^Nobody may approve this/);
    expect(decision.because).toContain('Approvals wait until Tuesday. By the rule no-monday.');
  });

  test('is another answer than that no rule covers it', () => {
    const decision = policy.decide(asks({ requester: 'deniz' }));
    expect(decision.verdict).toBe('deny');
    expect(decision.because).toEqual([
      'No rule lets deniz@curfew.example ask for prod-admin.',
      'Members of engineers may ask for it.',
    ]);
  });
});

test('groupsFor names every group whose members may fill a seat', () => {
  expect(policy.groupsFor('prod-admin')).toEqual(['payments-owners', 'security']);
  expect(policy.groupsFor('staging-admin')).toEqual(['payments-owners']);
  expect(policy.groupsFor('dev-readonly')).toEqual([]);
  expect(policy.groupsFor('no-such-role')).toEqual([]);
});
