import { describe, expect, test } from '@jest/globals';
import type { Delegation, PersonFacts, Question } from '../../access/decision';
import {
  asks,
  COMPANY,
  countedIn,
  exampleFiles,
  policyOf,
  routeFiles,
  says,
  someone,
} from '../support/policy-bundle';

const policy = policyOf(exampleFiles());

const FRIDAY = '2026-01-09T17:00:00.000Z';
/** From the Monday's morning on until Friday. */
const away = (by: string, to: string, change: Partial<Delegation> = {}): Delegation => ({
  by,
  to,
  from: '2026-01-05T08:00:00.000Z',
  until: FRIDAY,
  ...change,
});

const without = (...ids: string[]): PersonFacts[] => COMPANY.filter(({ id }) => !ids.includes(id));

const says9 = (by: string) => says(by, 'approve', 9);
const says8 = (by: string) => says(by, 'approve', 8);

describe('somebody answers for whoever is away', () => {
  test('and fills their seat: carla owns, and sits for deniz of security', () => {
    const decision = policy.decide(
      asks({ delegations: [away('deniz', 'carla')], reviews: [says9('chris'), says8('carla')] }),
    );
    expect(decision).toMatchObject({
      verdict: 'grant',
      because: [
        'Approved by chris@curfew.example and carla@curfew.example for deniz@curfew.example.',
      ],
      countedReviews: [
        { by: 'chris', counted: true },
        {
          by: 'carla',
          counted: true,
          because: 'carla@curfew.example approved, for deniz@curfew.example, who is away.',
          for: { id: 'deniz', until: FRIDAY },
        },
      ],
    });
    expect(decision.countedReviews[0]).not.toHaveProperty('for');
    expect(decision.policies).toEqual(
      expect.arrayContaining(['owners-approve', 'security-approves-production']),
    );
  });

  test('but sits in their own seat while that is free', () => {
    const delegations = [away('deniz', 'carla')];
    const { countedReviews } = policy.decide(asks({ delegations, reviews: [says9('carla')] }));
    expect(countedReviews).toEqual([
      { by: 'carla', counted: true, because: 'carla@curfew.example approved.' },
    ]);
  });

  test('and a no that was said while it was so stays one', () => {
    const deputy = someone('sam', ['sre-oncall']);
    const decision = policy.decide(
      asks({
        people: [...COMPANY, deputy],
        delegations: [away('deniz', 'sam', { until: '2026-01-05T11:55:00.000Z' })],
        reviews: [says('sam', 'deny')],
      }),
    );
    expect([decision.verdict, countedIn(decision)]).toEqual(['deny', ['sam']]);
  });

  test('is among those who could approve, as long as it is so', () => {
    const reviews = [says9('chris')];
    const approvers = (delegations: Delegation[]) =>
      policy.decide(asks({ delegations, reviews })).approvers;
    expect(approvers([])).toEqual(['deniz', 'dora', 'both']);
    expect(approvers([away('deniz', 'carla')])).toEqual(['carla', 'deniz', 'dora', 'both']);
    expect(approvers([away('deniz', 'carla', { until: asks().at })])).not.toContain('carla');
    expect(approvers([away('deniz', 'carla', { from: asks().at })])).toContain('carla');
    expect(approvers([away('deniz', 'carla', { from: '2026-01-05T12:00:00.001Z' })])).not.toContain(
      'carla',
    );
  });

  /** What is said, what comes of it, whose votes count, and a part of why. */
  const rows: [string, Partial<Question>, string, string[], RegExp][] = [
    [
      'one’s own seat comes first, and nobody sits twice',
      { delegations: [away('deniz', 'carla')], reviews: [says9('carla'), says8('carla')] },
      'ask',
      ['carla'],
      /counts once/,
    ],
    [
      'whoever sits moves to the absent one’s seat when that lets one more sit',
      { delegations: [away('deniz', 'carla')], reviews: [says9('carla'), says8('chris')] },
      'grant',
      ['carla', 'chris'],
      /carla@curfew.example approved, for deniz/,
    ],
    [
      'the absent one who votes all the same leaves no seat to be filled for them',
      {
        people: without('both'),
        delegations: [away('deniz', 'carla')],
        reviews: [says9('deniz'), says8('chris'), says('carla', 'approve', 7)],
      },
      'grant',
      ['deniz', 'chris'],
      /It was already approved/,
    ],
    [
      'somebody who sat for another makes room when they come themselves',
      { delegations: [away('deniz', 'carla')], reviews: [says9('carla'), says8('deniz')] },
      'grant',
      ['carla', 'deniz'],
      /carla@curfew.example approved\./,
    ],
    [
      'two who answer for one are one',
      {
        people: [...without('both', 'dora'), someone('sam', ['sre-oncall'])],
        delegations: [away('deniz', 'carla'), away('deniz', 'chris')],
        reviews: [says9('carla'), says8('chris'), says('deniz', 'approve', 7)],
      },
      'grant',
      ['carla', 'chris'],
      /for deniz/,
    ],
    [
      'a statement that has ended gives nothing',
      {
        delegations: [away('deniz', 'carla', { until: says8('carla').at })],
        reviews: [says9('chris'), says8('carla')],
      },
      'ask',
      ['chris'],
      /Every seat that carla@curfew.example could fill is taken/,
    ],
    [
      'one that begins later gives nothing yet',
      {
        delegations: [away('deniz', 'carla', { from: '2026-01-05T11:52:00.001Z' })],
        reviews: [says9('chris'), says8('carla')],
      },
      'ask',
      ['chris'],
      /Every seat/,
    ],
    [
      'what was said while it was so counts afterwards',
      {
        delegations: [away('deniz', 'carla', { until: '2026-01-05T11:55:00.000Z' })],
        reviews: [says9('chris'), says8('carla')],
      },
      'grant',
      ['chris', 'carla'],
      /for deniz/,
    ],
    [
      'never for the requester',
      {
        requester: 'eva',
        people: [...COMPANY, someone('eva', ['engineers', 'security'])],
        delegations: [away('eva', 'carla')],
        reviews: [says9('chris'), says8('carla')],
      },
      'ask',
      ['chris'],
      /Every seat/,
    ],
    [
      'never by the requester',
      { delegations: [away('deniz', 'ada')], reviews: [says9('chris'), says8('ada')] },
      'ask',
      ['chris'],
      /nobody decides on their own request/,
    ],
    [
      'nor by another account of theirs',
      {
        people: [
          ...COMPANY,
          someone('ada-2', ['payments-owners'], { emails: ['ADA@curfew.example'] }),
        ],
        delegations: [away('deniz', 'ada-2')],
        reviews: [says9('chris'), says8('ada-2')],
      },
      'ask',
      ['chris'],
      /nobody decides on their own request/,
    ],
    [
      'nobody answers for themselves under another account',
      {
        people: [
          ...COMPANY,
          someone('deniz-2', ['payments-owners'], { emails: ['deniz@curfew.example'] }),
        ],
        delegations: [away('deniz', 'deniz-2')],
        reviews: [says9('chris'), says8('deniz-2')],
      },
      'ask',
      ['chris'],
      /Every seat that deniz@curfew.example could fill is taken/,
    ],
    [
      'to oneself it changes nothing',
      { delegations: [away('deniz', 'deniz')], reviews: [says9('deniz'), says8('deniz')] },
      'ask',
      ['deniz'],
      /counts once/,
    ],
    [
      'it is not handed on',
      {
        delegations: [away('deniz', 'carla'), away('carla', 'chris')],
        reviews: [says9('both'), says8('chris')],
        people: without('dora'),
      },
      'grant',
      ['both', 'chris'],
      /both@curfew.example approved\./,
    ],
    [
      'not in a circle either',
      {
        people: without('both', 'dora', 'chris'),
        delegations: [away('deniz', 'carla'), away('carla', 'deniz')],
        reviews: [says9('carla'), says8('carla'), says('carla', 'approve', 7)],
      },
      'ask',
      ['carla'],
      /counts once/,
    ],
    [
      'in a circle each sits once',
      {
        people: without('both', 'dora', 'chris'),
        delegations: [away('deniz', 'carla'), away('carla', 'deniz')],
        reviews: [says9('carla'), says8('deniz')],
      },
      'grant',
      ['carla', 'deniz'],
      /approved/,
    ],
    [
      'whom no rule lets approve is nobody’s deputy',
      {
        people: [...COMPANY, someone('sam', ['sre-oncall'])],
        delegations: [away('deniz', 'sam')],
        reviews: [says9('chris'), says8('sam')],
      },
      'ask',
      ['chris'],
      /No rule lets sam@curfew.example approve prod-admin/,
    ],
    [
      'somebody who has left answers for nobody',
      {
        people: [...COMPANY, someone('gone', ['payments-owners'], { active: false })],
        delegations: [away('deniz', 'gone')],
        reviews: [says9('chris'), says8('gone')],
      },
      'ask',
      ['chris'],
      /is not active/,
    ],
    [
      'nobody answers for somebody who has left',
      { delegations: [away('left', 'carla')], reviews: [says9('chris'), says8('carla')] },
      'ask',
      ['chris'],
      /Every seat/,
    ],
    [
      'nor for somebody without a seat',
      {
        delegations: [away('ada', 'carla'), away('stranger', 'carla')],
        reviews: [says9('chris'), says8('carla')],
      },
      'ask',
      ['chris'],
      /Every seat/,
    ],
    [
      'whoever answers may say no, too',
      {
        people: [...COMPANY, someone('sam', ['sre-oncall'])],
        delegations: [away('deniz', 'sam')],
        reviews: [says('sam', 'deny')],
      },
      'deny',
      ['sam'],
      /sam@curfew.example said no/,
    ],
    [
      'a no counts for nothing when it is for the requester',
      {
        people: [...COMPANY, someone('sam', ['sre-oncall'])],
        delegations: [away('ada', 'sam')],
        reviews: [says('sam', 'deny')],
      },
      'ask',
      [],
      /sam@curfew.example is not in payments-owners or security/,
    ],
    [
      'people may be named by address',
      {
        delegations: [away('DENIZ@curfew.example', 'Carla@Curfew.example')],
        reviews: [says9('chris'), says8('carla')],
      },
      'grant',
      ['chris', 'carla'],
      /for deniz/,
    ],
  ];
  test.each(rows)('%s', (_, change, verdict, counted, because) => {
    const decision = policy.decide(asks(change));
    expect([decision.verdict, countedIn(decision)]).toEqual([verdict, counted]);
    expect(decision.countedReviews.map((review) => review.because).join('\n')).toMatch(because);
  });

  test('of statements that overlap the one that goes on longest is shown', () => {
    const delegations = [
      away('deniz', 'carla', { until: '2026-01-06T00:00:00.000Z' }),
      away('deniz', 'carla'),
      away('deniz', 'carla', { until: '2026-01-07T00:00:00.000Z' }),
    ];
    const reviews = [says9('chris'), says8('carla')];
    expect(policy.decide(asks({ delegations, reviews })).countedReviews[1]?.for).toEqual({
      id: 'deniz',
      until: FRIDAY,
    });
  });
});

/** Somebody in no group that decides, who answers for others. */
const sam = someone('sam', ['sre-oncall']);

describe('whoever has no seat of their own says no for nobody', () => {
  test.each<[string, Partial<Question>]>([
    ['who has left', { people: [...COMPANY, sam], delegations: [away('left', 'sam')] }],
    [
      'who asks',
      {
        requester: 'eva',
        people: [...COMPANY, sam, someone('eva', ['engineers', 'security'])],
        delegations: [away('eva', 'sam')],
      },
    ],
    [
      'who is themselves under another account',
      {
        people: [...COMPANY, someone('sam', [], { emails: ['deniz@curfew.example'] })],
        delegations: [away('deniz', 'sam')],
      },
    ],
  ])('%s', (_, change) => {
    const decision = policy.decide(asks({ ...change, reviews: [says('sam', 'deny')] }));
    expect([decision.verdict, countedIn(decision)]).toEqual(['ask', []]);
  });
});

describe('of two seats for one group', () => {
  const two = policyOf(
    routeFiles("seats: [{ from: 'group:security' }, { from: 'group:security' }]"),
  );
  const counted = (change: Partial<Question>) => {
    const decision = two.decide(asks(change));
    return [decision.verdict, countedIn(decision)];
  };

  test('somebody and who answers for them fill one, whoever comes first', () => {
    const delegations = [away('deniz', 'carla')];
    expect(counted({ delegations, reviews: [says9('deniz'), says8('carla')] })).toEqual([
      'ask',
      ['deniz'],
    ]);
    expect(counted({ delegations, reviews: [says9('carla'), says8('deniz')] })).toEqual([
      'ask',
      ['carla'],
    ]);
  });

  test('two who answer for one fill one', () => {
    const delegations = [away('deniz', 'carla'), away('deniz', 'chris')];
    expect(counted({ delegations, reviews: [says9('carla'), says8('chris')] })).toEqual([
      'ask',
      ['carla'],
    ]);
  });

  test('two who answer for two fill both, whichever way round', () => {
    const delegations = [away('deniz', 'carla'), away('deniz', 'chris'), away('dora', 'carla')];
    expect(counted({ delegations, reviews: [says9('carla'), says8('chris')] })).toEqual([
      'grant',
      ['carla', 'chris'],
    ]);
  });

  test('somebody for whom another sits is nobody else who could', () => {
    const people = without('dora', 'both');
    const delegations = [away('deniz', 'carla')];
    expect(counted({ people, delegations, reviews: [says9('carla')] })).toEqual([
      'deny',
      ['carla'],
    ]);
  });
});

describe('a seat that a rule closes to the absent one', () => {
  const onlyDora = policyOf(
    routeFiles(
      "seats: [{ from: owners }, { from: 'group:security' }]",
      `@id("not-deniz") @advice("Not deniz today.") forbid (principal == Curfew::User::"deniz", action == Curfew::Action::"Approve", resource);
       @id("sam-may") permit (principal == Curfew::User::"sam", action == Curfew::Action::"Approve", resource);`,
    ),
  );
  const withSam = { people: [...COMPANY, sam] };

  test('is closed to whoever answers for them', () => {
    const question = asks({
      ...withSam,
      delegations: [away('deniz', 'sam')],
      reviews: [says9('chris'), says8('sam')],
    });
    expect(onlyDora.decide(question).countedReviews[1]).toEqual({
      by: 'sam',
      counted: false,
      because: 'Not deniz today. By the rule not-deniz.',
    });
  });

  test('another one’s is open all the same', () => {
    const question = asks({
      ...withSam,
      delegations: [away('deniz', 'sam'), away('dora', 'sam')],
      reviews: [says9('chris'), says8('sam')],
    });
    expect(onlyDora.decide(question)).toMatchObject({
      verdict: 'grant',
      countedReviews: [{}, { for: { id: 'dora' } }],
    });
  });
});

test('in stages, whoever answers for another is asked when that stage is', () => {
  const staged = policyOf(
    routeFiles("stages: [{ seats: [{ from: 'group:security' }] }, { seats: [{ from: owners }] }]"),
  );
  const delegations = [away('deniz', 'carla')];
  expect(staged.decide(asks({ delegations })).approvers).toEqual([
    'carla',
    'deniz',
    'dora',
    'both',
  ]);
  const first = [says9('carla')];
  const decision = staged.decide(asks({ delegations, reviews: first }));
  expect(decision).toMatchObject({
    verdict: 'ask',
    stage: { at: 2 },
    approvers: ['chris', 'both'],
  });
  expect(decision.countedReviews[0]?.for?.id).toBe('deniz');
});

test('who answers for others adds nobody to those who must be found', () => {
  const twoOfSecurity = policyOf(
    routeFiles("seats: [{ from: 'group:security' }, { from: 'group:security' }]"),
  );
  const question = asks({ people: without('dora', 'both'), delegations: [away('deniz', 'carla')] });
  expect(twoOfSecurity.decide(question)).toMatchObject({
    verdict: 'deny',
    because: [expect.stringMatching(/only 1 of the 2 seats/), expect.any(String)],
  });
});

test('an approval for somebody may be for less', () => {
  const less = { ...says8('carla'), durationMinutes: 30 };
  const question = asks({ delegations: [away('deniz', 'carla')], reviews: [says9('chris'), less] });
  expect(policy.decide(question)).toMatchObject({
    verdict: 'grant',
    durationMinutes: 30,
    countedReviews: [
      {},
      {
        because: 'carla@curfew.example approved for 30 min, for deniz@curfew.example, who is away.',
      },
    ],
  });
});

test('a mint counts who answered when it was said, and not who is deactivated since', () => {
  const reviews = [says9('chris'), says8('carla')];
  const later = { at: '2026-01-05T12:40:00.000Z', reviews };
  const delegations = [away('deniz', 'carla', { until: '2026-01-05T12:10:00.000Z' })];
  expect(policy.mayMint(asks({ ...later, delegations })).verdict).toBe('grant');
  expect(policy.mayMint(asks({ ...later, delegations: [] })).verdict).toBe('deny');
  const people = COMPANY.map((one) => (one.id === 'deniz' ? { ...one, active: false } : one));
  expect(policy.mayMint(asks({ ...later, delegations, people })).verdict).toBe('deny');
});
