import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PersonFacts, PriorGrant, Question } from '../../access/decision';
import { readBundle } from '../../policy/bundle';
import {
  asks,
  COMPANY,
  exampleFiles,
  examplePlus,
  NOON,
  policyOf,
  someone,
} from '../support/policy-bundle';

const policy = policyOf(exampleFiles());
const emil = someone('emil', ['engineers', 'sre-oncall']);
const minutes = (after: number): string =>
  new Date(Date.parse(NOON) + after * 60_000).toISOString();

/** Emil, who is on call, breaks the glass for an hour of prod-admin. */
const breaks = (change: Partial<Question> = {}): Question =>
  asks({
    requester: 'emil',
    breakGlass: true,
    grants: [],
    people: [emil, ...COMPANY],
    ...change,
  });

const earlier = (change: Partial<PriorGrant> = {}): PriorGrant => ({
  person: 'chris',
  role: 'prod-admin',
  from: minutes(-30),
  until: minutes(30),
  state: 'active',
  breakGlass: true,
  ...change,
});

const FORBIDS = ['BreakGlass', 'Request', 'Grant'] as const;

describe('break-glass skips the reviewers and nothing else', () => {
  test.each(FORBIDS)('what forbids %s forbids it, with the advice', (action) => {
    const frozen = examplePlus(
      `@id("freeze") @advice("Production is frozen.")
       forbid (principal, action == Curfew::Action::"${action}", resource is Curfew::Role);`,
    );
    expect(frozen.decide(breaks())).toMatchObject({
      verdict: 'deny',
      because: ['Production is frozen.'],
      policies: ['freeze'],
    });
  });

  test('a rule may say that it does not hold in an emergency', () => {
    const frozen = examplePlus(
      `@id("freeze") @advice("Production is frozen.")
       forbid (principal, action == Curfew::Action::"Request", resource is Curfew::Role)
       unless { context.breakGlass };`,
    );
    expect(frozen.decide(breaks()).verdict).toBe('grant');
    expect(frozen.decide(asks()).verdict).toBe('deny');
  });

  test('a permit for asking is none for break-glass, nor the other way round', () => {
    const only = policyOf(
      exampleFiles({
        'policies/request.cedar': (text) => text.replace('"engineers"', '"security"'),
      }),
    );
    expect(only.decide(breaks()).verdict).toBe('grant');
    expect(only.decide(asks({ requester: 'emil', people: [emil, ...COMPANY] })).verdict).toBe(
      'deny',
    );
    expect(policy.decide(breaks({ requester: 'ada' })).verdict).toBe('deny');
  });

  test('a rule that fails, or needs a fact that nobody knows, is a no', () => {
    const failing = examplePlus(
      `@id("broken") @advice("No.") forbid (principal, action == Curfew::Action::"BreakGlass", resource is Curfew::Role)
       when { context has liveGrants && context.liveGrants * 4611686018427387904 > 5 };`,
    );
    const live = [1, 2].map(() => earlier({ person: 'emil', reviewed: true }));
    expect(failing.decide(breaks({ grants: live })).because.join()).toMatch(
      /failed, so the answer is no/,
    );

    const noOnCallGroups = policyOf([
      ...exampleFiles({ 'curfew.yaml': (text) => text.replace('onCall: [sre-oncall]', '') }),
      {
        name: 'policies/more.cedar',
        text: `@id("shift") @advice("Wait.") forbid (principal, action == Curfew::Action::"BreakGlass", resource is Curfew::Role)
               when { principal has onCall && !principal.onCall };`,
      },
    ]);
    expect(noOnCallGroups.decide(breaks()).because.join()).toMatch(
      /Nobody could tell whether the person is on call/,
    );
    const told = [{ ...emil, onCall: true }, ...COMPANY];
    expect(noOnCallGroups.decide(breaks({ people: told })).verdict).toBe('grant');
  });

  test('a ticket is not waited for; the review looks for one', () => {
    const strict = policyOf(
      exampleFiles({
        'curfew.yaml': (text) => text.replace('risk: high', 'risk: high\n    ticket: required'),
      }),
    );
    expect(strict.decide(breaks()).verdict).toBe('grant');
    expect(strict.decide(asks()).verdict).toBe('deny');
  });
});

test('at the mint the same is asked again', () => {
  expect(policy.mayMint(breaks())).toMatchObject({ verdict: 'grant', needed: 0 });
  const off = [someone('emil', ['engineers']), ...COMPANY];
  expect(policy.mayMint(breaks({ people: off })).verdict).toBe('deny');
  const left = [someone('emil', ['sre-oncall'], { active: false }), ...COMPANY];
  expect(policy.mayMint(breaks({ people: left })).verdict).toBe('deny');
});

describe('whatever the question', () => {
  const grants = fc.option(
    fc.array(
      fc
        .record({
          person: fc.constantFrom('emil', 'EMIL@curfew.example', 'chris', 'gone'),
          from: fc.integer({ min: -90, max: 10 }),
          long: fc.integer({ min: 1, max: 120 }),
          state: fc.constantFrom('active', 'ending', 'ended', 'a state of tomorrow'),
          breakGlass: fc.boolean(),
          reviewed: fc.boolean(),
        })
        .map(({ from, long, ...rest }) =>
          earlier({ ...rest, from: minutes(from), until: minutes(from + long) }),
        ),
      { maxLength: 6 },
    ),
    { nil: undefined },
  );
  const questions = fc
    .record({
      groups: fc.subarray(['engineers', 'sre-oncall', 'security', 'payments-owners']),
      active: fc.boolean(),
      onCall: fc.option(fc.boolean(), { nil: undefined }),
      durationMinutes: fc.integer({ min: 0, max: 180 }),
      role: fc.constantFrom('prod-admin', 'prod-readonly', 'staging-admin', 'dev-readonly'),
      grants,
    })
    .map(({ groups, active, onCall, grants: known, ...change }): Question => {
      const me: PersonFacts = someone('emil', groups, {
        active,
        ...(onCall === undefined ? {} : { onCall }),
      });
      const { grants: _none, ...question } = breaks({ ...change, people: [me, ...COMPANY] });
      return known === undefined ? question : { ...question, grants: known };
    });

  test('it is given to active people, where there is break-glass, for its maximum at most, within the cap', () => {
    let given = 0;
    fc.assert(
      fc.property(questions, (question) => {
        const decision = policy.decide(question);
        expect(decision.verdict).not.toBe('ask');
        fc.pre(decision.verdict === 'grant');
        given += 1;
        const [me] = question.people;
        expect(me?.active).toBe(true);
        expect(question.role).toBe('prod-admin');
        expect(question.durationMinutes).toBeLessThanOrEqual(60);
        expect(decision.expiresAt).toBe(minutes(question.durationMinutes));
        const before = question.grants!.filter(({ breakGlass }) => breakGlass);
        const mine = before.filter(({ person }) => person.toLowerCase().startsWith('emil'));
        expect(mine.every(({ reviewed }) => reviewed)).toBe(true);
        const live = before.filter(
          ({ from, until, state }) => from <= NOON && NOON < until && state !== 'ended',
        );
        expect(live.length).toBeLessThan(3);
      }),
      { numRuns: 40, maxSkipsPerRun: 1000 },
    );
    expect(given).toBeGreaterThan(0);
  });

  test('another forbid never makes a no into a yes', () => {
    const stricter = examplePlus(
      `@id("extra") @advice("No.") forbid (principal, action, resource is Curfew::Role)
       when { context has hour && principal in Curfew::Group::"security" };`,
    );
    fc.assert(
      fc.property(questions, (question) => {
        const rank = { deny: 0, ask: 1, grant: 2 };
        expect(rank[stricter.decide(question).verdict]).toBeLessThanOrEqual(
          rank[policy.decide(question).verdict],
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('who may review it', () => {
  const review = (by: PersonFacts, requester: PersonFacts = emil) =>
    policy.mayReviewBreakGlass({ by, requester, role: 'prod-admin' });
  const deniz = someone('deniz', ['security']);

  test.each<[string, PersonFacts, string, RegExp]>([
    ['somebody of the named group', deniz, 'grant', /deniz@curfew.example is in security/],
    ['nobody of another', someone('carla', ['payments-owners']), 'deny', /not in security\. Ask/],
    ['nobody who has left', { ...deniz, active: false }, 'deny', /not active/],
    ['nobody their own', someone('emil', ['security']), 'deny', /nobody reviews their own/],
    [
      'nobody their own under another account',
      someone('emil-2', ['security'], { emails: ['EMIL@curfew.example'] }),
      'deny',
      /nobody reviews their own/,
    ],
  ])('%s', (_, by, verdict, why) => {
    const decision = review(by);
    expect(decision.verdict).toBe(verdict);
    expect(decision.because.join(' ')).toMatch(why);
  });

  test('of a role that has none, nobody', () => {
    const gone = policy.mayReviewBreakGlass({ by: deniz, requester: emil, role: 'gone' });
    expect(gone).toMatchObject({ verdict: 'deny' });
  });
});

describe('a break-glass that nobody could use or review is warned about', () => {
  const found = (change: (text: string) => string, people?: PersonFacts[]) =>
    readBundle(exampleFiles({ 'curfew.yaml': change }), 'hash', people).findings.filter(
      ({ field }) => field === 'roles.prod-admin.breakGlass',
    );

  test('the owners must, and there are none', () => {
    const findings = found((text) =>
      text
        .replace('reviewers: group:security', 'reviewers: owners')
        .replace('breakGlass: #', 'owners: []\n    breakGlass: #'),
    );
    expect(findings).toMatchObject([
      { level: 'warning', problem: expect.stringMatching(/Nobody could review.*there are none/) },
    ]);
    expect(findings[0]?.line).toBeGreaterThan(1);
  });

  test('nobody active is in the group', () => {
    const people = [emil, someone('dora', ['security'], { active: false })];
    expect(found((text) => `${text}\n`, people)).toMatchObject([
      { level: 'warning', problem: expect.stringMatching(/nobody active is in security/) },
    ]);
    expect(found((text) => `${text}\n`, [emil, someone('dora', ['security'])])).toEqual([]);
  });

  test('no permit speaks of it', () => {
    const silent = readBundle(
      exampleFiles().filter(({ name }) => name !== 'policies/break-glass.cedar'),
      'hash',
    );
    expect(silent.findings).toMatchObject([
      {
        level: 'warning',
        field: 'roles.prod-admin.breakGlass',
        problem: expect.stringMatching(/no policy permits BreakGlass/),
      },
    ]);
  });

  test('the example itself has nothing to warn about', () => {
    expect(readBundle(exampleFiles(), 'hash').findings).toEqual([]);
  });
});
