import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Vote } from '../../access/decision';
import { asks, countedIn, exampleFiles, policyOf, says } from '../support/policy-bundle';

/** From the widest to the narrowest. */
const SCOPES = ['storage', 'reading', 'logs'];

const policy = policyOf(
  exampleFiles({
    'curfew.yaml': (text) =>
      text.replace(
        'route: two-people',
        `route: two-people
    scopes:
      - { name: storage, actions: ['s3:*', 'logs:*'] }
      - { name: reading, actions: ['s3:Get*', 's3:List*'] }
      - { name: logs, actions: ['s3:GetObject'], resources: ['arn:aws:s3:::shop-logs/*'] }`,
      ),
  }),
);

const carla = says('carla', 'approve', 9);
const deniz = says('deniz', 'approve', 5);
const within = (vote: Vote, scope: string): Vote => ({ ...vote, scope });

/** What was said of all of prod-admin, whose votes count, and what of it is given. */
const rows: [string, Vote[], string[], string | undefined][] = [
  ['nobody narrows it', [carla, deniz], ['carla', 'deniz'], undefined],
  [
    'the first does: the second covers it',
    [within(carla, 'reading'), deniz],
    ['carla', 'deniz'],
    'reading',
  ],
  ['the second does', [carla, within(deniz, 'reading')], ['carla', 'deniz'], 'reading'],
  [
    'both do: the narrowest',
    [within(carla, 'storage'), within(deniz, 'logs')],
    ['carla', 'deniz'],
    'logs',
  ],
  [
    'one cannot take back the other’s',
    [within(carla, 'logs'), within(deniz, 'storage')],
    ['carla', 'deniz'],
    'logs',
  ],
  [
    'somebody who does not count narrows nothing',
    [within(says('ada', 'approve', 10), 'logs'), carla, deniz],
    ['carla', 'deniz'],
    undefined,
  ],
  [
    'nor does whoever approves again',
    [carla, within(says('carla', 'approve', 8), 'logs'), deniz],
    ['carla', 'deniz'],
    undefined,
  ],
  [
    'nor what comes after the decision',
    [carla, deniz, within(says('chris', 'approve', 2), 'logs')],
    ['carla', 'deniz'],
    undefined,
  ],
];

test.each(rows)('approved within a scope: %s', (_what, reviews, counted, scope) => {
  const decision = policy.decide(asks({ reviews }));
  expect([decision.verdict, countedIn(decision), decision.scope]).toEqual([
    'grant',
    counted,
    scope,
  ]);
  expect(policy.mayMint(asks({ reviews })).scope).toBe(scope);
});

test('an approval within what the role does not have is none', () => {
  const decision = policy.decide(asks({ reviews: [within(carla, 'everything'), deniz] }));
  expect([decision.verdict, countedIn(decision)]).toEqual(['ask', ['deniz']]);
  expect(decision.countedReviews[0]?.because).toBe(
    'carla@curfew.example approved for the scope everything, which prod-admin does not have.',
  );
});

test('what is left of it is said while others are still asked, and afterwards', () => {
  const less = { ...within(carla, 'reading'), durationMinutes: 20 };
  const waiting = policy.decide(asks({ reviews: [less] }));
  expect([waiting.verdict, waiting.scope]).toEqual(['ask', 'reading']);
  expect(waiting.because.join()).toContain('1 given for 20 min of the 1 h asked, within reading');
  const granted = policy.decide(asks({ reviews: [less, deniz] }));
  expect(granted.because.join()).toContain('for 20 min of the 1 h asked, within reading.');
});

describe('whatever is approved, in whatever order', () => {
  const vote: fc.Arbitrary<Vote> = fc
    .record({
      by: fc.constantFrom('carla', 'chris', 'deniz', 'dora', 'both', 'left', 'ada'),
      scope: fc.option(fc.constantFrom(...SCOPES, 'everything'), { nil: undefined }),
      before: fc.integer({ min: 0, max: 9 }),
    })
    .map(({ by, scope, before }) => ({
      ...says(by, 'approve', before),
      ...(scope !== undefined && { scope }),
    }));

  test('what is given is never wider than any approval that counts', () => {
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 8 }), (reviews) => {
        const decision = policy.decide(asks({ reviews }));
        fc.pre(decision.verdict === 'grant');
        const counting = reviews.filter((_, index) => decision.countedReviews[index]!.counted);
        const places = counting.map(({ scope }) =>
          scope === undefined ? -1 : SCOPES.indexOf(scope),
        );
        expect(decision.scope).toBe(SCOPES[Math.max(...places)]);
      }),
      { numRuns: 150 },
    );
  });
});
