import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PersonFacts, Question, Vote } from '../../access/decision';
import {
  asks,
  countedIn,
  exampleFiles,
  examplePlus,
  NOON,
  policyOf,
  someone,
} from '../support/policy-bundle';

const policy = policyOf(exampleFiles());

const GROUPS = ['engineers', 'payments-owners', 'security', 'sre-oncall'];
const IDS = ['ada', 'ben', 'carla', 'deniz', 'emil'];

const people = fc
  .tuple(
    ...IDS.map((id) =>
      fc.record({ id: fc.constant(id), groups: fc.subarray(GROUPS), active: fc.boolean() }),
    ),
  )
  .map((all): PersonFacts[] =>
    all.map(({ id, groups, active }) =>
      // Whoever asks is somebody who may: what is looked at here is the votes.
      id === 'ada'
        ? someone(id, [...new Set(['engineers', ...groups])])
        : someone(id, groups, { active }),
    ),
  );

/** By id, or by address in some case; sometimes a stranger. */
const anyone = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...IDS) },
  { weight: 3, arbitrary: fc.constantFrom(...IDS).map((id) => `${id}@CURFEW.example`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', 'ADA', 'eve', 'ada@curfew.example.org', ' Ada@Curfew.Example '),
  },
);
const vote: fc.Arbitrary<Vote> = fc.record({
  by: anyone,
  verdict: fc.constantFrom(
    'approve' as const,
    'approve' as const,
    'approve' as const,
    'deny' as const,
  ),
  at: fc
    .integer({ min: -30, max: 3 })
    .map((minutes) => new Date(Date.parse(NOON) + minutes * 60_000).toISOString()),
});
const votes = fc.array(vote, { maxLength: 8 });
const role = fc.constantFrom('dev-readonly', 'staging-admin', 'prod-readonly', 'prod-admin');
const questions: fc.Arbitrary<Question> = fc
  .record({ people, reviews: votes, role, durationMinutes: fc.integer({ min: 31, max: 120 }) })
  .map((change) => asks(change));

const idOf = (by: string): string => by.trim().toLowerCase().split('@')[0]!;
const RUNS = { numRuns: 25 };

describe('no sequence of votes', () => {
  test('leads to self-approval', () => {
    fc.assert(
      fc.property(questions, (question) => {
        expect(countedIn(policy.decide(question)).map(idOf)).not.toContain('ada');
      }),
      RUNS,
    );
  });

  test('of the requester’s own, under whatever name, changes anything', () => {
    fc.assert(
      fc.property(questions, votes, (question, mine) => {
        const own = mine.map((one) => ({ ...one, by: `ADA@curfew.EXAMPLE` }));
        const more = { ...question, reviews: [...own, ...(question.reviews ?? [])] };
        const { countedReviews, ...answer } = policy.decide(more);
        const { countedReviews: before, ...answerBefore } = policy.decide(question);
        expect(answer).toEqual(answerBefore);
        expect(countedReviews.slice(own.length)).toEqual(before);
        expect(countedReviews.slice(0, own.length).some(({ counted }) => counted)).toBe(false);
      }),
      RUNS,
    );
  });

  test('lets one person approve twice, or ends in more approvals than seats', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const decision = policy.decide(question);
        const approvals = decision.countedReviews.flatMap(({ by, counted }, index) =>
          counted && question.reviews?.[index]?.verdict === 'approve' ? [idOf(by)] : [],
        );
        expect(new Set(approvals).size).toBe(approvals.length);
        expect(approvals.length).toBeLessThanOrEqual(decision.needed);
      }),
      RUNS,
    );
  });

  test('leads to a grant outside policy', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const decision = policy.decide(question);
        fc.pre(decision.verdict === 'grant');
        const voters = countedIn(decision).map((by) =>
          question.people.find(({ id }) => id === idOf(by))!,
        );
        expect(voters.every(({ active }) => active)).toBe(true);
        expect(voters).toHaveLength(decision.needed);
        const owner = (one: PersonFacts) => one.groups.includes('payments-owners');
        const guard = (one: PersonFacts) => one.groups.includes('security');
        const [first, second] = voters;
        const seated: Record<string, () => boolean> = {
          'dev-readonly': () => voters.length === 0,
          'staging-admin': () => owner(first!),
          'prod-readonly': () => owner(first!),
          'prod-admin': () =>
            (owner(first!) && guard(second!)) || (guard(first!) && owner(second!)),
        };
        expect(seated[question.role]!()).toBe(true);
        // The window: from a vote that counted (or from now), as long as was asked for, and not over.
        const length = question.durationMinutes * 60_000;
        const began = Date.parse(decision.expiresAt!) - length;
        const starts = question
          .reviews!.filter((_, index) => decision.countedReviews[index]!.counted)
          .map(({ at }) => Date.parse(at));
        expect(began).toBe(decision.needed === 0 ? Date.parse(NOON) : Math.max(...starts));
        expect(Date.parse(decision.expiresAt!)).toBeGreaterThan(Date.parse(question.at));
      }),
      { numRuns: 60 },
    );
  });
});

test('the order in which votes are listed does not matter', () => {
  fc.assert(
    fc.property(
      questions.chain((question) =>
        fc.tuple(
          fc.constant(question),
          fc.shuffledSubarray(question.reviews ?? [], { minLength: question.reviews?.length ?? 0 }),
        ),
      ),
      ([question, shuffled]) => {
        const one = policy.decide(question);
        const other = policy.decide({ ...question, reviews: shuffled });
        expect(countedIn(other).map(idOf).toSorted()).toEqual(countedIn(one).map(idOf).toSorted());
        expect({ ...other, countedReviews: [] }).toEqual({ ...one, countedReviews: [] });
      },
    ),
    RUNS,
  );
});

test('a vote of somebody who is not entitled changes nothing', () => {
  fc.assert(
    fc.property(questions, vote, (question, extra) => {
      const groups = ['engineers', 'sre-oncall'];
      const everyone = [...question.people, someone('bystander', groups)];
      const before = policy.decide({ ...question, people: everyone });
      const after = policy.decide({
        ...question,
        people: everyone,
        reviews: [{ ...extra, by: 'bystander' }, ...(question.reviews ?? [])],
      });
      expect({ ...after, countedReviews: after.countedReviews.slice(1) }).toEqual(before);
    }),
    RUNS,
  );
});

const afterwards = (at: string): string => new Date(Date.parse(at) + 1).toISOString();

test('an approver is exactly somebody whose approval would count', () => {
  fc.assert(
    fc.property(questions, (question) => {
      const now = policy.decide(question);
      fc.pre(now.verdict === 'ask');
      for (const { id } of question.people) {
        const given = question.reviews ?? [];
        // After all the others, so that it is the one that is counted last.
        const at = [NOON, ...given.map((review) => review.at)].toSorted().at(-1) ?? NOON;
        const vote = { by: id, verdict: 'approve' as const, at: afterwards(at) };
        const last = policy.decide({ ...question, reviews: [...given, vote] });
        expect([id, last.countedReviews.at(-1)?.counted]).toEqual([id, now.approvers.includes(id)]);
      }
    }),
    { numRuns: 25 },
  );
});

describe('adding a forbid', () => {
  const condition = fc.constantFrom(
    '',
    'when { resource.env == Curfew::Env::"prod" }',
    'when { context.durationMinutes > 60 }',
    'when { principal has onCall && principal.onCall }',
    'unless { principal in Curfew::Group::"security" }',
    'when { context has liveGrants && context.liveGrants > 0 }',
  );
  const action = fc.constantFrom('Request', 'AutoApprove', 'Approve', 'Grant');
  const forbid = fc
    .tuple(action, condition)
    .map(
      ([on, when]) =>
        `@id("extra") @advice("No.") forbid (principal, action == Curfew::Action::"${on}", resource is Curfew::Role) ${when};`,
    );

  test('never turns a denial into anything else, nor waiting into a grant', () => {
    fc.assert(
      fc.property(forbid, fc.array(questions, { minLength: 4, maxLength: 8 }), (cedar, all) => {
        const stricter = examplePlus(cedar);
        for (const question of all) {
          const [lax, strict] = [policy.decide(question), stricter.decide(question)];
          const rank = { deny: 0, ask: 1, grant: 2 };
          expect(rank[strict.verdict]).toBeLessThanOrEqual(rank[lax.verdict]);
        }
      }),
      { numRuns: 12 },
    );
  });
});

test('the same question is the same decision', () => {
  fc.assert(
    fc.property(questions, (question) => {
      expect(policy.decide(structuredClone(question))).toEqual(policy.decide(question));
    }),
    { numRuns: 20 },
  );
});
