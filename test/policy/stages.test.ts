import { describe, expect, test } from '@jest/globals';
import type { Question } from '../../access/decision';
import { asks, COMPANY, countedIn, policyOf, routeFiles, says } from '../support/policy-bundle';

const OWNERS_THEN_SECURITY =
  "stages: [{ seats: [{ from: owners }] }, { seats: [{ from: 'group:security' }] }]";
const policy = policyOf(routeFiles(OWNERS_THEN_SECURITY));

describe('a route in stages', () => {
  test('asks the first stage only, and says where it is', () => {
    expect(policy.decide(asks())).toMatchObject({
      verdict: 'ask',
      because: [
        '2 approvals are needed, 0 given: first 1 of payments-owners, then 1 of security, 2 different people, not the requester.',
        'It is at stage 1 of 2: 1 of payments-owners.',
      ],
      approvers: ['carla', 'chris', 'both'],
      needed: 2,
      stage: { at: 1, of: 2, rule: '1 of payments-owners' },
    });
  });

  test('asks the second when the first is full', () => {
    const decision = policy.decide(asks({ reviews: [says('carla', 'approve')] }));
    expect(decision).toMatchObject({
      verdict: 'ask',
      approvers: ['deniz', 'dora', 'both'],
      needed: 2,
      stage: { at: 2, of: 2, rule: '1 of security' },
    });
  });

  const rows: [string, NonNullable<Question['reviews']>, string, string[], RegExp][] = [
    [
      'one after the other',
      [says('carla', 'approve', 9), says('deniz', 'approve', 8)],
      'grant',
      ['carla', 'deniz'],
      /deniz@curfew.example approved/,
    ],
    [
      'a vote for a later stage comes too early',
      [says('deniz', 'approve', 9), says('carla', 'approve', 8)],
      'ask',
      ['carla'],
      /asked later: this is stage 1 of 2, 1 of payments-owners\. Approve again when that is full/,
    ],
    [
      'said again in time it counts',
      [says('deniz', 'approve', 9), says('carla', 'approve', 8), says('deniz', 'approve', 7)],
      'grant',
      ['carla', 'deniz'],
      /approved/,
    ],
    [
      'one person sits in one stage',
      [says('both', 'approve', 9), says('both', 'approve', 8)],
      'ask',
      ['both'],
      /counts once/,
    ],
    [
      'nobody moves to a later stage for somebody else',
      [says('both', 'approve', 9), says('carla', 'approve', 8)],
      'ask',
      ['both'],
      /Every seat that carla@curfew.example could fill is taken/,
    ],
    [
      'whoever is asked later may say no at once',
      [says('deniz', 'deny', 9), says('carla', 'approve', 8)],
      'deny',
      ['deniz'],
      /deniz@curfew.example said no|had already denied it/,
    ],
    [
      'whoever was asked first may still say no later',
      [says('carla', 'approve', 9), says('chris', 'deny', 8), says('deniz', 'approve', 7)],
      'deny',
      ['carla', 'chris'],
      /chris@curfew.example said no/,
    ],
    [
      'a no of somebody without a seat is none',
      [says('ada', 'deny', 9), says('left', 'deny', 8), says('nobody', 'deny', 7)],
      'ask',
      [],
      /nobody decides on their own request/,
    ],
  ];
  test.each(rows)('%s', (_, reviews, verdict, counted, because) => {
    const decision = policy.decide(asks({ reviews }));
    expect([decision.verdict, countedIn(decision)]).toEqual([verdict, counted]);
    expect(decision.countedReviews.map((review) => review.because).join('\n')).toMatch(because);
  });

  test('the clock starts at the last approval of the last stage', () => {
    const reviews = [says('deniz', 'approve', 7), says('carla', 'approve', 9)];
    expect(policy.decide(asks({ reviews })).expiresAt).toBe('2026-01-05T12:53:00.000Z');
  });

  test('without anybody for the later stage it is refused at once', () => {
    const people = COMPANY.filter(({ groups }) => !groups.includes('security'));
    expect(policy.decide(asks({ people }))).toMatchObject({
      verdict: 'deny',
      because: [expect.stringMatching(/only 1 of the 2 seats can be filled/), expect.any(String)],
    });
  });

  test('the only one for the later stage is not asked in the first', () => {
    const people = COMPANY.filter(({ id }) => ['ada', 'carla', 'both'].includes(id));
    expect(policy.decide(asks({ people })).approvers).toEqual(['carla']);
    const reviews = [says('carla', 'approve', 9), says('both', 'approve', 8)];
    expect(policy.decide(asks({ people, reviews })).verdict).toBe('grant');
    const usedUp = policy.decide(asks({ people, reviews: [says('both', 'approve')] }));
    expect(usedUp).toMatchObject({
      verdict: 'deny',
      because: [expect.stringMatching(/only 1 of the 2 seats/), expect.any(String)],
    });
  });

  test('who else could approve does not change what was counted', () => {
    const reviews = [says('both', 'approve', 9), says('carla', 'approve', 8)];
    for (const people of [COMPANY, COMPANY.filter(({ id }) => id !== 'deniz' && id !== 'dora')])
      expect(countedIn(policy.decide(asks({ people: [...people], reviews })))).toEqual(['both']);
  });

  test('of a stage with two seats both must be filled', () => {
    const three = policyOf(
      routeFiles(
        "stages: [{ seats: [{ from: owners }, { from: 'group:security' }] }, { seats: [{ from: owners }] }]",
      ),
    );
    const reviews = [says('deniz', 'approve', 9)];
    expect(three.decide(asks({ reviews }))).toMatchObject({
      stage: { at: 1, of: 2, rule: '1 of payments-owners and 1 of security' },
      approvers: ['carla', 'chris', 'both'],
      needed: 3,
    });
    const more = [...reviews, says('carla', 'approve', 8)];
    expect(three.decide(asks({ reviews: more }))).toMatchObject({
      stage: { at: 2, of: 2, rule: '1 of payments-owners' },
      approvers: ['chris', 'both'],
    });
    const all = [...more, says('chris', 'approve', 7)];
    expect(three.decide(asks({ reviews: all })).verdict).toBe('grant');
  });

  test('one stage is a route with seats', () => {
    const one = policyOf(routeFiles('stages: [{ seats: [{ from: owners }] }]'));
    const decision = one.decide(asks());
    expect(decision).toMatchObject({ verdict: 'ask', needed: 1 });
    expect(decision.stage).toBeUndefined();
  });
});

test('a route of seats names no stage', () => {
  const plain = policyOf(routeFiles('seats: [{ from: owners }]'));
  expect(plain.decide(asks())).not.toHaveProperty('stage');
  expect(plain.decide(asks())).not.toHaveProperty('rule');
});
