import { describe, expect, test } from '@jest/globals';
import type { Question } from '../../access/decision';
import {
  asks,
  COMPANY,
  countedIn,
  exampleFiles,
  NOON,
  policyOf,
  says,
  someone,
} from '../support/policy-bundle';

/** The example, in which only the directory can tell who is on call, with one more rule. */
const withRule = (cedar: string) =>
  policyOf([
    ...exampleFiles({ 'curfew.yaml': (text) => text.replace('onCall: [sre-oncall]', '') }),
    { name: 'policies/more.cedar', text: `@id("more") @advice("Wait for your shift.") ${cedar}` },
  ]);

const company = (onCall: Record<string, boolean | undefined>) =>
  COMPANY.map((one) => {
    const fact = onCall[one.id];
    return fact === undefined ? one : { ...one, onCall: fact };
  });

const REQUEST = 'principal, action == Curfew::Action::"Request", resource is Curfew::Role';
const APPROVE = 'principal, action == Curfew::Action::"Approve", resource is Curfew::Role';

describe('a forbid that fires on a fact does not fail open when nobody knows the fact', () => {
  // policy.md and security.md, 3: the source of the fact is down, perhaps because somebody saw to that.
  const rows: [string, string, boolean | undefined, 'ask' | 'deny'][] = [
    [
      'known and true',
      `forbid (${REQUEST}) when { principal has onCall && principal.onCall };`,
      true,
      'deny',
    ],
    [
      'known and false',
      `forbid (${REQUEST}) when { principal has onCall && principal.onCall };`,
      false,
      'ask',
    ],
    [
      'unknown',
      `forbid (${REQUEST}) when { principal has onCall && principal.onCall };`,
      undefined,
      'deny',
    ],
    [
      'unknown, read in the negative',
      `forbid (${REQUEST}) when { principal has onCall && !principal.onCall };`,
      undefined,
      'deny',
    ],
    [
      'unknown, and the rule is about another role',
      `forbid (principal, action == Curfew::Action::"Request", resource == Curfew::Role::"dev-readonly") when { principal has onCall && principal.onCall };`,
      undefined,
      'ask',
    ],
    [
      'unknown, and the rule is about another environment, in one condition',
      `forbid (${REQUEST}) when { resource.env == Curfew::Env::"dev" && principal has onCall && principal.onCall };`,
      undefined,
      'ask',
    ],
    [
      'unknown, and the rule is about another environment, in a condition of its own',
      `forbid (${REQUEST}) when { resource.env == Curfew::Env::"dev" } when { principal has onCall && principal.onCall };`,
      undefined,
      'ask',
    ],
    [
      'unknown, and the rule is about this environment',
      `forbid (${REQUEST}) when { resource.env == Curfew::Env::"prod" && principal has onCall && principal.onCall };`,
      undefined,
      'deny',
    ],
    [
      'unknown, and an exception applies',
      `forbid (${REQUEST}) when { principal has onCall && principal.onCall } unless { resource.env == Curfew::Env::"prod" };`,
      undefined,
      'ask',
    ],
    [
      'unknown, and it is one of two exceptions, the other of which applies',
      `forbid (${REQUEST}) unless { (principal has onCall && principal.onCall) || resource.env == Curfew::Env::"prod" };`,
      undefined,
      'ask',
    ],
    [
      'unknown, and it is the only exception',
      `forbid (${REQUEST}) unless { principal has onCall && principal.onCall };`,
      undefined,
      'deny',
    ],
    [
      'unknown, and mixed with another in a way that cannot be taken apart',
      `forbid (${REQUEST}) when { (principal has onCall && principal.onCall) || context.durationMinutes > 600 };`,
      undefined,
      'deny',
    ],
    [
      'unknown, read of the requester in the context',
      `forbid (${REQUEST}) when { context.requester has onCall && context.requester.onCall };`,
      undefined,
      'deny',
    ],
  ];
  test.each(rows)('%s', (_, cedar, onCall, verdict) => {
    const decision = withRule(cedar).decide(asks({ people: company({ ada: onCall }) }));
    expect(decision.verdict).toBe(verdict);
  });

  test('the answer says which fact and which rule, and names the rule', () => {
    const decision = withRule(
      `forbid (${REQUEST}) when { principal has onCall && principal.onCall };`,
    ).decide(asks());
    expect(decision.because).toEqual([
      'Nobody could tell whether the person is on call, and the rule more depends on it. Try again later.',
    ]);
    expect(decision.policies).toEqual(['more']);
  });

  test('neither does it for the fact of a voter: the vote does not count', () => {
    const policy = withRule(
      `forbid (${APPROVE}) when { principal has onCall && !principal.onCall };`,
    );
    const reviews = [
      says('carla', 'approve', 9),
      says('chris', 'approve', 8),
      says('deniz', 'approve', 7),
    ];
    const people = company({
      ada: false,
      carla: undefined,
      chris: true,
      deniz: true,
      dora: false,
      both: true,
    });
    const decision = policy.decide(asks({ people, reviews }));
    expect(countedIn(decision)).toEqual(['chris', 'deniz']);
    expect(decision.countedReviews[0]?.because).toMatch(/Nobody could tell whether/);
    expect(policy.decide(asks({ people })).approvers).toEqual(['chris', 'deniz', 'both']);
  });

  test('nor for the cutting of a grant', () => {
    const policy = withRule(
      `forbid (principal, action == Curfew::Action::"Revoke", resource) when { principal has onCall && !principal.onCall };`,
    );
    const cut = (by: Question['people'][number]) =>
      policy.mayRevoke({
        by: { ...by, name: by.id },
        holder: { ...someone('ada', ['engineers'], { onCall: false }), name: 'Ada' },
        role: 'prod-admin',
        at: NOON,
      }).verdict;
    expect(cut(someone('carla', ['payments-owners'], { onCall: true }))).toBe('grant');
    expect(cut(someone('carla', ['payments-owners']))).toBe('deny');
  });

  test('a permit that needs the fact does not fire without it', () => {
    const policy = policyOf([
      ...exampleFiles({ 'curfew.yaml': (text) => text.replace('onCall: [sre-oncall]', '') }),
    ]);
    const emil = { ...someone('emil', ['sre-oncall']), name: 'Emil' };
    const ada = { ...someone('ada', ['engineers']), name: 'Ada' };
    const ask = { holder: ada, role: 'prod-admin', at: NOON };
    expect(policy.mayRevoke({ ...ask, by: emil }).verdict).toBe('deny');
    expect(policy.mayRevoke({ ...ask, by: { ...emil, onCall: true } }).verdict).toBe('grant');
  });
});

describe('how many grants somebody holds', () => {
  const policy = withRule(
    `forbid (${REQUEST}) when { context has liveGrants && context.liveGrants >= 2 };`,
  );
  const hold = (change: object = {}) => ({
    person: 'ADA@curfew.example',
    role: 'dev-readonly',
    from: '2026-01-05T11:00:00.000Z',
    until: '2026-01-05T13:00:00.000Z',
    state: 'active',
    ...change,
  });
  const verdict = (grants?: Question['grants']) =>
    policy.decide(grants === undefined ? asks() : asks({ grants })).verdict;

  test.each<[string, Question['grants'], string]>([
    ['nobody said: no', undefined, 'deny'],
    ['none', [], 'ask'],
    ['one', [hold()], 'ask'],
    ['two', [hold(), hold({ person: 'ada' })], 'deny'],
    ['one and one of somebody else', [hold(), hold({ person: 'carla' })], 'ask'],
    ['one and one that ended', [hold(), hold({ state: 'ended' })], 'ask'],
    ['one and one that ends this very moment', [hold(), hold({ until: NOON })], 'ask'],
    ['one and one that begins later', [hold(), hold({ from: '2026-01-05T12:00:01.000Z' })], 'ask'],
    [
      'one that is ending, and one in a state nobody knows',
      [hold({ state: 'ending' }), hold({ state: '?' })],
      'deny',
    ],
  ])('%s', (_, grants, expected) => {
    expect(verdict(grants)).toBe(expected);
  });
});

describe('weekday and hour are those of the catalog’s timezone', () => {
  const policy = withRule(
    `forbid (${REQUEST}) when { context.weekday == "Monday" && context.hour < 8 };`,
  );
  test.each([
    ['2026-01-04T23:30:00.000Z', 'deny'], // Monday, 00:30 in Berlin
    ['2026-01-05T06:59:59.999Z', 'deny'],
    ['2026-01-05T07:00:00.000Z', 'ask'],
    ['2026-01-04T22:59:00.000Z', 'ask'], // still Sunday
    ['2026-07-06T05:59:00.000Z', 'deny'], // summer time
    ['2026-07-06T06:00:00.000Z', 'ask'],
  ])('%s: %s', (at, expected) => {
    const people = company({ ada: false });
    expect(policy.decide(asks({ at, people, grants: [] })).verdict).toBe(expected);
  });
});

describe('who is on call, where schedules say it', () => {
  const ON_CALL = `forbid (${REQUEST}) unless { principal has onCall && principal.onCall };`;
  const withSchedules = (onCall: string, role = '') =>
    policyOf([
      ...exampleFiles({
        'curfew.yaml': (text) =>
          text
            .replace('onCall: [sre-oncall]', `onCall: [${onCall}]`)
            .replace('    route: two-people\n', `    route: two-people\n${role}`),
      }),
      {
        name: 'policies/more.cedar',
        text: `@id("more") @advice("Wait for your shift.") ${ON_CALL}`,
      },
    ]);
  const verdict = (
    policy: ReturnType<typeof withSchedules>,
    groups: string[],
    onCall?: boolean,
  ) => {
    const more = onCall === undefined ? {} : { onCall };
    const people = [...COMPANY.slice(1), someone('ada', ['engineers', ...groups], more)];
    return policy.decide(asks({ people })).verdict;
  };
  const BOTH = "'schedule:Payments Primary', sre-oncall";

  test.each<[string, string, string, string[], boolean | undefined, 'ask' | 'deny']>([
    ['somebody on the schedule', BOTH, '', [], true, 'ask'],
    ['somebody who is not', BOTH, '', ['sre-oncall'], false, 'deny'],
    ['a member of the group, while it cannot be asked', BOTH, '', ['sre-oncall'], undefined, 'ask'],
    ['somebody else, while it cannot be asked', BOTH, '', [], undefined, 'deny'],
    [
      'the group, where the role has a schedule of its own that cannot be asked',
      'sre-oncall',
      '    schedule: payments-primary\n',
      ['sre-oncall'],
      undefined,
      'deny',
    ],
    [
      'somebody on the schedule of the role',
      'sre-oncall',
      '    schedule: payments-primary\n',
      [],
      true,
      'ask',
    ],
  ])('%s', (_what, sources, role, groups, onCall, expected) => {
    expect(verdict(withSchedules(sources, role), groups, onCall)).toBe(expected);
  });

  test('while nobody can tell, the answer says so', () => {
    expect(withSchedules(BOTH).decide(asks()).because).toEqual([
      'Wait for your shift.',
      'Nobody could tell whether the person is on call, which may be why.',
    ]);
  });
});
