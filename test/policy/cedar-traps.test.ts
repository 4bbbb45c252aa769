import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packageRoot } from '../../config/root';
import { readBundle } from '../../policy/bundle';
import { policySet, reference, uid, type Call } from '../../policy/cedar';
import {
  asks,
  COMPANY,
  exampleFiles,
  examplePlus,
  policyOf,
  says,
  someone,
} from '../support/policy-bundle';

const call: Call = {
  principal: uid('User', 'ada'),
  action: 'Revoke',
  resource: uid('Role', 'r'),
  context: { holder: reference('User', 'ben'), weekday: 'Monday', hour: 12 },
  entities: [
    { uid: uid('User', 'ada'), attrs: { active: true }, parents: [] },
    {
      uid: uid('Role', 'r'),
      attrs: {
        account: reference('Account', 'a'),
        env: reference('Env', 'dev'),
        owners: [],
        risk: 'low',
        maxMinutes: 60,
      },
      parents: [],
    },
  ],
};
const PERMIT = 'permit (principal, action, resource);';

describe('trap 1: the engine can kill the process', () => {
  // The crash itself takes an old Node and luck; what can be tested is that the flag is set in time.
  test('V8 is told not to inline calls into it before it is loaded', () => {
    const watch = `
      const v8 = require('node:v8');
      const Module = require('node:module');
      const seen = [];
      const set = v8.setFlagsFromString;
      v8.setFlagsFromString = (flag) => (seen.push(flag), set(flag));
      const load = Module._load;
      Module._load = function (name, ...rest) {
        if (String(name).includes('cedar-wasm')) seen.push('cedar');
        return load.call(this, name, ...rest);
      };
      require(${JSON.stringify(path.join(packageRoot, 'policy/cedar.ts'))});
      console.log(JSON.stringify(seen));
    `;
    const hook = path.join(packageRoot, 'test/support/typescript.cjs');
    const { stdout } = spawnSync(process.execPath, ['-r', hook, '-e', watch], { encoding: 'utf8' });
    expect(JSON.parse(stdout).slice(0, 2)).toEqual(['--no-turbo-inline-js-wasm-calls', 'cedar']);
  });
});

describe('trap 2: the engine skips a policy that fails', () => {
  test('a forbid that fails is not an allow', () => {
    const set = policySet({
      all: PERMIT,
      // Overflows, so the engine skips it and says "allow".
      limit:
        'forbid (principal, action, resource) when { resource.maxMinutes + 9223372036854775807 > 0 };',
    });
    expect(set.ask(call)).toMatchObject({ kind: 'fault', policies: ['limit'] });
  });

  test.each<[string, Partial<Call>]>([
    ['a context that lacks a fact', { context: { holder: reference('User', 'ben') } }],
    ['a context with something else', { context: { ...call.context, hour: 'noon' } }],
    [
      'an attribute nobody knows',
      {
        entities: [{ uid: uid('User', 'ada'), attrs: { active: true, admin: true }, parents: [] }],
      },
    ],
    [
      'an entity without its attributes',
      { entities: [{ uid: uid('User', 'ada'), attrs: {}, parents: [] }] },
    ],
    ['a resource of another kind', { resource: uid('Account', 'a') }],
  ])('%s is not an allow', (_, change) => {
    expect(policySet({ all: PERMIT }).ask(call)).toEqual({ kind: 'allow', policies: ['all'] });
    expect(policySet({ all: PERMIT }).ask({ ...call, ...change }).kind).toBe('fault');
  });

  test('policies that cannot be parsed are not an allow, however often they are asked', () => {
    const set = policySet({ all: PERMIT, oops: 'forbid (' });
    expect(set.ask(call).kind).toBe('fault');
    expect(set.ask(call).kind).toBe('fault');
  });

  test('an engine that throws is not an allow', () => {
    const cyclic: Call['context'] = { ...call.context };
    cyclic['self'] = cyclic;
    expect(policySet({ all: PERMIT }).ask({ ...call, context: cyclic }).kind).toBe('fault');
  });

  const failing = examplePlus(
    `@id("overflow") @advice("Ask for less.")
     forbid (principal, action in [Curfew::Action::"Request", Curfew::Action::"Approve"], resource is Curfew::Role)
     when { context.durationMinutes + 9223372036854775807 > 0 };`,
  );
  test('a request under a rule that fails is denied, and the rule is named', () => {
    const decision = failing.decide(asks({ role: 'dev-readonly' }));
    expect(decision).toMatchObject({ verdict: 'deny', policies: ['overflow'] });
    expect(decision.because.join()).toMatch(/The rule overflow failed, so the answer is no/);
  });

  test('sets that were asked in turn do not answer for each other', () => {
    const sets = Array.from({ length: 12 }, (_, index) =>
      policySet({
        [`p${index}`]: index % 2 === 0 ? PERMIT : 'forbid (principal, action, resource);',
      }),
    );
    for (const round of [0, 1, 2])
      for (const [index, set] of sets.entries())
        expect([round, set.ask(call)]).toEqual([
          round,
          { kind: index % 2 === 0 ? 'allow' : 'deny', policies: [`p${index}`] },
        ]);
  });
});

describe('trap 3: the engine cannot count', () => {
  const policy = policyOf(exampleFiles());
  test('a quorum is filled by distinct people, whatever each of them is permitted', () => {
    const often = Array.from({ length: 20 }, (_, index) => says('both', 'approve', 30 - index));
    expect(policy.decide(asks({ reviews: often })).verdict).toBe('ask');
  });
  test('three seats of one group need three of its people', () => {
    const three = policyOf(
      exampleFiles({
        'curfew.yaml': (text) =>
          text.replace(
            "[{ from: owners }, { from: 'group:security' }]",
            '[{ from: owners }, { from: owners }, { from: owners }]',
          ),
      }),
    );
    const people = [...COMPANY, someone('cleo', ['payments-owners'])];
    const votes = ['carla', 'chris', 'cleo'].map((by, index) => says(by, 'approve', 9 - index));
    const verdicts = [0, 1, 2, 3].map(
      (count) => three.decide(asks({ people, reviews: votes.slice(0, count) })).verdict,
    );
    expect(verdicts).toEqual(['ask', 'ask', 'ask', 'grant']);
  });
});

describe('trap 4: ids are free text to the engine', () => {
  const check = (cedar: string) =>
    readBundle([...exampleFiles(), { name: 'policies/more.cedar', text: cedar }], 'hash');
  test.each([
    ['Group', 'principal in Curfew::Group::"secuirty"', 'Did you mean security?'],
    ['Role', 'resource == Curfew::Role::"prod-admn"', 'Did you mean prod-admin?'],
    ['Account', 'resource in Curfew::Account::"shop-prd"', 'Did you mean shop-prod?'],
    ['Env', 'resource.env == Curfew::Env::"prd"', 'Did you mean prod?'],
  ])('a %s that is nowhere in the catalog is an error with file and line', (kind, test, fix) => {
    const bundle = check(
      `// a theme\n@id("typo") @advice("No.")\nforbid (principal, action == Curfew::Action::"Request", resource)\nwhen {\n  ${test}\n};\n`,
    );
    expect(bundle.ok).toBe(false);
    expect(bundle.findings).toEqual([
      {
        level: 'error',
        file: 'policies/more.cedar',
        line: 5,
        field: 'policy typo',
        problem: expect.stringMatching(new RegExp(`^There is no ${kind.toLowerCase()} called`)),
        fix: expect.stringContaining(fix),
      },
    ]);
  });

  test('in the scope of a policy, too', () => {
    const bundle = check(
      `@id("typo") permit (principal in Curfew::Group::"enginers", action == Curfew::Action::"Request", resource);`,
    );
    expect(bundle.findings).toMatchObject([
      { level: 'error', line: 1, fix: expect.stringContaining('engineers') },
    ]);
  });

  test('a person in a policy is a warning', () => {
    const bundle = check(
      `@id("vip") permit (principal == Curfew::User::"00uada00000000000001", action == Curfew::Action::"Request", resource);`,
    );
    expect(bundle).toMatchObject({
      ok: true,
      findings: [{ level: 'warning', field: 'policy vip' }],
    });
  });
});
