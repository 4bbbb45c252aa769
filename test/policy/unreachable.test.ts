import { describe, expect, test } from '@jest/globals';
import { readBundle } from '../../policy/bundle';
import { exampleFiles } from '../support/policy-bundle';

const FILE = 'policies/more.cedar';
const found = (cedar: string, yaml?: (text: string) => string): string[] => {
  const bundle = readBundle(
    [...exampleFiles(yaml ? { 'curfew.yaml': yaml } : {}), { name: FILE, text: cedar }],
    'hash',
  );
  expect(bundle.ok).toBe(true);
  return bundle.findings
    .filter(({ file }) => file === FILE)
    .map(({ level, line, field, problem }) => `${level} ${line} ${field}: ${problem}`);
};
const emptyAccount = (text: string): string =>
  text.replace(
    '\nroles:\n',
    "\n  shop-empty:\n    id: '333333333333'\n    env: dev\n    owners: [payments-owners]\n    region: eu-central-1\n\nroles:\n",
  );
const A = (...names: string[]): string =>
  names.length === 1
    ? `action == Curfew::Action::"${names[0]}"`
    : `action in [${names.map((name) => `Curfew::Action::"${name}"`).join(', ')}]`;

describe('a rule that can never say anything is a warning', () => {
  test.each([
    [
      'a permit on an account without roles',
      `permit (principal, ${A('Request')}, resource in Curfew::Account::"shop-empty");`,
      /permit can never apply: no role of curfew\.yaml is in its scope/,
    ],
    [
      'a forbid on an account without roles',
      `@advice("No.") forbid (principal, ${A('Request')}, resource in Curfew::Account::"shop-empty");`,
      /forbid can never apply: no role of curfew\.yaml is in its scope/,
    ],
    [
      'AutoApprove of a role that has seats',
      `permit (principal, ${A('AutoApprove')}, resource == Curfew::Role::"prod-admin");`,
      /AutoApprove waives none/,
    ],
    [
      'break-glass of a role without that section',
      `permit (principal, ${A('BreakGlass')}, resource == Curfew::Role::"staging-admin");`,
      /no role in its scope has a breakGlass section/,
    ],
    [
      'Approve for a group without a seat',
      `permit (principal in Curfew::Group::"security", ${A('Approve')}, resource == Curfew::Role::"staging-admin");`,
      /nobody whom it names has a seat/,
    ],
    [
      'a pipeline on a role that is not given to any',
      `permit (principal is Curfew::Pipeline, ${A('Request', 'Grant')}, resource == Curfew::Role::"prod-admin");`,
      /no role in its scope is given to pipelines or agents/,
    ],
  ])('%s', (_, cedar, problem) => {
    const [only, ...more] = found(`\n@id("more") ${cedar}`, emptyAccount);
    expect(only).toMatch(/^warning 2 policy more: /);
    expect(only).toMatch(problem);
    expect(more).toEqual([]);
  });

  test.each([
    ['as a whole', 'principal', A('Request', 'Grant'), 'resource', true],
    [
      'for its group',
      'principal in Curfew::Group::"security"',
      A('Request', 'Grant'),
      'resource',
      true,
    ],
    ['for people', 'principal is Curfew::User', A('Request', 'Grant'), 'resource', true],
    [
      'for another group',
      'principal in Curfew::Group::"engineers"',
      A('Request', 'Grant'),
      'resource',
      false,
    ],
    ['in one action only', 'principal', A('Request'), 'resource', false],
    [
      'on one role only',
      'principal',
      A('Request', 'Grant'),
      'resource == Curfew::Role::"prod-admin"',
      false,
    ],
  ])('a permit that a forbid without conditions covers %s', (_, who, what, where, isFound) => {
    const cedar = `
      @id("more") permit (principal in Curfew::Group::"security", ${A('Request', 'Grant')}, resource in Curfew::Account::"shop-prod");
      @id("never") @advice("No.") forbid (${who}, ${what}, ${where});`;
    const findings = found(cedar).filter((text) => text.includes('policy more'));
    expect(findings.map((text) => text.includes('never gives anything: never forbids'))).toEqual(
      isFound ? [true] : [],
    );
  });

  test('a forbid with a condition takes nothing for good', () => {
    expect(
      found(`
      @id("more") permit (principal in Curfew::Group::"security", ${A('Request')}, resource);
      @id("never") @advice("No.") forbid (principal, ${A('Request')}, resource) when { context.hour < 8 };`),
    ).toEqual([]);
  });

  test('a forbid on what is not asked today is a guard rail, and RevokeAll needs no role', () => {
    expect(
      found(`
      @id("rail") @advice("No.") forbid (principal, ${A('AutoApprove')}, resource == Curfew::Role::"prod-admin");
      @id("all") permit (principal in Curfew::Group::"engineers", ${A('RevokeAll')}, resource);`),
    ).toEqual([]);
  });
});

test('a thousand policies are checked whole, each by its own name', () => {
  const many = Array.from(
    { length: 1000 },
    (_, index) =>
      `@id("p${index}") permit (principal in Curfew::Group::"engineers", ${A('Request')}, resource == Curfew::Role::"prod-admin") when { context.durationMinutes > ${index} && context.hour > 7 };`,
  );
  expect(found(many.join('\n')).length).toBe(1000);
});
