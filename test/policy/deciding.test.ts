import { describe, expect, test } from '@jest/globals';
import {
  asks,
  COMPANY,
  countedIn,
  exampleFiles,
  examplePlus,
  NOON,
  policyOf,
  says,
  someone,
} from '../support/policy-bundle';

const policy = policyOf(exampleFiles());

describe('approvals', () => {
  test('an empty address is nobody’s, and makes nobody the same person', () => {
    const people = COMPANY.map((one) => ({ ...one, emails: [''] }));
    const decision = policy.decide(
      asks({ people, reviews: [says('', 'approve', 9), says('carla', 'approve', 8)] }),
    );
    expect(countedIn(decision)).toEqual(['carla']);
    expect(decision.verdict).toBe('ask');
  });

  test('an address in letters that only look different is the same address', () => {
    const people = [
      ...COMPANY,
      someone('ada-2', ['security'], { emails: ['ａｄａ@curfew.example'] }),
    ];
    const decision = policy.decide(asks({ people, reviews: [says('ada-2', 'approve')] }));
    expect(countedIn(decision)).toEqual([]);
  });

  test('who has left is no approver, though no rule says so', () => {
    const lax = policyOf(
      exampleFiles({
        'policies/request.cedar': (text) => text.replace(/@id\("only-active-people"\)[^]*/, ''),
      }),
    );
    const decision = lax.decide(asks({ reviews: [says('left', 'approve')] }));
    expect(countedIn(decision)).toEqual([]);
    expect(decision.approvers).toEqual(['carla', 'chris', 'deniz', 'dora', 'both']);
    const gone = COMPANY.map((one) => (one.id === 'ada' ? { ...one, active: false } : one));
    expect(lax.decide(asks({ people: gone })).because.join()).toMatch(/not active/);
  });

  test('the window begins at the deciding approval and ends once', () => {
    const votes = [says('carla', 'approve', 20), says('deniz', 'approve', 15)];
    const first = policy.decide(asks({ reviews: votes }));
    const again = policy.decide(asks({ reviews: [...votes, says('deniz', 'approve', 1)] }));
    expect(first.expiresAt).toBe('2026-01-05T12:45:00.000Z');
    expect(again.expiresAt).toBe(first.expiresAt);
  });

  test('after the end nothing revives a grant', () => {
    const votes = [
      says('carla', 'approve', 70),
      says('deniz', 'approve', 60),
      says('dora', 'approve', 1),
    ];
    const decision = policy.decide(asks({ reviews: votes }));
    expect(decision.verdict).toBe('deny');
    expect(decision.because.join()).toMatch(/ended at 2026-01-05T12:00:00.000Z/);
    expect(decision.expiresAt).toBeUndefined();
  });

  test('a grant names the rules that let it in, the approvers’ too', () => {
    const decision = policy.decide(
      asks({ reviews: [says('carla', 'approve'), says('deniz', 'approve')] }),
    );
    expect(decision.policies).toEqual([
      'engineers-ask',
      'owners-approve',
      'security-approves-production',
    ]);
  });

  test('a seat is not enough without a rule, nor a rule without a seat', () => {
    const noOwners = policyOf(
      exampleFiles({
        'policies/approve.cedar': (text) =>
          text.replace(
            'when { principal in resource.owners }',
            'when { false && principal.active }',
          ),
      }),
    );
    const decision = noOwners.decide(
      asks({ role: 'staging-admin', reviews: [says('carla', 'approve')] }),
    );
    expect(decision.verdict).toBe('deny');
    expect(decision.countedReviews[0]?.because).toMatch(/No rule lets carla/);

    const everybody = examplePlus(
      `@id("all-approve") permit (principal, action == Curfew::Action::"Approve", resource is Curfew::Role);`,
    );
    expect(countedIn(everybody.decide(asks({ reviews: [says('ada', 'approve')] })))).toEqual([]);
    const more = [...COMPANY, someone('ben', ['engineers'])];
    expect(
      countedIn(everybody.decide(asks({ people: more, reviews: [says('ben', 'approve')] }))),
    ).toEqual([]);
  });

  test('nobody approves their own request, though every rule would let them', () => {
    const lax = policyOf([
      ...exampleFiles().filter(({ name }) => name !== 'policies/approve.cedar'),
      {
        name: 'policies/approve.cedar',
        text: `@id("all") permit (principal, action == Curfew::Action::"Approve", resource is Curfew::Role);`,
      },
    ]);
    const people = [
      someone('ada', ['engineers', 'payments-owners']),
      someone('carla', ['payments-owners']),
    ];
    const decision = lax.decide(
      asks({ role: 'staging-admin', people, reviews: [says('ada', 'approve')] }),
    );
    expect(decision.verdict).toBe('ask');
    expect(decision.approvers).toEqual(['carla']);
  });
});

describe('a denial', () => {
  const barred = examplePlus(
    `@id("quiet-monday") @advice("Approvals wait until Tuesday.")
     forbid (principal, action == Curfew::Action::"Approve", resource is Curfew::Role)
     when { context.weekday == "Monday" && principal in Curfew::Group::"security" };`,
  );
  test('counts from whoever has a seat, also where a rule bars them from approving', () => {
    const yes = barred.decide(asks({ reviews: [says('deniz', 'approve')] }));
    expect(yes.countedReviews[0]?.because).toBe(
      'Approvals wait until Tuesday. By the rule quiet-monday.',
    );
    const no = barred.decide(asks({ role: 'prod-admin', reviews: [says('deniz', 'deny')] }));
    expect(no).toMatchObject({ verdict: 'deny', because: ['deniz@curfew.example said no.'] });
  });

  test.each([
    ['somebody without a seat', says('ben', 'deny')],
    ['somebody who has left', says('left', 'deny')],
    ['the requester', says('ADA@curfew.example', 'deny')],
    ['a stranger', says('eve', 'deny')],
  ])('of %s is nothing', (_, vote) => {
    const people = [...COMPANY, someone('ben', ['engineers'])];
    expect(policy.decide(asks({ people, reviews: [vote] })).verdict).toBe('ask');
  });

  test('needs somebody who is asked at all', () => {
    const decision = policy.decide(
      asks({ role: 'dev-readonly', reviews: [says('carla', 'deny')] }),
    );
    expect(decision.verdict).toBe('grant');
    expect(decision.countedReviews).toEqual([
      { by: 'carla', counted: false, because: 'Nobody is asked about dev-readonly.' },
    ]);
  });
});

describe('asked again before a mint', () => {
  const votes = [says('carla', 'approve', 9), says('deniz', 'approve', 8)];

  test('what was approved stays so, with the same end', () => {
    expect(policy.mayMint(asks({ reviews: votes }))).toEqual(
      policy.decide(asks({ reviews: votes })),
    );
  });

  test('what waits is a no, and nobody is asked', () => {
    const decision = policy.mayMint(asks({ reviews: votes.slice(0, 1) }));
    expect(decision).toMatchObject({ verdict: 'deny', approvers: [] });
    expect(decision.because[0]).toMatch(/not approved/);
  });

  test.each([
    [
      'an approver who has left since',
      COMPANY.map((one) => (one.id === 'deniz' ? { ...one, active: false } : one)),
    ],
    [
      'a requester who has left since',
      COMPANY.map((one) => (one.id === 'ada' ? { ...one, active: false } : one)),
    ],
    [
      'a requester who changed teams since',
      COMPANY.map((one) => (one.id === 'ada' ? { ...one, groups: [] } : one)),
    ],
  ])('%s makes it a no', (_, people) => {
    expect(policy.mayMint(asks({ people, reviews: votes })).verdict).toBe('deny');
  });

  test('a forbid that came since makes it a no, with its advice', () => {
    const frozen = examplePlus(
      `@id("freeze") @advice("The freeze ends on Friday.")
       forbid (principal, action == Curfew::Action::"Grant", resource)
       when { resource.env == Curfew::Env::"prod" };`,
    );
    expect(frozen.mayMint(asks({ reviews: votes }))).toMatchObject({
      verdict: 'deny',
      because: ['The freeze ends on Friday.'],
      policies: ['freeze'],
    });
    expect(frozen.decide(asks({ reviews: votes })).verdict).toBe('deny');
    expect(frozen.decide(asks()).verdict).toBe('ask');
  });

  test('where nobody was asked it names no end: that window began earlier', () => {
    const question = asks({ role: 'dev-readonly', at: NOON });
    expect(policy.decide(question).expiresAt).toBe('2026-01-05T13:00:00.000Z');
    const minting = policy.mayMint(question);
    expect(minting.verdict).toBe('grant');
    expect(minting).not.toHaveProperty('expiresAt');
  });
});

test('a thousand rules about other roles change nothing, and the one that speaks is found among them', () => {
  const others = Array.from(
    { length: 1000 },
    (_, index) =>
      `@id("other-${index}") @advice("Not that.") ${index % 2 === 0 ? 'permit' : 'forbid'} (principal in Curfew::Group::"engineers",
        action in [Curfew::Action::"Request", Curfew::Action::"Approve"], resource == Curfew::Role::"prod-readonly")
        when { context.durationMinutes > ${index} };`,
  );
  const [alone, many] = [policyOf(exampleFiles()), examplePlus(others.join('\n'))];
  for (const change of [
    {},
    { reviews: [says('carla', 'approve'), says('deniz', 'approve')] },
    { requester: 'carla' },
    { role: 'dev-readonly' },
  ])
    expect(many.decide(asks(change))).toEqual(alone.decide(asks(change)));
  expect(many.decide(asks({ role: 'prod-readonly', durationMinutes: 2 }))).toMatchObject({
    verdict: 'deny',
    policies: ['other-1'],
  });
}, 60_000);
