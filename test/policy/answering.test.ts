import { describe, expect, test } from '@jest/globals';
import { exampleFiles, examplePlus, policyOf, someone } from '../support/policy-bundle';

const policy = policyOf(exampleFiles());
const dan = someone('dan', ['payments-owners']);
const carla = someone('carla', ['payments-owners']);
const sam = someone('sam', ['security']);
const eva = someone('eva', ['engineers']);

describe('who can be named by somebody who is away', () => {
  test.each([
    ['another owner, by an owner', dan, carla],
    ['security, by an owner: they meet in production', dan, sam],
    ['an owner, by security', sam, carla],
  ])('%s', (_, by, to) => {
    expect(policy.mayAnswerFor({ by, to })).toEqual({ may: true });
  });

  test.each([
    [
      'whom no rule lets approve what they are asked about',
      dan,
      eva,
      /^No rule lets eva@\S+ approve/,
    ],
    ['by whom nobody asks', eva, carla, /is asked about no role/],
    [
      'the same human under another account',
      dan,
      { ...someone('dan-admin', ['security']), emails: dan.emails },
      /is the same person/,
    ],
  ])('not %s', (_, by, to, because) => {
    expect(policy.mayAnswerFor({ by, to })).toEqual({
      may: false,
      because: expect.stringMatching(because),
      wouldPass: expect.stringMatching(/\.$/),
    });
  });

  test('a permit for deputies without a seat of their own is enough, whatever it asks of the hour', () => {
    const deputies = examplePlus(
      `@id("deputies") permit (principal in Curfew::Group::"engineers", action == Curfew::Action::"Approve", resource)
       when { principal has onCall && principal.onCall };`,
    );
    expect(deputies.mayAnswerFor({ by: dan, to: eva })).toEqual({ may: true });
  });
});
