import { describe, expect, test } from '@jest/globals';
import type { Question } from '../../access/decision';
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

/** What goes wrong elsewhere (and what must not here): question, verdict, whose votes count, a part of why. */
const failures: [string, Partial<Question>, string, string[], RegExp][] = [
  [
    'self-approval by the case of an address',
    {
      requester: 'both@curfew.example',
      people: [
        ...COMPANY.filter(({ id }) => id !== 'both'),
        someone('both', ['engineers', 'payments-owners']),
      ],
      reviews: [says('BOTH@CURFEW.EXAMPLE', 'approve'), says('both', 'approve')],
    },
    'ask',
    [],
    /nobody decides on their own request/,
  ],
  [
    'self-approval through a second directory entry with the same address',
    {
      people: [
        ...COMPANY,
        someone('ada-2', ['payments-owners'], { emails: ['ADA@curfew.example'] }),
      ],
      reviews: [says('ada-2', 'approve')],
    },
    'ask',
    [],
    /nobody decides on their own request/,
  ],
  [
    'one person in two groups is not two people',
    { reviews: [says('both', 'approve', 9), says('both', 'approve', 8)] },
    'ask',
    ['both'],
    /counts once/,
  ],
  [
    'one person under an id and an address is not two people',
    { reviews: [says('both', 'approve', 9), says('Both@curfew.example', 'approve', 8)] },
    'ask',
    ['both'],
    /counts once/,
  ],
  [
    'two directory entries of one person are not two people',
    {
      people: [
        ...COMPANY,
        someone('d1', ['payments-owners'], { emails: ['dual@curfew.example'] }),
        someone('d2', ['security'], { emails: ['Dual@curfew.example'] }),
      ],
      reviews: [says('d1', 'approve', 9), says('d2', 'approve', 8)],
    },
    'ask',
    ['d1'],
    /counts once/,
  ],
  [
    'a member of both groups moves over for whoever can only sit in one',
    { reviews: [says('both', 'approve', 9), says('carla', 'approve', 8)] },
    'grant',
    ['both', 'carla'],
    /carla@curfew.example approved/,
  ],
  [
    'and the other way',
    { reviews: [says('both', 'approve', 9), says('deniz', 'approve', 8)] },
    'grant',
    ['both', 'deniz'],
    /deniz@curfew.example approved/,
  ],
  [
    'more approvals than needed are not too many',
    {
      reviews: ['carla', 'chris', 'deniz', 'dora'].map((by, index) =>
        says(by, 'approve', 9 - index),
      ),
    },
    'grant',
    ['carla', 'deniz'],
    /already approved/,
  ],
  [
    'an administrator without a seat approves nothing',
    {
      people: [...COMPANY, someone('root', ['administrators'])],
      reviews: [says('root', 'approve'), says('deniz', 'approve')],
    },
    'ask',
    ['deniz'],
    /root@curfew.example is not in payments-owners or security/,
  ],
  [
    'a denial outweighs every approval before it',
    { reviews: [says('carla', 'approve', 9), says('deniz', 'deny', 8)] },
    'deny',
    ['carla', 'deniz'],
    /deniz@curfew.example said no/,
  ],
  [
    'an approval does not take back a denial',
    {
      reviews: [says('deniz', 'deny', 9), says('deniz', 'approve', 8), says('carla', 'approve', 7)],
    },
    'deny',
    ['deniz'],
    /had already denied/,
  ],
  [
    'who approved may still deny while it is open',
    {
      reviews: [says('carla', 'approve', 9), says('carla', 'deny', 8), says('deniz', 'approve', 7)],
    },
    'deny',
    ['carla', 'carla'],
    /said no/,
  ],
  [
    'at the same instant the denial comes first',
    { reviews: [says('carla', 'approve'), says('deniz', 'approve'), says('dora', 'deny')] },
    'deny',
    ['dora'],
    /said no/,
  ],
  [
    'after the decision a denial is no denial (but a revoke, elsewhere)',
    {
      reviews: [says('carla', 'approve', 9), says('deniz', 'approve', 8), says('dora', 'deny', 7)],
    },
    'grant',
    ['carla', 'deniz'],
    /already approved/,
  ],
  [
    'who has left does not count',
    { reviews: [says('left', 'approve'), says('carla', 'approve')] },
    'ask',
    ['carla'],
    /not active/,
  ],
  [
    'who has lost the right before the decision does not count',
    {
      people: COMPANY.map((one) => (one.id === 'deniz' ? someone('deniz', []) : one)),
      reviews: [says('deniz', 'approve', 9), says('carla', 'approve', 8)],
    },
    'ask',
    ['carla'],
    /deniz@curfew.example is not in/,
  ],
  [
    'a vote from the future has not happened',
    { reviews: [says('carla', 'approve'), says('deniz', 'approve', -1)] },
    'ask',
    ['carla'],
    /after this decision/,
  ],
  [
    'a vote at this very moment has',
    { reviews: [says('carla', 'approve'), says('deniz', 'approve', 0)] },
    'grant',
    ['carla', 'deniz'],
    /approved/,
  ],
  [
    'a stranger does not count',
    { reviews: [says('nobody@curfew.example', 'approve'), says('carla', 'approve')] },
    'ask',
    ['carla'],
    /Nobody known here has the id or address “nobody@curfew.example”/,
  ],
  [
    'an address that stands for two people counts for neither',
    {
      people: [
        ...COMPANY,
        someone('x1', ['security'], { emails: ['team@curfew.example'] }),
        someone('x2', ['security'], { emails: ['TEAM@curfew.example'] }),
      ],
      reviews: [says('team@curfew.example', 'approve')],
    },
    'ask',
    [],
    /several people/,
  ],
  [
    'an id that is somebody else’s address counts for neither',
    {
      people: [...COMPANY, someone('y', ['security'], { emails: ['deniz'] })],
      reviews: [says('deniz', 'approve')],
    },
    'ask',
    [],
    /several people/,
  ],
  [
    'contradicting facts about one person count for nothing',
    {
      people: [...COMPANY, someone('carla', ['payments-owners', 'security'])],
      reviews: [says('carla', 'approve')],
    },
    'ask',
    [],
    /several people/,
  ],
  [
    'not even under an address that only one of the two has',
    {
      people: [...COMPANY, someone('carla', [], { emails: ['c@curfew.example'], active: false })],
      reviews: [says('carla@curfew.example', 'approve')],
    },
    'ask',
    [],
    /several people/,
  ],
  [
    'a person who is listed twice in the same way is one person',
    {
      people: [...COMPANY, ...COMPANY],
      reviews: [says('carla', 'approve', 9), says('carla', 'approve', 8)],
    },
    'ask',
    ['carla'],
    /counts once/,
  ],
  [
    'ids are exact, only addresses are not',
    { reviews: [says('CARLA', 'approve')] },
    'ask',
    [],
    /Nobody known here/,
  ],
];

describe('approvals', () => {
  test.each(failures)('%s', (_, change, verdict, counted, why) => {
    const decision = policy.decide(asks(change));
    expect(decision.verdict).toBe(verdict);
    expect(countedIn(decision)).toEqual(counted);
    expect(decision.countedReviews.map(({ because }) => because).join('\n')).toMatch(why);
  });

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
    expect(yes.countedReviews[0]?.because).toBe('Approvals wait until Tuesday.');
    const no = barred.decide(asks({ role: 'prod-admin', reviews: [says('deniz', 'deny')] }));
    expect(no).toMatchObject({ verdict: 'deny', because: ['deniz@curfew.example said no.'] });
  });

  test.each([
    ['somebody without a seat', says('ben', 'deny')],
    ['somebody who has left', says('left', 'deny')],
    ['the requester', says('ADA@curfew.example', 'deny')],
    ['a stranger', says('eve', 'deny')],
    ['the future', says('carla', 'deny', -1)],
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
  });

  test('a rule that bars those who could says so', () => {
    const frozen = examplePlus(
      `@id("no-monday") @advice("Approvals wait until Tuesday.")
       forbid (principal, action == Curfew::Action::"Approve", resource is Curfew::Role)
       when { context.weekday == "Monday" };`,
    );
    const decision = frozen.decide(asks());
    expect(decision.because[0]).toMatch(/^Nobody may approve this/);
    expect(decision.because).toContain('Approvals wait until Tuesday.');
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
