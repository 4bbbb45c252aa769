import { expect, test } from '@jest/globals';
import { findingText } from '../../policy/finding';
import { foundIn, lineOf } from '../support/policy-bundle';

const YAML = 'curfew.yaml';
const PERMISSION_SET = 'arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-2222222222222222';
const asPermissionSet = `mechanism: permission-set\n    arn: ${PERMISSION_SET}`;
/** Change, and: the line that holds this, the field, a part of the problem, a part of the fix. */
const catalogs: [string, [string | RegExp, string], string, string, RegExp, RegExp][] = [
  [
    'a default above the maximum',
    ['default: 30m', 'default: 3h'],
    'default: 30m',
    'roles.prod-admin.default',
    /3 h.* longer than max \(2 h\)/,
    /Lower default/,
  ],
  [
    'Regions in use without the one where sessions are minted',
    ['region: eu-central-1', 'region: eu-central-1\n    regions: [us-east-1]'],
    'region: eu-central-1',
    'accounts.shop-dev.regions',
    /minted in eu-central-1, which is not among/,
    /regions: \[eu-central-1, us-east-1\]/,
  ],
  [
    'a role’s own Regions in use without it',
    ['route: two-people', 'route: two-people\n    regions: [us-west-2]'],
    'route: two-people',
    'roles.prod-admin.regions',
    /minted in eu-central-1/,
    /regions: \[eu-central-1, us-west-2\]/,
  ],
  [
    'a fresh sign-in of reviewers whom nobody asks',
    ['route: auto', 'route: auto\n    stepUp: {}'],
    'route: auto',
    'roles.dev-readonly.stepUp',
    /Nobody approves this role/,
    /Name a route with seats/,
  ],
  [
    'a mistyped setting of a fresh sign-in',
    ['route: one-owner', 'route: one-owner\n    stepUp: { maxage: 5m }'],
    'route: one-owner',
    'roles.staging-admin.stepUp.maxage',
    /no setting called maxage/,
    /Did you mean maxAge/,
  ],
  [
    'two Slack accounts of one person',
    ['routes:', 'people: { U0ADA00001: 00u1, U0BEN00002: 00u1 }\nroutes:'],
    'routes:',
    'people.U0BEN00002',
    /U0ADA00001 is mapped to the same person/,
    /keep the one they use/,
  ],
  [
    'a name where a Slack user’s id belongs',
    ['routes:', 'people: { ada: 00u1 }\nroutes:'],
    'routes:',
    'people.ada',
    /ada cannot be a name here/,
    /id of a Slack user, such as U0ADA00001/,
  ],
  [
    'another way to link people',
    ['routes:', 'link: signin\nroutes:'],
    'routes:',
    'link',
    /signin is not possible here/,
    /email or sign-in or mapping.*Did you mean sign-in/,
  ],
  [
    'a seat of an unknown group',
    ['group:security', 'group:secuirty'],
    'group:security',
    'routes.two-people.seats.1.from',
    /secuirty is not among groups/,
    /Did you mean security/,
  ],
  [
    'a reminder when nothing is waited for any more',
    ['expire: 30m', 'expire: 30m\n    remind: [5m, 45m]'],
    'expire: 30m',
    'routes.one-owner.remind.1',
    /45 min is too late: .* lapses after 30 min/,
    /a longer expire/,
  ],
  [
    'an escalation when nothing is waited for any more',
    ['expire: 30m', "expire: 30m\n    escalate: { after: 30m, to: '#oncall' }"],
    'expire: 30m',
    'routes.one-owner.escalate.after',
    /30 min is too late/,
    /Give less than that/,
  ],
  [
    'an escalation to an unknown group',
    ['expire: 30m', "expire: 30m\n    escalate: { after: 10m, to: 'group:secuirty' }"],
    'expire: 30m',
    'routes.one-owner.escalate.to',
    /secuirty is not among groups/,
    /Did you mean security/,
  ],
  [
    'an owner of an unknown group',
    ['owners: [payments-owners]', 'owners: [payment-owners]'],
    'owners: [payments-owners]',
    'accounts.shop-dev.owners.0',
    /not among groups/,
    /Did you mean payments-owners/,
  ],
  [
    'a role’s owner of an unknown group',
    ['route: two-people', 'route: two-people\n    owners: [sec]'],
    'route: two-people',
    'roles.prod-admin.owners.0',
    /sec is not among groups/,
    /Add it/,
  ],
  [
    'on-call of an unknown group',
    ['onCall: [sre-oncall]', 'onCall: [sre]'],
    'onCall:',
    'onCall.0',
    /sre is not among groups/,
    /Add it/,
  ],
  [
    'break-glass longer than the role',
    ['max: 1h', 'max: 3h'],
    'max: 1h',
    'roles.prod-admin.breakGlass.max',
    /\(3 h\) would be longer than the role's max \(2 h\)/,
    /Lower breakGlass\.max/,
  ],
  [
    'break-glass reviewed by an unknown group',
    ['reviewers: group:security', 'reviewers: group:secuirty'],
    'reviewers:',
    'roles.prod-admin.breakGlass.reviewers',
    /secuirty is not among groups/,
    /Did you mean security/,
  ],
  [
    'a route called auto',
    ['  one-owner:', '  auto:'],
    '  one-owner:',
    'routes.auto',
    /nobody is asked/,
    /something else/,
  ],
  [
    'an unknown route',
    ['route: two-people', 'route: two-peple'],
    'route: two-people',
    'roles.prod-admin.route',
    /no route called two-peple/,
    /Did you mean two-people/,
  ],
  [
    'an unknown account',
    ['account: shop-dev', 'account: shop-dve'],
    'account: shop-dev',
    'roles.dev-readonly.account',
    /no account called shop-dve/,
    /Did you mean shop-dev/,
  ],
  [
    'an account named like a thing of the language',
    ['account: shop-dev', 'account: constructor'],
    'account: shop-dev',
    'roles.dev-readonly.account',
    /no account called constructor/,
    /shop-dev/,
  ],
  [
    'a route named like a thing of the language',
    ['route: two-people', 'route: constructor'],
    'route: two-people',
    'roles.prod-admin.route',
    /no route called constructor/,
    /two-people/,
  ],
  [
    'an ARN in the other account',
    [
      'iam::222222222222:role/jit/target/prod-admin',
      'iam::111111111111:role/jit/target/prod-admin',
    ],
    'target/prod-admin',
    'roles.prod-admin.arn',
    /in account 111111111111, but shop-prod is 222222222222/,
    /222222222222:role\/jit/,
  ],
  [
    'no region anywhere',
    ['    region: eu-central-1\n  shop-prod', '  shop-prod'],
    '  dev-readonly:',
    'roles.dev-readonly.region',
    /Neither/,
    /Add region/,
  ],
  [
    'two accounts with one id',
    ["'222222222222'", "'111111111111'"],
    "id: '2222",
    'accounts.shop-prod.id',
    /shop-dev has the same id/,
    /Keep one/,
  ],
  [
    'a role session without a role',
    [/ {4}arn: .*prod-admin\n/, ''],
    '  prod-admin:',
    'roles.prod-admin.arn',
    /A role-session needs arn/,
    /jit\/target\/name/,
  ],
  [
    'a permission set as a role session',
    ['arn:aws:iam::222222222222:role/jit/target/prod-admin', PERMISSION_SET],
    'target/prod-admin',
    'roles.prod-admin.arn',
    /is no role/,
    /mechanism: permission-set/,
  ],
  [
    'a permission set of nowhere',
    [/arn: .*prod-admin\n([^]*)identityCenter:[^]*$/, `${asPermissionSet}\n$1`],
    'target/prod-admin',
    'roles.prod-admin.mechanism',
    /identityCenter at the top/,
    /instance, store, region, portal and role/,
  ],
  [
    'a permission set of another instance',
    [
      /arn: .*prod-admin\n([^]*)instance\/ssoins-1{16}/,
      `${asPermissionSet}\n$1instance/ssoins-9999999999999999`,
    ],
    'target/prod-admin',
    'roles.prod-admin.arn',
    /ssoins-1111111111111111, but identityCenter is ssoins-9999999999999999/,
    /Correct the ARN/,
  ],
  [
    'a role as a permission set',
    ['  prod-admin:\n', '  prod-admin:\n    mechanism: permission-set\n'],
    'target/prod-admin',
    'roles.prod-admin.arn',
    /is no permission set/,
    /permissionSet\/ssoins-/,
  ],
  [
    'an unknown setting of Identity Center',
    ['  store: d-', '  stor: d-'],
    '  store: d-',
    'identityCenter.stor',
    /no setting called stor/,
    /store/,
  ],
  [
    'a group without its name',
    [/ {4}arn: .*prod-admin\n/, '    mechanism: group\n    survives: 12h\n'],
    '  prod-admin:',
    'roles.prod-admin.group',
    /A group needs group/,
    /in the directory/,
  ],
  [
    'a group that does not say what survives',
    [/ {4}arn: .*prod-admin\n/, '    mechanism: group\n    group: grafana\n'],
    '  prod-admin:',
    'roles.prod-admin.survives',
    /A group needs survives/,
    /12h/,
  ],
  [
    'a group with a role',
    ['risk: high', 'risk: high\n    mechanism: group\n    group: grafana\n    survives: 12h'],
    'target/prod-admin',
    'roles.prod-admin.arn',
    /A group has no arn/,
    /correct mechanism/,
  ],
  [
    'a group that gives a say in requests',
    [/ {4}arn: .*prod-admin\n/, '    mechanism: group\n    group: security\n    survives: 12h\n'],
    'target/prod-admin',
    'roles.prod-admin.group',
    /security is handed out here and is among groups/,
    /a group of its own/,
  ],
  ['no roles', [/roles:[^]*/, 'roles: {}\n'], 'roles:', 'roles', /no role/, /Add one/],
];

test.each(catalogs)(
  'parts of curfew.yaml that do not fit: %s',
  (_, [from, to], at, field, problem, fix) => {
    const bundle = foundIn(YAML, from, to);
    expect(bundle.ok).toBe(false);
    const found = bundle.findings.find((finding) => finding.field === field);
    expect(found ?? bundle.findings).toMatchObject({
      level: 'error',
      file: YAML,
      column: expect.any(Number),
      problem: expect.stringMatching(problem),
      fix: expect.stringMatching(fix),
    });
    expect(Math.abs(found!.line - lineOf(YAML, at))).toBeLessThanOrEqual(1);
  },
);

test('a role that is a permission set or a group names its target by a text of its own', () => {
  const bundle = foundIn(YAML, 'survives: 12h', 'survives: 90m');
  if (!bundle.ok) throw new Error(bundle.findings.map(findingText).join('\n'));
  expect(bundle.catalog.role('dev-poweruser')).toMatchObject({
    mechanism: 'permission-set',
    targetArn: PERMISSION_SET,
  });
  expect(bundle.catalog.role('grafana-admins')).toMatchObject({
    mechanism: 'group',
    targetArn: 'group:grafana-admins',
    survivesMinutes: 90,
  });
  expect(bundle.catalog.identityCenter).toEqual({
    instanceArn: 'arn:aws:sso:::instance/ssoins-1111111111111111',
    storeId: 'd-1234567890',
    region: 'eu-central-1',
    portalUrl: 'https://curfew-example.awsapps.com/start',
    roleArn: 'arn:aws:iam::000000000000:role/jit/curfew-identity-center',
  });
});
