import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Question, Vote } from '../../access/decision';
import {
  asks,
  countedIn,
  exampleFiles,
  examplePlus,
  policyOf,
  says,
} from '../support/policy-bundle';

const policy = policyOf(exampleFiles());

const endOf = (vote: Vote | undefined, minutes: number): string =>
  new Date(Date.parse(vote?.at ?? '') + minutes * 60_000).toISOString();

const carla = says('carla', 'approve', 9);
const deniz = says('deniz', 'approve', 5);
const forLess = (vote: Vote, durationMinutes: number): Vote => ({ ...vote, durationMinutes });

/** What was said of 60 minutes of prod-admin, whose votes count, and how long the window is. */
const rows: [string, Vote[], string[], number][] = [
  [
    'the first is for less: the second covers it',
    [forLess(carla, 20), deniz],
    ['carla', 'deniz'],
    20,
  ],
  ['the second is for less', [carla, forLess(deniz, 20)], ['carla', 'deniz'], 20],
  [
    'both are for less: the least',
    [forLess(carla, 30), forLess(deniz, 20)],
    ['carla', 'deniz'],
    20,
  ],
  [
    'one cannot take back the other’s',
    [forLess(carla, 20), forLess(deniz, 40)],
    ['carla', 'deniz'],
    20,
  ],
  ['a few minutes', [forLess(carla, 6), deniz], ['carla', 'deniz'], 6],
  ['as long as asked is not less', [forLess(carla, 60), deniz], ['carla', 'deniz'], 60],
  ['more than asked gives no more', [forLess(carla, 600), deniz], ['carla', 'deniz'], 60],
  [
    'the least of somebody who does not count is none',
    [forLess(says('ada', 'approve', 10), 5), carla, deniz],
    ['carla', 'deniz'],
    60,
  ],
  [
    'approving again for less changes nothing',
    [carla, forLess(says('carla', 'approve', 8), 5), deniz],
    ['carla', 'deniz'],
    60,
  ],
  [
    'nor for more',
    [forLess(carla, 20), says('carla', 'approve', 8), deniz],
    ['carla', 'deniz'],
    20,
  ],
  [
    'what comes after the decision shortens nothing',
    [carla, deniz, forLess(says('chris', 'approve', 2), 5)],
    ['carla', 'deniz'],
    60,
  ],
];

test.each(rows)('approved for less: %s', (_what, reviews, counted, minutes) => {
  const decision = policy.decide(asks({ reviews }));
  expect(decision.verdict).toBe('grant');
  expect(countedIn(decision)).toEqual(counted);
  expect(decision.expiresAt).toBe(endOf(deniz, minutes));
  expect(decision.durationMinutes).toBe(minutes < 60 ? minutes : undefined);
  expect(policy.mayMint(asks({ reviews })).expiresAt).toBe(decision.expiresAt);
});

test.each([0, -5, 0.5, Number.NaN])('an approval for %p minutes is none', (minutes) => {
  const decision = policy.decide(asks({ reviews: [forLess(carla, minutes), deniz] }));
  expect([decision.verdict, countedIn(decision)]).toEqual(['ask', ['deniz']]);
});

test('how much is left of it is said while others are still asked', () => {
  const { verdict, because, durationMinutes } = policy.decide(
    asks({ reviews: [forLess(carla, 20)] }),
  );
  expect([verdict, durationMinutes]).toEqual(['ask', 20]);
  expect(because.join()).toContain('1 given for 20 min of the 1 h asked');
});

test('a window that was over before the mint is over, though more was asked', () => {
  const reviews = [forLess(carla, 5), deniz];
  expect(policy.mayMint(asks({ reviews })).verdict).toBe('deny');
});

describe('the rules are asked about what is given', () => {
  const most = (action: string, minutes: number) =>
    examplePlus(
      `@id("most") @advice("At most ${minutes} min.") forbid (principal, action == Curfew::Action::"${action}", resource is Curfew::Role) when { context.durationMinutes > ${minutes} };`,
    );

  test('too long to be granted, and short enough once somebody approved less', () => {
    const strict = most('Grant', 30);
    const tooLong = strict.decide(asks({ reviews: [carla, deniz] }));
    expect([tooLong.verdict, tooLong.because]).toEqual(['deny', ['At most 30 min.']]);
    const reviews = [carla, forLess(deniz, 30)];
    expect(strict.decide(asks({ reviews })).verdict).toBe('grant');
    expect(strict.mayMint(asks({ reviews })).verdict).toBe('grant');
  });

  test('whoever may approve so much and no more has to say so', () => {
    const policyWith = examplePlus(
      `@id("junior") @advice("Approve 30 min at most.") forbid (principal == Curfew::User::"carla", action == Curfew::Action::"Approve", resource is Curfew::Role) when { context.durationMinutes > 30 };`,
    );
    const all = policyWith.decide(asks({ reviews: [carla, deniz] }));
    expect([all.verdict, countedIn(all)]).toEqual(['ask', ['deniz']]);
    const less = policyWith.decide(asks({ reviews: [forLess(carla, 30), deniz] }));
    expect([less.verdict, less.durationMinutes]).toEqual(['grant', 30]);
  });

  test('less does not make allowed what may not be asked for', () => {
    const { verdict } = most('Request', 30).decide(
      asks({ reviews: [forLess(carla, 20), forLess(deniz, 20)] }),
    );
    expect(verdict).toBe('deny');
  });
});

describe('whatever is approved, in whatever order', () => {
  const vote: fc.Arbitrary<Vote> = fc
    .record({
      by: fc.constantFrom('carla', 'chris', 'deniz', 'dora', 'both', 'left', 'ada'),
      minutes: fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined }),
      before: fc.integer({ min: 0, max: 9 }),
      no: fc.integer({ min: 0, max: 20 }).map((draw) => draw === 0),
    })
    .map(({ by, minutes, before, no }) => ({
      ...says(by, no ? 'deny' : 'approve', before),
      ...(minutes !== undefined && { durationMinutes: minutes }),
    }));
  const questions: fc.Arbitrary<Question> = fc
    .record({
      reviews: fc.array(vote, { maxLength: 8 }),
      role: fc.constantFrom('staging-admin', 'prod-admin'),
      durationMinutes: fc.integer({ min: 11, max: 120 }),
    })
    .map((change) => asks(change));

  test('the window is never longer than asked, nor than any approval that counts', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const decision = policy.decide(question);
        fc.pre(decision.verdict === 'grant');
        const counting = question.reviews!.filter(
          (_, index) => decision.countedReviews[index]!.counted,
        );
        const decided = Math.max(...counting.map(({ at }) => Date.parse(at)));
        const given = (Date.parse(decision.expiresAt!) - decided) / 60_000;
        const limits = counting.map((one) => one.durationMinutes ?? question.durationMinutes);
        expect(given).toBe(Math.min(question.durationMinutes, ...limits));
        expect(decision.durationMinutes ?? question.durationMinutes).toBe(given);
      }),
      { numRuns: 150 },
    );
  });

  test('one vote that is for less ends nothing later, and lets nobody else count', () => {
    fc.assert(
      fc.property(
        questions,
        fc.nat(7),
        fc.integer({ min: 1, max: 120 }),
        (question, nth, minutes) => {
          const reviews = question.reviews!.map((one, index) =>
            index === nth ? forLess(one, Math.min(minutes, one.durationMinutes ?? minutes)) : one,
          );
          const before = policy.decide(question);
          const after = policy.decide({ ...question, reviews });
          expect(countedIn(after)).toEqual(countedIn(before));
          fc.pre(before.verdict === 'grant' && after.verdict === 'grant');
          expect(after.expiresAt! <= before.expiresAt!).toBe(true);
        },
      ),
      { numRuns: 80 },
    );
  });
});
