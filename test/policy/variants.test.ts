import { describe, expect, test } from '@jest/globals';
import type { Question } from '../../access/decision';
import { readBundle } from '../../policy/bundle';
import { asks, COMPANY, policyOf, routeFiles, says, someone } from '../support/policy-bundle';

const AUTO_APPROVE = `@id("on-call-unasked") permit (principal in Curfew::Group::"engineers",
  action == Curfew::Action::"AutoApprove", resource == Curfew::Role::"prod-admin");`;

/** A route of one owner, with these variants. */
const route = (...variants: string[]) =>
  `seats: [{ from: owners }]\n    variants:\n${variants.map((one) => `      - ${one}`).join('\n')}`;
/** The example forbids AutoApprove in production; here the waiver itself is looked at. */
const lenient = (text: string, cedar = AUTO_APPROVE) =>
  routeFiles(text, cedar).filter(({ name }) => name !== 'policies/auto-approve.cedar');
const policyWith = (variants: string[], cedar = AUTO_APPROVE) =>
  policyOf(lenient(route(...variants), cedar));

const contractor = {
  requester: 'con',
  people: [...COMPANY, someone('con', ['engineers', 'sre-oncall'])],
};
const onCall = (is: boolean | undefined) => ({
  people: COMPANY.map((one) =>
    one.id === 'ada' && is !== undefined ? { ...one, onCall: is } : one,
  ),
});

const SECURITY = "seats: [{ from: 'group:security' }]";
const TWO = "seats: [{ from: owners }, { from: 'group:security' }]";
const WAIVER = '{ when: { onCall: true, upTo: 1h }, auto: true }';

describe('who is asked differs by', () => {
  const rows: [string, string, Partial<Question>, boolean][] = [
    ['the requester’s group', 'requesterIn: [sre-oncall]', contractor, true],
    ['another group than theirs', 'requesterIn: [sre-oncall]', {}, false],
    ['any of several groups', 'requesterIn: [security, sre-oncall]', contractor, true],
    ['the account', 'account: [shop-prod]', {}, true],
    ['another account', 'account: [shop-dev]', {}, false],
    ['the env', 'env: [dev, prod]', {}, true],
    ['another env', 'env: [dev]', {}, false],
    ['the risk', 'risk: [high]', {}, true],
    ['another risk', 'risk: [low, medium]', {}, false],
    ['a longer time', 'longerThan: 1h', { durationMinutes: 61 }, true],
    ['not yet the time itself', 'longerThan: 1h', { durationMinutes: 60 }, false],
    ['a shorter time', 'upTo: 1h', { durationMinutes: 60 }, true],
    ['no longer a minute more', 'upTo: 1h', { durationMinutes: 61 }, false],
    ['being on call', 'onCall: true', onCall(true), true],
    ['not being on call', 'onCall: false', onCall(false), true],
    ['the other of the two', 'onCall: true', onCall(false), false],
    ['all conditions together', 'env: [prod], longerThan: 1h', { durationMinutes: 90 }, true],
    ['not one of them alone', 'env: [prod], longerThan: 1h', { durationMinutes: 30 }, false],
  ];
  test.each(rows)('%s: %s', (_, when, change, fits) => {
    const policy = policyWith([`{ when: { ${when} }, ${SECURITY} }`]);
    const decision = policy.decide(asks(change));
    expect(decision.verdict).toBe('ask');
    expect(decision.approvers).toEqual(
      fits ? ['deniz', 'dora', 'both'] : ['carla', 'chris', 'both'],
    );
    expect(decision.rule).toBe(fits ? '1 of security, not the requester' : undefined);
  });
});

describe('of several variants that fit', () => {
  const big = `{ when: { env: [prod] }, ${TWO} }`;
  const small = `{ when: { risk: [high] }, ${SECURITY} }`;

  test.each([
    ['the most demanding counts, first', [big, small]],
    ['or last', [small, big]],
  ])('%s', (_, variants) => {
    expect(policyWith(variants).decide(asks())).toMatchObject({ verdict: 'ask', needed: 2 });
  });

  test('of as many seats, those in stages', () => {
    const staged =
      "{ when: { risk: [high] }, stages: [{ seats: [{ from: owners }] }, { seats: [{ from: 'group:security' }] }] }";
    expect(policyWith([big, staged]).decide(asks()).stage).toMatchObject({ at: 1, of: 2 });
    expect(policyWith([staged, big]).decide(asks()).stage).toMatchObject({ at: 1, of: 2 });
  });

  test('of equals, the first that is written', () => {
    const owners = '{ when: { env: [prod] }, seats: [{ from: owners }] }';
    expect(policyWith([small, owners]).decide(asks()).approvers).toContain('deniz');
    expect(policyWith([owners, small]).decide(asks()).approvers).toContain('carla');
  });

  test('a waiver gives way to whatever demands an approval', () => {
    for (const variants of [
      [WAIVER, small],
      [small, WAIVER],
    ])
      expect(policyWith(variants).decide(asks(onCall(true)))).toMatchObject({
        verdict: 'ask',
        needed: 1,
        rule: '1 of security, not the requester',
      });
  });
});

describe('a waiver', () => {
  test('gives at once what it is for', () => {
    expect(policyWith([WAIVER]).decide(asks(onCall(true)))).toMatchObject({
      verdict: 'grant',
      needed: 0,
      policies: expect.arrayContaining(['on-call-unasked']),
    });
  });

  test('asks the route’s own seats for everything else', () => {
    for (const change of [onCall(false), { ...onCall(true), durationMinutes: 61 }])
      expect(policyWith([WAIVER]).decide(asks(change))).toMatchObject({
        verdict: 'ask',
        needed: 1,
        approvers: ['carla', 'chris', 'both'],
      });
  });

  test('needs a permit for AutoApprove: a rule against it has the route’s own seats asked', () => {
    const asked = { verdict: 'ask', needed: 1, approvers: ['carla', 'chris', 'both'] };
    expect(policyWith([WAIVER], '').decide(asks(onCall(true)))).toMatchObject(asked);
    const forbidden = policyOf(routeFiles(route(WAIVER), AUTO_APPROVE));
    expect(forbidden.decide(asks(onCall(true)))).toMatchObject(asked);
  });

  test('does not outlive what it rested on: off call, nothing is minted', () => {
    const policy = policyWith([WAIVER]);
    expect(policy.mayMint(asks(onCall(true))).verdict).toBe('grant');
    expect(policy.mayMint(asks(onCall(false)))).toMatchObject({
      verdict: 'deny',
      because: expect.arrayContaining(['It is not approved, or no longer.']),
    });
  });
});

describe('when nobody can tell whether the requester is on call', () => {
  const nobodyKnows = (variants: string[]) => {
    const files = lenient(route(...variants)).map(({ name, text }) => ({
      name,
      text: text.replace('onCall: [sre-oncall]', 'onCall: []'),
    }));
    return policyOf(files).decide(asks());
  };

  test('nothing is waived', () => {
    expect(nobodyKnows([WAIVER])).toMatchObject({ verdict: 'ask', needed: 1 });
  });

  test.each(['true', 'false'])('whatever asks more counts: onCall: %s', (is) => {
    expect(nobodyKnows([`{ when: { onCall: ${is} }, ${TWO} }`])).toMatchObject({ needed: 2 });
  });

  test('what fits for certain is not made easier', () => {
    const certain = `{ when: { env: [prod] }, ${TWO} }`;
    expect(nobodyKnows([`{ when: { onCall: true }, ${SECURITY} }`, certain])).toMatchObject({
      needed: 2,
    });
  });

  test('what asks no more than the route itself does not count', () => {
    expect(nobodyKnows([`{ when: { onCall: true }, ${SECURITY} }`]).approvers).toContain('carla');
  });

  test('a condition that fails for certain is no doubt', () => {
    expect(nobodyKnows([`{ when: { onCall: true, env: [dev] }, ${TWO} }`])).toMatchObject({
      needed: 1,
    });
  });
});

test('the question must bring along whoever any variant may ask', () => {
  const policy = policyWith([`{ when: { onCall: true }, ${SECURITY} }`]);
  expect(policy.groupsFor('prod-admin')).toEqual(['payments-owners', 'security']);
  expect(policy.groupsFor('nothing')).toEqual([]);
});

test('a grant is of the seats that were asked', () => {
  const policy = policyWith([`{ when: { env: [prod] }, ${TWO} }`]);
  const one = [says('carla', 'approve', 9)];
  expect(policy.decide(asks({ reviews: one })).verdict).toBe('ask');
  expect(policy.decide(asks({ reviews: [...one, says('deniz', 'approve', 8)] }))).toMatchObject({
    verdict: 'grant',
    needed: 2,
  });
});

describe('what is wrong with a route', () => {
  const rows: [string, string, string, RegExp, RegExp][] = [
    ['no seats', 'variants: []', 'routes.two-people', /Nothing says who is asked/, /Add seats/],
    [
      'seats and stages',
      'seats: [{ from: owners }]\n    stages: [{ seats: [{ from: owners }] }]',
      'routes.two-people.stages',
      /seats and stages cannot stand together/,
      /Keep one/,
    ],
    [
      'a variant without seats',
      route('{ when: { env: [prod] } }'),
      'routes.two-people.variants.0',
      /Nothing says who is asked/,
      /or auto: true/,
    ],
    [
      'a variant with seats and auto',
      route('{ when: { env: [prod] }, auto: true, seats: [{ from: owners }] }'),
      'routes.two-people.variants.0.auto',
      /seats and auto cannot stand together/,
      /Keep one/,
    ],
    [
      'a stage of an unknown group',
      'stages: [{ seats: [{ from: owners }] }, { seats: [{ from: "group:secuirty" }] }]',
      'routes.two-people.stages.1.seats.0.from',
      /secuirty is not among groups/,
      /Did you mean security/,
    ],
    [
      'a variant’s seat of an unknown group',
      route('{ when: { env: [prod] }, seats: [{ from: "group:secuirty" }] }'),
      'routes.two-people.variants.0.seats.0.from',
      /secuirty is not among groups/,
      /Did you mean security/,
    ],
    [
      'requesters of an unknown group',
      route('{ when: { requesterIn: [engineer] }, auto: true }'),
      'routes.two-people.variants.0.when.requesterIn.0',
      /engineer is not among groups/,
      /Did you mean engineers/,
    ],
    [
      'an unknown account',
      route('{ when: { account: [shop-prd] }, auto: true }'),
      'routes.two-people.variants.0.when.account.0',
      /No account is called shop-prd/,
      /Did you mean shop-prod/,
    ],
    [
      'an unknown env',
      route('{ when: { env: [prd] }, auto: true }'),
      'routes.two-people.variants.0.when.env.0',
      /No account has the env prd/,
      /Did you mean prod/,
    ],
    [
      'no condition',
      route('{ when: {}, auto: true }'),
      'routes.two-people.variants.0.when',
      /would count for every request/,
      /Say for which/,
    ],
    [
      'times that exclude each other',
      route('{ when: { longerThan: 1h, upTo: 60m }, auto: true }'),
      'routes.two-people.variants.0.when.upTo',
      /Nothing is longer than 1 h and at most 1 h/,
      /Raise upTo/,
    ],
    [
      'a condition that does not exist',
      route('{ when: { oncall: true }, auto: true }'),
      'routes.two-people.variants.0.when.oncall',
      /no setting called oncall/,
      /Did you mean onCall/,
    ],
    [
      'a misspelt setting of a variant',
      route('{ when: { env: [prod] }, seat: [{ from: owners }] }'),
      'routes.two-people.variants.0.seat',
      /no setting called seat/,
      /Did you mean seats/,
    ],
    [
      'a misspelt setting of a stage',
      'stages: [{ seat: [{ from: owners }] }]',
      'routes.two-people.stages.0.seat',
      /no setting called seat/,
      /Did you mean seats/,
    ],
  ];
  test.each(rows)('%s', (_, text, field, problem, fix) => {
    const bundle = readBundle(routeFiles(text), 'hash');
    expect(bundle.ok).toBe(false);
    const found = bundle.findings.find((finding) => finding.field === field);
    expect(found ?? bundle.findings).toMatchObject({
      level: 'error',
      problem: expect.stringMatching(problem),
      fix: expect.stringMatching(fix),
    });
  });
});

describe('a warning for a variant', () => {
  const warnings = (files: ReturnType<typeof lenient>) => {
    const bundle = readBundle(files, 'hash');
    expect(bundle.ok).toBe(true);
    return bundle.findings
      .filter(({ field }) => field.startsWith('routes.two-people.variants'))
      .map(({ field, problem }) => `${field} ${problem}`);
  };
  const big = `{ when: { env: [prod] }, ${TWO} }`;

  const never: [string, string[], RegExp][] = [
    [
      'that no role fits',
      [`{ when: { env: [dev] }, ${TWO} }`],
      /No role takes this route with env dev/,
    ],
    [
      'for longer than any role is given',
      [`{ when: { longerThan: 2h }, ${TWO} }`],
      /a max of more than 2 h/,
    ],
    [
      'behind a more demanding one that always fits, too',
      [`{ when: { env: [prod], upTo: 1h }, ${SECURITY} }`, big],
      /variants\.0 .*variant 2 counts, which asks at least as much/,
    ],
    [
      'behind an equal one before it',
      [
        `{ when: { env: [prod] }, ${SECURITY} }`,
        `{ when: { env: [prod], onCall: true }, ${SECURITY} }`,
      ],
      /variants\.1 .*variant 1 counts/,
    ],
    [
      'that nobody may approve',
      ["{ when: { env: [prod] }, seats: [{ from: 'group:sre-oncall' }] }"],
      /Nobody can approve prod-admin: no policy permits Approve for sre-oncall/,
    ],
    [
      'whose manager may not approve',
      ['{ when: { env: [prod] }, seats: [{ from: manager }] }'],
      /Nobody can approve prod-admin: no policy permits Approve for the manager/,
    ],
  ];
  test.each(never)('%s', (_, variants, expected) => {
    expect(warnings(lenient(route(...variants)))).toEqual([expect.stringMatching(expected)]);
  });

  test('that waives what no policy gives unasked', () => {
    expect(warnings(lenient(route(WAIVER), ''))).toEqual([
      expect.stringMatching(/no policy permits AutoApprove for it, so the route's own seats/),
    ]);
  });

  test.each([
    ['an easier one with more conditions', [big, `{ when: { env: [prod], upTo: 1h }, ${TWO} }`], 1],
    [
      'one that the other does not cover',
      [`{ when: { onCall: true }, ${SECURITY} }`, `{ when: { onCall: false }, ${SECURITY} }`],
      0,
    ],
    [
      'a shorter and a longer time',
      [`{ when: { upTo: 30m }, ${SECURITY} }`, `{ when: { upTo: 1h }, ${SECURITY} }`],
      0,
    ],
    [
      'a longer time before a shorter',
      [`{ when: { upTo: 1h }, ${SECURITY} }`, `{ when: { upTo: 30m }, ${SECURITY} }`],
      1,
    ],
    [
      'less than any time',
      [`{ when: { longerThan: 30m }, ${SECURITY} }`, `{ when: { longerThan: 1h }, ${SECURITY} }`],
      1,
    ],
    [
      'groups within groups',
      [
        `{ when: { requesterIn: [engineers, security] }, ${SECURITY} }`,
        `{ when: { requesterIn: [security] }, ${SECURITY} }`,
      ],
      1,
    ],
    [
      'groups beside groups',
      [
        `{ when: { requesterIn: [engineers] }, ${SECURITY} }`,
        `{ when: { requesterIn: [security] }, ${SECURITY} }`,
      ],
      0,
    ],
    ['a waiver', [WAIVER], 0],
  ])('or none: %s', (_, variants, count) => {
    expect(warnings(lenient(route(...variants)))).toHaveLength(count);
  });
});
