import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Delegation, PersonFacts, Question, Vote } from '../../access/decision';
import { asks, NOON, policyOf, routeFiles, someone } from '../support/policy-bundle';

const MORE = `@id("managers-approve") permit (principal, action == Curfew::Action::"Approve", resource)
  when { context has manager && principal == context.manager };`;
const ROUTES = [
  "seats: [{ from: 'group:security' }, { from: 'group:security' }]",
  "seats: [{ from: owners }, { from: 'group:security' }]",
  "seats: [{ from: manager }, { from: owners }, { from: 'group:security' }]",
  "stages: [{ seats: [{ from: owners }] }, { seats: [{ from: 'group:security' }, { from: manager }] }]",
  "seats: [{ from: manager, else: owners }, { from: 'group:security' }]",
  `seats: [{ from: owners }]
    variants:
      - { when: { longerThan: 1h }, stages: [{ seats: [{ from: 'group:security' }] }, { seats: [{ from: owners }] }] }
      - { when: { onCall: true }, seats: [{ from: owners }, { from: owners }] }`,
];
const STAND_IN = ROUTES.findIndex((text) => text.includes('else:'));
const policies = ROUTES.map((text) => policyOf(routeFiles(text, MORE)));

const GROUPS = ['payments-owners', 'security'];
const IDS = ['ada', 'ben', 'carla', 'deniz', 'emil', 'fay'];

/** Some share an address with others, so that several entries are one human, through a third, too. */
const ADDRESSES = ['one@curfew.example', 'two@curfew.example', 'three@curfew.example'];
const people: fc.Arbitrary<PersonFacts[]> = fc.tuple(
  ...IDS.map((id) =>
    fc
      .record({
        groups: fc.subarray(GROUPS),
        shared: fc.subarray(ADDRESSES, { maxLength: 2 }),
        isAlone: fc.integer({ min: 0, max: 2 }).map((nr) => nr > 0),
        active: fc.integer({ min: 0, max: 4 }).map((nr) => nr > 0),
        manager: fc.option(fc.constantFrom(...IDS), { nil: undefined }),
      })
      .map(({ groups, shared, isAlone, active, manager }) =>
        someone(id, id === 'ada' ? ['engineers', ...groups] : groups, {
          active: active || id === 'ada',
          emails: [`${id}@curfew.example`, ...(isAlone ? [] : shared)],
          ...(manager !== undefined && { manager }),
        }),
      ),
  ),
);

const moment = (min: number, max: number) =>
  fc
    .integer({ min, max })
    .map((minutes) => new Date(Date.parse(NOON) + minutes * 60_000).toISOString());
const votes: fc.Arbitrary<Vote[]> = fc.array(
  fc.record({
    by: fc.constantFrom(...IDS),
    verdict: fc.constantFrom('approve', 'approve', 'approve', 'approve', 'deny'),
    at: moment(-30, 0),
  }),
  { maxLength: 9 },
);
const delegations: fc.Arbitrary<Delegation[]> = fc.array(
  fc.record({
    by: fc.constantFrom(...IDS),
    to: fc.constantFrom(...IDS),
    from: moment(-60, -15),
    until: moment(-15, 60),
  }),
  { maxLength: 6 },
);
const questions: fc.Arbitrary<Question> = fc
  .record({
    people,
    reviews: votes,
    delegations,
    durationMinutes: fc.integer({ min: 31, max: 120 }),
  })
  .map((change) => asks(change));
const policyAndQuestion = fc.tuple(fc.constantFrom(...policies), questions);

/** Which human each id is: ids that share addresses, directly or through others, found by repeating. */
function humansOf({ people: all }: Question): Map<string, string> {
  const human = new Map(all.map(({ id }) => [id, id]));
  for (let round = 0; round < all.length; round++)
    for (const one of all)
      for (const other of all)
        if (one.emails.some((email) => other.emails.includes(email))) {
          const [first] = [human.get(one.id)!, human.get(other.id)!].toSorted();
          human.set(one.id, first!);
          human.set(other.id, first!);
        }
  return human;
}

const approvalsIn = (
  question: Question,
  decision: ReturnType<(typeof policies)[number]['decide']>,
) =>
  decision.countedReviews.filter(
    ({ counted }, index) => counted && question.reviews?.[index]?.verdict === 'approve',
  );

const RUNS = { numRuns: 40 };

describe('with any votes, delegations and managers', () => {
  test('nobody approves their own request, in person or by whoever answers for them', () => {
    fc.assert(
      fc.property(policyAndQuestion, ([policy, question]) => {
        const decision = policy.decide(question);
        const human = humansOf(question);
        const own = human.get('ada');
        const absent = decision.countedReviews.flatMap((review) => review.for ?? []);
        expect(absent.map(({ id }) => human.get(id))).not.toContain(own);
        expect(
          decision.countedReviews.filter(({ counted }) => counted).map(({ by }) => human.get(by)),
        ).not.toContain(own);
        expect(decision.approvers.map((id) => human.get(id))).not.toContain(own);
      }),
      RUNS,
    );
  });

  test('no human fills two seats, and there are never more approvals than humans or seats', () => {
    fc.assert(
      fc.property(policyAndQuestion, ([policy, question]) => {
        const decision = policy.decide(question);
        const human = humansOf(question);
        const used = approvalsIn(question, decision).flatMap(({ by, for: absent }) => [
          human.get(by),
          ...(absent === undefined ? [] : [human.get(absent.id)]),
        ]);
        expect(new Set(used).size).toBe(used.length);
        expect(approvalsIn(question, decision).length).toBeLessThanOrEqual(decision.needed);
        const isFull = approvalsIn(question, decision).length === decision.needed;
        expect(isFull || decision.verdict !== 'grant').toBe(true);
      }),
      RUNS,
    );
  });

  test('whoever stands in for a manager counts only while there is none who could decide', () => {
    const [standIn] = policies.slice(STAND_IN);
    fc.assert(
      fc.property(questions, (asked) => {
        const question = { ...asked, delegations: [] };
        const human = humansOf(question);
        const { manager } = question.people.find(({ id }) => id === 'ada')!;
        const known = question.people.find(({ id }) => id === manager);
        const isThere = known?.active === true && human.get(known.id) !== human.get('ada');
        const decision = standIn!.decide(question);
        const seated = approvalsIn(question, decision).map(({ by }) => by);
        const outside = seated.filter(
          (id) => !question.people.find((one) => one.id === id)!.groups.includes('security'),
        );
        expect(outside.every((id) => (isThere ? id === manager : id !== manager))).toBe(true);
      }),
      RUNS,
    );
  });

  test('a seat filled for somebody is one that they named, then, somebody active for', () => {
    fc.assert(
      fc.property(policyAndQuestion, ([policy, question]) => {
        const decision = policy.decide(question);
        decision.countedReviews.forEach(({ for: absent }, index) => {
          if (absent === undefined) return;
          const { by, at } = question.reviews![index]!;
          const named = question.delegations!.some(
            (one) => one.by === absent.id && one.to === by && one.from <= at && at < one.until,
          );
          expect(named).toBe(true);
          const person = question.people.find(({ id }) => id === absent.id)!;
          expect(person.active).toBe(true);
        });
      }),
      RUNS,
    );
  });

  test('an approver is exactly somebody whose approval counts, and leaves it possible', () => {
    fc.assert(
      fc.property(policyAndQuestion, ([policy, question]) => {
        const given = (question.reviews ?? []).filter(({ at }) => at < question.at);
        const before = policy.decide({ ...question, reviews: given });
        fc.pre(before.verdict === 'ask');
        for (const { id } of question.people) {
          const vote = { by: id, verdict: 'approve' as const, at: question.at };
          const after = policy.decide({ ...question, reviews: [...given, vote] });
          const helps = after.countedReviews.at(-1)?.counted === true && after.verdict !== 'deny';
          expect([id, helps]).toEqual([id, before.approvers.includes(id)]);
        }
      }),
      { numRuns: 8 },
    );
  });

  test('of one human with two entries, the one that would leave another seat empty is not asked', () => {
    const shared = { emails: ['fay@curfew.example', 'three@curfew.example'] };
    const decision = policies[1]!.decide(
      asks({
        people: [
          someone('ada', ['engineers']),
          someone('ben', ['payments-owners'], shared),
          someone('emil', ['payments-owners']),
          someone('fay', ['security'], shared),
        ],
      }),
    );
    expect(decision).toMatchObject({ verdict: 'ask', approvers: ['emil', 'fay'] });
  });

  test('who answers for nobody who is asked changes nothing', () => {
    fc.assert(
      fc.property(policyAndQuestion, ([policy, question]) => {
        const idle = question.people.filter(
          ({ groups, id }) =>
            id !== 'ada' &&
            groups.length === 0 &&
            question.people.every(({ manager }) => manager !== id),
        );
        const more = idle.map(({ id }) => ({
          by: id,
          to: 'ben',
          from: '2026-01-01T00:00:00Z',
          until: '2026-02-01T00:00:00Z',
        }));
        expect(
          policy.decide({ ...question, delegations: [...(question.delegations ?? []), ...more] }),
        ).toEqual(policy.decide(question));
      }),
      RUNS,
    );
  });
});
