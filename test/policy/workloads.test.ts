import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PersonFacts, Question } from '../../access/decision';
import type { WorkloadFacts } from '../../access/workload';
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
const gus = someone('gus', ['engineers', 'payments-owners']);
const DEPLOY: WorkloadFacts = { id: 'deploy-shop', kind: 'pipeline', accountable: 'gus' };

/** The pipeline asks for half an hour of staging, and Gus answers for it. */
const deploys = (change: Partial<Question> = {}): Question =>
  asks({
    requester: DEPLOY.id,
    workload: DEPLOY,
    role: 'staging-admin',
    durationMinutes: 30,
    people: [...COMPANY, gus],
    ...change,
  });

describe('a workload that is not what it says', () => {
  test.each<[string, Partial<Question>, RegExp]>([
    ['of another kind', { workload: { ...DEPLOY, kind: 'agent' } }, /is a pipeline, not an agent/],
    [
      'that is not in curfew.yaml',
      { requester: 'deploy', workload: { ...DEPLOY, id: 'deploy' } },
      /no pipeline or agent called “deploy”/,
    ],
    ['in a person’s name', { requester: 'ada' }, /its id stands as requester, not “ada”/],
    [
      'for which somebody else is said to answer',
      { workload: { ...DEPLOY, accountable: 'ada' } },
      /gus@curfew\.example answers for deploy-shop, not “ada”/,
    ],
    ['for which nobody answers', { people: [...COMPANY] }, /Nobody answers for deploy-shop/],
    [
      'whose person has left',
      { people: [...COMPANY, { ...gus, active: false }] },
      /Nobody answers for deploy-shop\. .* not active .* Name somebody else/,
    ],
    [
      'whose person could be two',
      { people: [...COMPANY, gus, someone('gus-2', [], { emails: ['GUS@curfew.example'] })] },
      /Nobody answers for deploy-shop\. .* several people/,
    ],
    [
      'that goes by a person’s id',
      { people: [...COMPANY, gus, someone('deploy-shop', ['payments-owners'])] },
      /also somebody's directory id/,
    ],
    [
      'that names itself as a thing of the language',
      { requester: 'constructor', workload: { ...DEPLOY, id: 'constructor' } },
      /no pipeline or agent called/,
    ],
  ])('%s gets nothing', (_, change, because) => {
    const decision = policy.decide(deploys({ reviews: [says('carla', 'approve')], ...change }));
    expect(decision.verdict).toBe('deny');
    expect(decision.because.join(' ')).toMatch(because);
    expect(countedIn(decision)).toEqual([]);
  });

  test('and without saying that it is one, it is a person whom nobody knows', () => {
    const { workload: _, ...question } = deploys();
    expect(policy.decide(question).because.join(' ')).toMatch(/Nobody known here/);
  });
});

describe('what was written with people in mind', () => {
  const GENEROUS = `
    @id("anybody-asks") permit (principal, action in [Curfew::Action::"Request", Curfew::Action::"Grant"], resource);
    @id("engineers-too") permit (principal in Curfew::Group::"engineers", action == Curfew::Action::"Request", resource);
  `;
  const withoutItsPermit = (cedar: string) =>
    policyOf([
      ...exampleFiles().filter(({ name }) => name !== 'policies/workloads.cedar'),
      { name: 'policies/more.cedar', text: cedar },
    ]);

  test('lets no workload in, however generous it is', () => {
    const decision = withoutItsPermit(GENEROUS).decide(deploys());
    expect(decision.verdict).toBe('deny');
    expect(decision.because.join(' ')).toMatch(
      /No rule lets the pipeline deploy-shop ask for staging-admin\. A permit is for pipelines and agents only where its scope says so/,
    );
    expect(withoutItsPermit(GENEROUS).decide(asks()).verdict).toBe('ask');
  });

  test('and a permit that says so in its conditions alone is none', () => {
    const conditions =
      '@id("late") permit (principal, action in [Curfew::Action::"Request", Curfew::Action::"Grant"], resource) when { principal is Curfew::Pipeline };';
    expect(withoutItsPermit(conditions).decide(deploys()).verdict).toBe('deny');
  });

  test('a forbid holds for workloads, also one that reads who is on call', () => {
    const frozen =
      '@id("freeze") @advice("Frozen.") forbid (principal, action == Curfew::Action::"Request", resource);';
    expect(examplePlus(frozen).decide(deploys()).because).toEqual(['Frozen.']);
    const onCall = examplePlus(
      '@id("on-call-only") @advice("Only on call.") forbid (principal, action == Curfew::Action::"Request", resource) when { principal has onCall && !principal.onCall };',
    );
    const people = [...COMPANY, { ...gus, onCall: true }];
    expect(onCall.decide(deploys({ people })).because).toEqual(['Only on call.']);
  });

  test('nothing is given to a workload unasked where the example forbids it', () => {
    const auto = policyOf([
      ...exampleFiles({
        'curfew.yaml': (text) =>
          text.replace('route: auto #', 'workloads: { max: 5m }\n    route: auto #'),
      }),
      {
        name: 'policies/more.cedar',
        text: '@id("auto") permit (principal is Curfew::Pipeline, action in [Curfew::Action::"Request", Curfew::Action::"AutoApprove", Curfew::Action::"Grant"], resource);',
      },
    ]);
    const decision = auto.decide(deploys({ role: 'dev-readonly', durationMinutes: 5 }));
    expect(decision).toMatchObject({ verdict: 'deny', policies: ['machines-never-unasked'] });
  });
});

test('a workload’s own live grants are counted, and not those of whoever answers for it', () => {
  const limited = examplePlus(
    '@id("one") @advice("One at a time.") forbid (principal, action == Curfew::Action::"Request", resource) when { context has liveGrants && context.liveGrants >= 1 };',
  );
  const grant = {
    role: 'staging-admin',
    from: NOON,
    until: '2026-01-05T13:00:00.000Z',
    state: 'active',
  };
  const with_ = (person: string) => limited.decide(deploys({ grants: [{ ...grant, person }] }));
  expect(with_('deploy-shop').because).toEqual(['One at a time.']);
  expect(with_('gus').verdict).toBe('ask');
});

test('a rule of approving knows that a machine asks, and who answers for it', () => {
  const careful = examplePlus(
    '@id("people-only") @advice("Security approves machines.") forbid (principal, action == Curfew::Action::"Approve", resource) when { context.askedBy != "person" && !(principal in Curfew::Group::"security") };',
  );
  expect(careful.decide(deploys()).approvers).toEqual(['both']);
  expect(careful.decide({ ...asks(), role: 'staging-admin' }).approvers).toEqual([
    'carla',
    'chris',
    'both',
  ]);
});

describe('no sequence of votes for a workload', () => {
  const voters = ['deploy-shop', 'gus', 'GUS@curfew.example', 'carla', 'chris', 'both', 'ada', ''];
  const votes = fc.array(
    fc.record({
      by: fc.constantFrom(...voters),
      verdict: fc.constantFrom('approve' as const, 'approve' as const, 'deny' as const),
      minutes: fc.integer({ min: 0, max: 25 }),
    }),
    { maxLength: 8 },
  );
  const people = fc
    .array(fc.subarray(['engineers', 'payments-owners', 'security', 'sre-oncall']), {
      minLength: 2,
      maxLength: 2,
    })
    .map(([groups, more]): PersonFacts[] => [
      ...COMPANY,
      someone('gus', ['engineers', ...groups!]),
      // Another entry of the directory for the same human.
      someone('gus-admin', more!, { emails: ['Gus@Curfew.example '] }),
    ]);

  test('makes it, or whoever answers for it, an approver', () => {
    fc.assert(
      fc.property(votes, people, fc.boolean(), (all, known, twice) => {
        const decision = policy.decide(
          deploys({
            people: twice ? known : known.filter(({ id }) => id !== 'gus-admin'),
            reviews: [
              ...all.map(({ by, verdict, minutes }) => says(by, verdict, minutes)),
              ...(twice ? [says('gus-admin', 'approve')] : []),
            ],
          }),
        );
        const counted = countedIn(decision).map((by) => by.toLowerCase().split('@')[0]);
        for (const never of ['deploy-shop', 'gus', 'gus-admin', '']) {
          expect(counted).not.toContain(never);
          expect(decision.approvers).not.toContain(never);
        }
        if (decision.verdict !== 'grant') return;
        expect(counted.length).toBe(decision.needed);
        expect(decision.needed).toBeGreaterThan(0);
        const longest = Date.parse(NOON) + 30 * 60_000;
        expect(Date.parse(decision.expiresAt!)).toBeLessThanOrEqual(longest);
      }),
      { numRuns: 60 },
    );
  });

  test('gets it more than its role gives to workloads', () => {
    fc.assert(
      fc.property(votes, fc.integer({ min: 31, max: 240 }), (all, durationMinutes) => {
        const reviews = all.map(({ by, verdict, minutes }) => says(by, verdict, minutes));
        expect(policy.decide(deploys({ durationMinutes, reviews })).verdict).toBe('deny');
      }),
      { numRuns: 20 },
    );
  });
});

test('before each mint it is asked again: once its person has left, the answer is no', () => {
  const approved = deploys({ reviews: [says('carla', 'approve')] });
  expect(policy.mayMint(approved).verdict).toBe('grant');
  const left = [...COMPANY, { ...gus, active: false }];
  expect(policy.mayMint({ ...approved, people: left }).verdict).toBe('deny');
});
