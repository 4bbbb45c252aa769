import { describe, expect, test } from '@jest/globals';
import { readBundle, type ReadBundle } from '../../policy/bundle';
import { findingText } from '../../policy/finding';
import { exampleFiles, foundIn, lineOf, someone } from '../support/policy-bundle';

const YAML = 'curfew.yaml';
const PIN = '      repository_id: 100000001\n';
const OTHER = (claims: string, audience = 'curfew') =>
  `  other:\n    { kind: pipeline, provider: github, audience: ${audience}, accountable: ada@curfew.example,\n` +
  `      claims: { repository_id: 100000001, repository_owner_id: 100000002, ${claims} } }\n`;

/** Change, the level and field, a part of the problem, a part of the fix. */
const misfits: [string, [string, string], string, RegExp, RegExp][] = [
  [
    'a pipeline that is pinned by no number',
    [PIN, '      repository: shop/shop\n'],
    'error workloads.deploy-shop.claims',
    /Without repository_id the tokens of others would do/,
    /gh api repos/,
  ],
  [
    'a customer’s pipeline at an issuer of all customers',
    ['provider: github', 'provider: buildkite'],
    'error workloads.deploy-shop.claims',
    /Without organization_id/,
    /--claim organization_id/,
  ],
  [
    'no issuer where each customer has one',
    ['provider: github', 'provider: circleci'],
    'error workloads.deploy-shop.issuer',
    /circleci workload needs its issuer/,
    /UUID of your organisation/,
  ],
  [
    'an issuer of nobody in particular',
    ['provider: github', 'provider: circleci\n    issuer: https://oidc.circleci.com'],
    'error workloads.deploy-shop.issuer',
    /no issuer of one organisation/,
    /\/org\//,
  ],
  [
    'tokens whose runs cannot be told apart',
    ['provider: github', 'provider: oidc\n    issuer: https://agents.example'],
    'error workloads.deploy-shop.run',
    /one run of it from another/,
    /session_id/,
  ],
  [
    'a run of one’s own where it is known',
    ['provider: github', 'provider: github\n    run: run_number'],
    'error workloads.deploy-shop.run',
    /is known already/,
    /Remove/,
  ],
  [
    'an issuer in clear text',
    ['provider: github', 'provider: github\n    issuer: http://tokens.example'],
    'error workloads.deploy-shop.issuer',
    /not possible here/,
    /https address/,
  ],
  [
    'an unknown provider',
    ['provider: github', 'provider: githib'],
    'error workloads.deploy-shop.provider',
    /githib is not possible/,
    /Did you mean github/,
  ],
  [
    'a setting that there is not',
    ['    audience: curfew', '    audiance: curfew'],
    'error workloads.deploy-shop.audiance',
    /no setting called audiance/,
    /Did you mean audience/,
  ],
  [
    'one token for two',
    ['workloads:\n  deploy-shop', `workloads:\n${OTHER('ref_protected: true')}  deploy-shop`],
    'error workloads.deploy-shop.claims',
    /could be deploy-shop and other/,
    /environment/,
  ],
  [
    'two places for one issuer’s keys',
    [
      'workloads:\n  deploy-shop:',
      `workloads:\n${OTHER('environment: production')}  deploy-shop:\n    jwks: https://keys.example`,
    ],
    'error workloads.deploy-shop.jwks',
    /keys of its issuer are elsewhere for other/,
    /same jwks/,
  ],
  [
    'more for machines than for people',
    ['max: 30m # for', 'max: 5h # for'],
    'error roles.staging-admin.workloads.max',
    /would get more \(5 h\) than people \(4 h\)/,
    /Lower workloads\.max/,
  ],
  [
    'a group for a machine',
    ['    group: grafana-admins', '    workloads: { max: 5m }\n    group: grafana-admins'],
    'error roles.grafana-admins.workloads',
    /given to a person/,
    /role of sessions/,
  ],
  [
    'a role for machines that no rule gives them',
    ['    route: auto', '    workloads: { max: 5m }\n    route: auto'],
    'warning roles.dev-readonly.workloads',
    /no policy permits Request, AutoApprove, Grant for one/,
    /principal is Curfew::Pipeline/,
  ],
];

test.each(misfits)('%s', (_, [from, to], place, problem, fix) => {
  const { findings } = foundIn(YAML, from, to);
  const texts = findings.map(findingText);
  const found = texts.find((text) => text.includes(` ${place}: `));
  expect(found ?? texts).toMatch(problem);
  expect(found).toMatch(fix);
});

test('two of one repository, told apart by a claim or by their audience, are two', () => {
  for (const entry of [OTHER('environment: production'), OTHER('', 'curfew-prod')]) {
    const read = foundIn(YAML, 'workloads:\n  deploy-shop', `workloads:\n${entry}  deploy-shop`);
    expect(read.findings.map(findingText)).toEqual([]);
  }
});

test('numbers and truth are pinned as the tokens say them, in text', () => {
  const read = readBundle(exampleFiles(), 'hash');
  expect(read.ok && read.catalog.workloads[0]).toEqual({
    id: 'deploy-shop',
    kind: 'pipeline',
    provider: 'github',
    issuer: 'https://token.actions.githubusercontent.com',
    jwks: 'https://token.actions.githubusercontent.com/.well-known/jwks',
    audience: 'curfew',
    accountable: 'gus@curfew.example',
    claims: {
      repository_id: '100000001',
      repository_owner_id: '100000002',
      environment: 'staging',
      ref_protected: 'true',
    },
    run: ['repository_id', 'run_id', 'run_attempt'],
  });
});

describe('in a policy', () => {
  const withPolicy = (text: string): ReadBundle =>
    readBundle([...exampleFiles(), { name: 'policies/more.cedar', text }], 'hash');

  test('a workload that is not in curfew.yaml is named, with the one that was meant', () => {
    const read = withPolicy(
      '@id("typo") permit (principal == Curfew::Pipeline::"deploy-shp", action, resource);',
    );
    expect(read.findings.map(findingText).join('\n')).toMatch(
      /more\.cedar:1.* There is no pipeline called deploy-shp in curfew\.yaml\. → Use one of deploy-shop\. Did you mean deploy-shop/,
    );
  });

  test('and where there is none at all, that is said', () => {
    const read = withPolicy(
      '@id("none") permit (principal == Curfew::Agent::"triage", action, resource);',
    );
    expect(read.findings.map(findingText).join('\n')).toMatch(/no agent called triage.*add it/);
  });

  test('a permit that speaks of them outside its scope is warned about', () => {
    const read = withPolicy(
      '@id("late") permit (principal, action == Curfew::Action::"Request", resource) when { principal is Curfew::Agent };',
    );
    expect(read).toMatchObject({ ok: true });
    expect(read.findings.map(findingText).join('\n')).toMatch(
      /warning policy late: This permit speaks of pipelines or agents, and lets none of them in\. → .*scope/,
    );
  });

  test('one that lets them approve or revoke applies to nothing', () => {
    const read = withPolicy(
      '@id("robot") permit (principal is Curfew::Pipeline, action in [Curfew::Action::"Approve", Curfew::Action::"Revoke", Curfew::Action::"BreakGlass"], resource);',
    );
    expect(read.findings.map(findingText).join('\n')).toMatch(/policy robot/);
  });
});

test('against a directory, whoever nobody answers for is found', () => {
  const warned = (people: ReturnType<typeof someone>[]) =>
    readBundle(exampleFiles(), 'hash', people)
      .findings.map(findingText)
      .filter((text) => text.includes('Nobody answers'));
  const gus = someone('gus', ['engineers']);
  expect(warned([gus])).toEqual([]);
  expect(warned([{ ...gus, active: false }]).join()).toMatch(
    new RegExp(`curfew.yaml:${lineOf(YAML, 'accountable: gus')}:.*Name one active person`),
  );
});
