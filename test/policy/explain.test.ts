import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Question } from '../../access/decision';
import {
  asks,
  COMPANY,
  examplePlus,
  exampleFiles,
  policyOf,
  says,
  someone,
} from '../support/policy-bundle';

const example = policyOf(exampleFiles());
const linesOf = (policy: typeof example, question: Question): string =>
  policy
    .explain(question)
    .parts.flatMap(({ lines }) => lines)
    .join('\n');
const forbid = (id: string, action: string, when: string, advice = 'Not now.'): string =>
  `@id("${id}") @advice("${advice}")
   forbid (principal, action == Curfew::Action::"${action}", resource is Curfew::Role) when { ${when} };`;

describe('what a decision is explained by', () => {
  test('is told in the order in which it is taken', () => {
    expect(example.explain(asks()).parts.map(({ title }) => title)).toEqual([
      'Who asks',
      'Which rules let them',
      'Limits that were looked at',
      'Who must say yes',
      'The answer: somebody has to say yes',
    ]);
  });

  test('who asks is named with the groups that rules name, and with no others', () => {
    const people = [someone('ada', ['engineers', 'choir'], { onCall: true }), ...COMPANY.slice(1)];
    const told = linesOf(example, asks({ people }));
    expect(told).toContain('ada@curfew.example asks for prod-admin in shop-prod, for 1 h.');
    expect(told).toContain('In the directory: active, on call; in engineers.');
    expect(told).not.toContain('choir');
  });

  test('the rules that let somebody, and those that could forbid it and do not, are named', () => {
    const told = linesOf(example, asks());
    expect(told).toContain('The rule engineers-ask lets ada@curfew.example ask for it.');
    expect(told).toContain('Rules that could forbid it and do not: only-active-people.');
    expect(told).toContain('prod-admin is given for 2 h at most; 1 h is asked.');
  });

  test('a forbid is named with its advice', () => {
    const policy = examplePlus(forbid('freeze', 'Request', 'true', 'Production is frozen.'));
    const explained = policy.explain(asks());
    expect(explained.forbiddenBy).toEqual(['freeze']);
    expect(linesOf(policy, asks())).toContain(
      'The rule freeze does not let ada@curfew.example ask for it: Production is frozen.',
    );
  });

  test.each([
    [
      'of a group that they are not in',
      asks({ requester: 'carla' }),
      'The rule engineers-ask comes near: it is for members of engineers, and carla@curfew.example is not one.',
    ],
    [
      'whose conditions do not hold',
      asks({ breakGlass: true, grants: [] }),
      'The rule engineers-on-call-break-glass-in-production comes near: its conditions do not hold here.',
    ],
  ])('where no rule lets them, the rule %s is told', (_, question, near) => {
    const explained = example.explain(question);
    expect(explained).toMatchObject({ verdict: 'deny', forbiddenBy: [] });
    expect(linesOf(example, question)).toContain(near);
  });

  test('a rule of another role is no near miss', () => {
    const told = linesOf(example, asks({ requester: 'carla', role: 'staging-admin' }));
    expect(told).not.toContain('engineers-read-dev');
  });

  test('who could say yes is named, who is on call first, and who is not active apart', () => {
    const people = [
      ...COMPANY.filter(({ id }) => id !== 'dora'),
      someone('dora', ['security'], { onCall: true }),
    ];
    const explained = example.explain(asks({ people, reviews: [says('carla', 'approve')] }));
    expect(explained.whoMay).toBe(
      'Could say yes, all active in the directory: dora@curfew.example (on call), deniz@curfew.example, both@curfew.example.',
    );
    const told = explained.parts.flatMap(({ lines }) => lines).join('\n');
    expect(told).toContain('Counts: carla@curfew.example. carla@curfew.example approved.');
    expect(told).toContain('Not active in the directory: left@curfew.example.');
  });

  test('many names are counted, not listed', () => {
    const many = Array.from({ length: 12 }, (_, index) =>
      someone(`s${index}`, ['payments-owners']),
    );
    const { whoMay } = example.explain(
      asks({ role: 'staging-admin', people: [COMPANY[0]!, ...many] }),
    );
    expect(whoMay).toMatch(/s7@curfew\.example and 4 more\.$/);
  });

  test.each([
    ['nobody knows', asks({ requester: 'nobody' })],
    ['has left', asks({ requester: 'left' })],
    ['asks for what is not there', asks({ role: 'nothing' })],
  ])('somebody who %s is explained without guessing', (_, question) => {
    const explained = example.explain(question);
    expect(explained.verdict).toBe('deny');
    expect(explained.wouldPass).toBeUndefined();
    expect(explained.parts.map(({ title }) => title)).toEqual(['Who asks', 'The answer: no']);
  });

  test('a pipeline is explained as one, with who answers for it and its own permits and limits', () => {
    const gus = someone('gus', ['engineers', 'payments-owners']);
    const question = asks({
      requester: 'deploy-shop',
      role: 'staging-admin',
      durationMinutes: 45,
      workload: { id: 'deploy-shop', kind: 'pipeline', accountable: 'gus' },
      people: [gus, ...COMPANY],
    });
    const told = linesOf(example, question);
    expect(told).toContain(
      'the pipeline deploy-shop asks for staging-admin in shop-dev, for 45 min.',
    );
    expect(told).toContain('gus@curfew.example answers for it; in the directory: active');
    expect(told).toContain(
      'The rule shop-pipeline-deploys-to-staging lets the pipeline deploy-shop',
    );
    expect(told).toContain('staging-admin is given for 30 min at most; 45 min is asked.');
    expect(example.explain(question).wouldPass).toBe('It would pass for 30 min.');
    const other = linesOf(example, { ...question, role: 'prod-readonly' });
    expect(other).not.toContain('engineers-ask comes near');
  });

  test('it agrees with the decision, and says no more than yes or no to what it proposes', () => {
    const anyQuestion = fc.record({
      requester: fc.constantFrom('ada', 'carla', 'both', 'left', 'nobody'),
      role: fc.constantFrom('prod-admin', 'dev-readonly', 'staging-admin', 'nothing'),
      durationMinutes: fc.constantFrom(1, 60, 600, -1, 0.5),
      breakGlass: fc.boolean(),
      reviews: fc.subarray([says('carla', 'approve'), says('chris', 'deny')]),
    });
    fc.assert(
      fc.property(anyQuestion, (change) => {
        const question = asks({ ...change, grants: [] });
        const { verdict, because } = example.decide(question);
        const explained = example.explain(question);
        expect(explained.verdict).toBe(verdict);
        expect(explained.parts.at(-1)?.lines).toEqual(expect.arrayContaining(because));
        expect(explained.wouldPass === undefined || verdict === 'deny').toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the nearest request that would pass', () => {
  const nearest = (cedar: string, change: Partial<Question> = {}): string | undefined =>
    (cedar === '' ? example : examplePlus(cedar)).explain(asks(change)).wouldPass;

  test.each<[string, string, Partial<Question>, string | undefined]>([
    ['is the longest time that is given', '', { durationMinutes: 600 }, 'It would pass for 2 h.'],
    [
      'is the longest that a rule gives',
      forbid('short', 'Request', 'context.durationMinutes > 45'),
      { durationMinutes: 90 },
      'It would pass for 30 min.',
    ],
    [
      'has a ticket',
      forbid('ticket', 'Request', '!(context has ticket)'),
      {},
      'It would pass with a ticket.',
    ],
    [
      'has a ticket and is shorter',
      forbid('ticket', 'Request', '!(context has ticket) || context.durationMinutes > 60'),
      { durationMinutes: 120 },
      'It would pass with a ticket and for 1 h.',
    ],
    [
      'has a ticket that the rules take',
      forbid(
        'own-ticket',
        'Request',
        '!(context has ticketFacts && context.ticketFacts.assignedToRequester)',
      ),
      { ticket: 'PAY-1', ticketFacts: 'not-found' },
      'It would pass with a ticket that is In Progress and assigned to whoever asks.',
    ],
    [
      'begins when the rules let it',
      forbid('monday', 'Request', 'context.weekday == "Monday"'),
      {},
      'It would pass later, from Tuesday 6 January, 00:00 (Europe/Berlin) on.',
    ],
    [
      'is another role of the account',
      `@id("no-admin") @advice("No.") forbid (principal, action == Curfew::Action::"Request", resource == Curfew::Role::"prod-admin");`,
      {},
      'In shop-prod you may ask for prod-readonly or grafana-admins.',
    ],
    ['is none where nothing near would do', '', { requester: 'carla' }, undefined],
    ['is none where nobody could say yes', '', { requester: 'left' }, undefined],
  ])('%s', (_, cedar, change, expected) => {
    expect(nearest(cedar, change)).toBe(expected);
  });

  test('begins where a freeze ends, also one of many months', () => {
    const policy = policyOf([
      ...exampleFiles({
        'curfew.yaml': (text) =>
          `${text}\nfreezes:\n  - { name: migration, from: 2026-01-01, until: 2026-06-30, envs: [prod] }\n`,
      }),
      { name: 'policies/freeze.cedar', text: forbid('freeze', 'Request', 'context.inFreeze') },
    ]);
    expect(policy.explain(asks()).wouldPass).toBe(
      'It would pass later, from Wednesday 1 July, 00:00 (Europe/Berlin) on.',
    );
  });

  test('of a break-glass is at most as long as the role says', () => {
    const people = [someone('ada', ['engineers', 'sre-oncall'])];
    expect(nearest('', { breakGlass: true, grants: [], durationMinutes: 90, people })).toBe(
      'It would pass for 1 h.',
    );
  });
});
