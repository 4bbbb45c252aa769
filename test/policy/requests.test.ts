import { describe, expect, test } from '@jest/globals';
import type { Question } from '../../access/decision';
import type { Person } from '../../access/person';
import {
  asks,
  COMPANY,
  exampleFiles,
  examplePlus,
  NOON,
  policyOf,
  says,
  someone,
} from '../support/policy-bundle';

const policy = policyOf(exampleFiles());

describe('a request that is wrong in itself is denied with what would pass', () => {
  test.each<[string, Partial<Question>, RegExp]>([
    ['no minutes', { durationMinutes: 0 }, /at least 1\. Ask for 1 min to 2 h/],
    ['negative minutes', { durationMinutes: -60 }, /at least 1/],
    ['parts of a minute', { durationMinutes: 1.5 }, /whole number of minutes/],
    ['not a number of minutes', { durationMinutes: NaN }, /whole number/],
    ['for ever', { durationMinutes: Infinity }, /Ask for 2 h or less/],
    ['a minute too long', { durationMinutes: 121 }, /prod-admin is given for 2 h at most/],
    ['an absurd duration', { durationMinutes: 1e15 }, /Ask for 2 h or less/],
    ['no reason', { reason: '' }, /Say what the access is for/],
    ['a blank reason', { reason: ' \n\t' }, /Say what the access is for/],
    [
      'another account, by name',
      { account: 'shop-dev' },
      /is in the account shop-prod, not in “shop-dev”/,
    ],
    ['another account, by id', { account: '111111111111' }, /is in the account shop-prod/],
    [
      'break-glass where there is none',
      { breakGlass: true, role: 'staging-admin' },
      /staging-admin is not to be had by break-glass\. Ask for it in the ordinary way/,
    ],
    [
      'an unknown role',
      { role: 'prod-admim' },
      /There is no role called “prod-admim”\. Did you mean prod-admin\?/,
    ],
    ['a role in capitals', { role: 'PROD-ADMIN' }, /Did you mean prod-admin\?/],
    ['a thing of the language as role', { role: 'constructor' }, /no role called “constructor”/],
    ['an endless role', { role: 'x'.repeat(10_000) }, /^There is no role called “x{80}…”\.$/],
    [
      'an unknown person',
      { requester: 'eve@curfew.example' },
      /Nobody known here has the id or address “eve@/,
    ],
    ['an id in other letters', { requester: 'ADA' }, /Nobody known here/],
    ['somebody who has left', { requester: 'left' }, /not active/],
    [
      'an address of two people',
      {
        requester: 'ADA@curfew.example',
        people: [...COMPANY, someone('ada-2', ['engineers'], { emails: ['ada@CURFEW.example'] })],
      },
      /stands for several people/,
    ],
    [
      'two contradicting entries of one person',
      { people: [...COMPANY, someone('ada', ['engineers', 'security'])] },
      /stands for several people/,
    ],
    [
      'somebody no rule speaks of',
      { requester: 'carla' },
      /No rule lets carla@curfew.example ask for prod-admin/,
    ],
  ])('%s', (_, change, why) => {
    const decision = policy.decide(asks({ reviews: [says('carla', 'approve')], ...change }));
    expect(decision.verdict).toBe('deny');
    expect(decision.because.join(' ')).toMatch(why);
    expect(decision.approvers).toEqual([]);
    expect(decision.countedReviews).toEqual([
      { by: 'carla', counted: false, because: 'The request itself is not allowed.' },
    ]);
  });

  test('everything that is wrong is said at once', () => {
    const decision = policy.decide(asks({ durationMinutes: 0, reason: '', account: 'shop' }));
    expect(decision.because).toHaveLength(3);
  });
});

test.each<[string, Partial<Question>]>([
  ['a minute', { durationMinutes: 1 }],
  ['the maximum', { durationMinutes: 120 }],
  ['the account by name', { account: 'shop-prod' }],
  ['the account by id', { account: '222222222222' }],
  ['the address in any case', { requester: 'ADA@Curfew.Example' }],
  ['a ticket nobody asked for', { ticket: 'OPS-1' }],
  ['ordinary access, said in so many words', { breakGlass: false }],
])('may be asked for: %s', (_, change) => {
  expect(policy.decide(asks(change))).toMatchObject({ verdict: 'ask', needed: 2 });
});

describe('a role that wants a ticket', () => {
  const strict = policyOf(
    exampleFiles({
      'curfew.yaml': (text) => text.replace('risk: high', 'risk: high\n    ticket: required'),
    }),
  );
  test.each([
    [undefined, 'deny'],
    ['', 'deny'],
    ['  ', 'deny'],
    ['OPS-1', 'ask'],
  ])('ticket %j: %s', (ticket, verdict) => {
    const question = ticket === undefined ? asks() : asks({ ticket });
    expect(strict.decide(question).verdict).toBe(verdict);
  });

  test('does not make the others want one', () => {
    expect(strict.decide(asks({ role: 'staging-admin' })).verdict).toBe('ask');
  });

  test('a rule sees a ticket only when there is one', () => {
    const ruled = examplePlus(
      `@id("ticket") @advice("Name an OPS ticket.")
       forbid (principal, action == Curfew::Action::"Request", resource is Curfew::Role)
       unless { context has ticket && context.ticket like "OPS-*" };`,
    );
    expect(ruled.decide(asks()).because).toEqual(['Name an OPS ticket.']);
    expect(ruled.decide(asks({ ticket: ' ' })).because).toEqual(['Name an OPS ticket.']);
    expect(ruled.decide(asks({ ticket: 'OPS-7' })).verdict).toBe('ask');
  });
});

describe('what is given unasked', () => {
  test('a forbid beats every permit', () => {
    const ruled = examplePlus(
      `@id("short") @advice("Up to 2 h are given at once.")
       forbid (principal, action == Curfew::Action::"AutoApprove", resource is Curfew::Role)
       when { context.durationMinutes > 120 };`,
    );
    const long = ruled.decide(asks({ role: 'dev-readonly', durationMinutes: 121 }));
    expect(long).toMatchObject({
      verdict: 'deny',
      because: ['Up to 2 h are given at once.'],
      policies: ['short'],
    });
    expect(ruled.decide(asks({ role: 'dev-readonly', durationMinutes: 120 })).verdict).toBe(
      'grant',
    );
  });

  test('a route with seats is not waived by any permit', () => {
    const lavish = examplePlus(
      `@id("all") permit (principal, action == Curfew::Action::"AutoApprove", resource is Curfew::Role);`,
    );
    expect(lavish.decide(asks({ role: 'staging-admin' })).verdict).toBe('ask');
  });

  test('a role without seats and without a permit is given to nobody', () => {
    const auto = policyOf(
      exampleFiles({ 'curfew.yaml': (text) => text.replace('route: one-owner', 'route: auto') }),
    );
    const decision = auto.decide(asks({ role: 'staging-admin' }));
    expect(decision.verdict).toBe('deny');
    expect(decision.because.join()).toMatch(
      /Nobody is asked about staging-admin, and no rule gives it/,
    );
  });
});

describe('who is on call', () => {
  const emil = { ...someone('emil', ['engineers', 'sre-oncall']), name: 'Emil' };
  const ben = { ...someone('ben', ['engineers']), name: 'Ben' };
  const ada = { ...someone('ada', ['engineers']), name: 'Ada' };
  const cut = (by: Person) => policy.mayRevoke({ by, holder: ada, role: 'prod-admin', at: NOON });

  test.each([
    ['a member of the on-call group', emil, 'grant'],
    ['nobody else', ben, 'deny'],
    ['a member whom the directory says is off duty', { ...emil, onCall: false }, 'deny'],
    ['somebody whom the directory says is on duty', { ...ben, onCall: true }, 'grant'],
    ['nobody who has left', { ...emil, active: false }, 'deny'],
  ])('%s may cut a grant', (_, by, verdict) => {
    expect(cut(by).verdict).toBe(verdict);
  });

  test('whoever may not is told whom to ask', () => {
    expect(cut(ben).because).toEqual([
      "No rule lets Ben end other people's access to prod-admin.",
      'Ask someone of payments-owners or sre-oncall.',
    ]);
  });

  test('who has left does not even end their own', () => {
    const gone = { ...ada, active: false };
    const ask = { by: gone, holder: gone, role: 'prod-admin', at: NOON };
    expect(policy.mayRevoke(ask).verdict).toBe('deny');
  });

  test('a forbid beats the permit', () => {
    const ruled = examplePlus(
      `@id("two-hands") @advice("Ask an owner.")
       forbid (principal, action == Curfew::Action::"Revoke", resource == Curfew::Role::"prod-admin")
       unless { principal in resource.owners };`,
    );
    const ask = { by: emil, holder: ada, at: NOON };
    expect(ruled.mayRevoke({ ...ask, role: 'prod-admin' })).toMatchObject({
      verdict: 'deny',
      because: ['Ask an owner.'],
      policies: ['two-hands'],
    });
    expect(ruled.mayRevoke({ ...ask, role: 'staging-admin' }).verdict).toBe('grant');
  });
});
