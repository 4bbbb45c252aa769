import { describe, expect, test } from '@jest/globals';
import { readBundle } from '../../policy/bundle';
import { findingText } from '../../policy/finding';
import { exampleFiles } from '../support/policy-bundle';

/** What is found when one text of the example is replaced by another. */
const foundIn = (file: string, from: string | RegExp, to: string) =>
  readBundle(exampleFiles({ [file]: (text) => text.replace(from, to) }), 'hash');

const line = (file: string, part: string): number =>
  exampleFiles()
    .find(({ name }) => name === file)!
    .text.split('\n')
    .findIndex((text) => text.includes(part)) + 1;

const YAML = 'curfew.yaml';
/** Change, and: the line that holds this, the field, a part of the problem, a part of the fix. */
const catalogs: [string, [string | RegExp, string], string, string, RegExp, RegExp][] = [
  ['a tab as indentation', ['  cards:', '\tcards:'], 'cards:', 'YAML', /tab/i, /spaces/],
  [
    'the same key twice',
    ['    max: 8h\n', '    max: 8h\n    max: 9h\n'],
    'max: 8h',
    'YAML',
    /unique/i,
    /Keep one/,
  ],
  [
    'an unclosed list',
    ['sre-oncall]\n\n# Whose', 'sre-oncall\n\n# Whose'],
    'onCall: [sre',
    'YAML',
    /./,
    /YAML/,
  ],
  [
    'an unknown setting',
    ['max: 8h', 'maxx: 8h'],
    'max: 8h',
    'roles.dev-readonly.maxx',
    /no setting called maxx/,
    /Did you mean max/,
  ],
  [
    'an unknown setting at the top',
    ['onCall:', 'oncal:'],
    'onCall:',
    'oncal',
    /no setting/,
    /onCall/,
  ],
  [
    'an unknown setting in a seat',
    ['seats: [{ from: owners }]', 'seats: [{ from: owners, group: x }]'],
    'seats: [{ from: owners }]',
    'routes.one-owner.seats.0.group',
    /no setting/,
    /There are: from/,
  ],
  [
    'an unknown setting in a channel',
    ['alarms:', 'alarm:'],
    'alarms:',
    'channels.alarm',
    /no setting/,
    /alarms/,
  ],
  [
    'an unknown setting in an account',
    ['    env: dev', '    environment: dev'],
    'env: dev',
    'accounts.shop-dev.environment',
    /no setting/,
    /There are: id, env/,
  ],
  [
    'an unknown setting in a route',
    ['expire: 30m', 'expires: 30m'],
    'expire: 30m',
    'routes.one-owner.expires',
    /no setting/,
    /expire/,
  ],
  [
    'a missing setting',
    [/ {4}max: 8h\n/, ''],
    'dev-readonly:',
    'roles.dev-readonly.max',
    /missing/,
    /Add it/,
  ],
  [
    'a missing risk',
    [/ {4}risk: low\n/, ''],
    'dev-readonly:',
    'roles.dev-readonly.risk',
    /missing/,
    /low, medium, high/,
  ],
  [
    'a role that is empty',
    [/ {2}dev-readonly:\n( {4}.*\n)+/, '  dev-readonly:\n'],
    'dev-readonly:',
    'roles.dev-readonly',
    /missing/,
    /group of settings/,
  ],
  [
    'a timezone that is none',
    ['Europe/Berlin', 'Europe/Berln'],
    'timezone:',
    'timezone',
    /Europe\/Berln/,
    /such as Europe\/Berlin/,
  ],
  [
    'an account id as a number',
    ["'111111111111'", '111111111111'],
    "id: '1111",
    'accounts.shop-dev.id',
    /a number/,
    /in quotes.*"111111111111"/,
  ],
  [
    'an account id that is too short',
    ["'111111111111'", "'11111111111'"],
    "id: '1111",
    'accounts.shop-dev.id',
    /11111111111 is not possible/,
    /twelve digits/,
  ],
  [
    'a duration without unit',
    ['max: 8h', 'max: 8'],
    'max: 8h',
    'roles.dev-readonly.max',
    /a number/,
    /unit/,
  ],
  [
    'a duration without unit, in quotes',
    ['max: 8h', "max: '8'"],
    'max: 8h',
    'roles.dev-readonly.max',
    /8 is not possible/,
    /unit/,
  ],
  [
    'a duration in words',
    ['max: 8h', 'max: tomorrow'],
    'max: 8h',
    'roles.dev-readonly.max',
    /tomorrow/,
    /90m or 2h/,
  ],
  [
    'no duration at all',
    ['max: 8h', 'max: 0h'],
    'max: 8h',
    'roles.dev-readonly.max',
    /0h/,
    /1m to 30d/,
  ],
  [
    'an absurd duration',
    ['max: 8h', 'max: 31d'],
    'max: 8h',
    'roles.dev-readonly.max',
    /31d/,
    /1m to 30d/,
  ],
  [
    'a default above the maximum',
    ['default: 30m', 'default: 3h'],
    'default: 30m',
    'roles.prod-admin.default',
    /3 h.* longer than max \(2 h\)/,
    /Lower default/,
  ],
  [
    'too little patience',
    ['expire: 30m', 'expire: 4s'],
    'expire: 30m',
    'routes.one-owner.expire',
    /4s/,
    /5s to 7d/,
  ],
  [
    'too much patience',
    ['expire: 30m', 'expire: 8d'],
    'expire: 30m',
    'routes.one-owner.expire',
    /8d/,
    /5s to 7d/,
  ],
  [
    'a risk nobody knows',
    ['risk: high', 'risk: hihg'],
    'risk: high',
    'roles.prod-admin.risk',
    /hihg/,
    /Did you mean high/,
  ],
  [
    'a channel without quotes',
    ["cards: '#access-requests'", 'cards: #access-requests'],
    'cards:',
    'channels.cards',
    /missing/,
    /Add it/,
  ],
  [
    'a channel without #',
    ["cards: '#access-requests'", 'cards: access-requests'],
    'cards:',
    'channels.cards',
    /access-requests/,
    /"#name" in quotes/,
  ],
  [
    'a seat from nowhere',
    ["{ from: 'group:security' }", '{ from: security }'],
    'group:security',
    'routes.two-people.seats.1.from',
    /security/,
    /owners, or group:/,
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
    'a route without seats',
    ['seats: [{ from: owners }]', 'seats: []'],
    'seats: [{ from: owners }]',
    'routes.one-owner.seats',
    /too little/,
    /at least 1/,
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
    'an ARN outside /jit/target/',
    ['role/jit/target/prod-admin', 'role/prod-admin'],
    'target/prod-admin',
    'roles.prod-admin.arn',
    /role\/prod-admin is not possible/,
    /under \/jit\/target\//,
  ],
  [
    'an ARN below /jit/target/',
    ['role/jit/target/prod-admin', 'role/jit/target/../prod-admin'],
    'target/prod-admin',
    'roles.prod-admin.arn',
    /not possible/,
    /under \/jit\/target\//,
  ],
  [
    'an ARN of a user',
    ['222222222222:role/jit/target/prod-admin', '222222222222:user/jit/target/prod-admin'],
    'target/prod-admin',
    'roles.prod-admin.arn',
    /not possible/,
    /ARN of a role/,
  ],
  [
    'a mechanism that does not exist',
    ['    route: two-people', '    mechanism: permission-set\n    route: two-people'],
    'risk: high',
    'roles.prod-admin.mechanism',
    /permission-set/,
    /role-session/,
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
    'a region that is none',
    ['region: eu-central-1', 'region: frankfurt'],
    'region:',
    'accounts.shop-dev.region',
    /frankfurt/,
    /eu-central-1/,
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
    'a role’s name in capitals',
    ['  prod-admin:', '  Prod-Admin:'],
    '  prod-admin:',
    'roles.Prod-Admin',
    /cannot be a name/,
    /small letters/,
  ],
  ['no roles', [/roles:[^]*/, 'roles: {}\n'], 'roles:', 'roles', /no role/, /Add one/],
  [
    'a list instead of settings',
    [/channels:\n.*\n.*\n/, 'channels: [a]\n'],
    'channels:',
    'channels',
    /a list/,
    /group of settings/,
  ],
];

describe('what is wrong with curfew.yaml is named with line, field and fix', () => {
  test.each(catalogs)('%s', (_, [from, to], at, field, problem, fix) => {
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
    expect(Math.abs(found!.line - line(YAML, at))).toBeLessThanOrEqual(1);
  });

  test('the line and column are those of the setting', () => {
    const [found] = foundIn(YAML, 'risk: high', 'risk: hihg').findings;
    expect(found).toMatchObject({ line: line(YAML, 'risk: high'), column: 5 });
    expect(findingText(found!)).toMatch(
      /^curfew\.yaml:\d+:5 error roles\.prod-admin\.risk: hihg .* → /,
    );
  });

  test('everything that is wrong is named at once', () => {
    const bundle = readBundle(
      exampleFiles({
        [YAML]: (text) => text.replace('risk: high', 'risk: hihg').replace('max: 8h', 'max: x'),
        'policies/approve.cedar': (text) => text.replace('resource.owners', 'resource.owner'),
      }),
      'hash',
    );
    expect(bundle.findings.map(({ field }) => field)).toEqual([
      'roles.dev-readonly.max',
      'roles.prod-admin.risk',
      'policy owners-approve',
    ]);
  });

  test.each([
    ['', /no settings|missing/],
    ['- a\n- b\n', /no settings/],
    ['a: &a [x]\nb: [*a, *a]\n', /no setting/],
    ['a: 1\n---\nb: 2\n', /./],
    ['%', /./],
    ['timezone: *nowhere\n', /alias/],
    ['timezone: !!js/function x\n', /tag/],
  ])('a file that is something else is refused: %j', (text, problem) => {
    const bundle = readBundle(
      [{ name: YAML, text }, ...exampleFiles().filter(({ name }) => name !== YAML)],
      'hash',
    );
    expect(bundle.ok).toBe(false);
    expect(bundle.findings.map((found) => found.problem).join('\n')).toMatch(problem);
  });

  test('a file that unfolds to something huge is refused', () => {
    const folds = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++)
      folds.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    const bundle = readBundle(exampleFiles({ [YAML]: () => folds.join('\n') }), 'hash');
    expect(bundle).toMatchObject({
      ok: false,
      findings: [{ field: 'YAML', problem: expect.stringMatching(/alias/) }],
    });
  });
});

const APPROVE = 'policies/approve.cedar';
const REQUEST = 'policies/request.cedar';
const AUTO = 'policies/auto-approve.cedar';
const policies: [string, [string, string | RegExp, string], string, string, RegExp, RegExp][] = [
  [
    'a syntax error',
    [APPROVE, 'when { principal in resource.owners };', 'when { principal in };'],
    'when { principal in',
    'Cedar',
    /unexpected token/,
    /Correct/,
  ],
  [
    'an attribute that does not exist',
    [APPROVE, 'resource.owners', 'resource.ownrs'],
    'resource.owners',
    'policy owners-approve',
    /ownrs/,
    /did you mean `owners`/,
  ],
  [
    'an action that does not exist',
    [
      APPROVE,
      'Curfew::Action::"Approve", resource is Curfew::Role)',
      'Curfew::Action::"Aprove", resource is Curfew::Role)',
    ],
    '"Approve", resource is',
    'policy owners-approve',
    /unrecognized action/,
    /did you mean/,
  ],
  [
    'an optional fact read without asking for it',
    ['policies/revoke.cedar', 'principal has onCall && principal.onCall', 'principal.onCall'],
    'onCall',
    'policy on-call-revokes',
    /onCall/,
    /has/,
  ],
  [
    'a comparison of different types',
    [AUTO, 'resource.env == Curfew::Env::"prod"', 'resource.env == "prod"'],
    'Env',
    'policy production-needs-a-person',
    /types?/,
    /./,
  ],
  [
    'no @id',
    [APPROVE, '@id("owners-approve")\n', ''],
    'permit (principal, action',
    'policy',
    /no @id/,
    /@id\("…"\)/,
  ],
  [
    'an @id that is no name',
    [APPROVE, '@id("owners-approve")', '@id("Owners approve")'],
    'owners-approve',
    'policy Owners approve',
    /cannot be an @id/,
    /small letters/,
  ],
  [
    'no @advice',
    [APPROVE, /@advice.*\n/, ''],
    'nobody-approves',
    'policy nobody-approves-their-own',
    /no @advice/,
    /what would pass/,
  ],
  [
    'an empty @advice',
    [APPROVE, /@advice.*\n/, '@advice(" ")\n'],
    'nobody-approves',
    'policy nobody-approves-their-own',
    /no @advice/,
    /what would pass/,
  ],
  [
    'one @id twice, across files',
    [APPROVE, '@id("owners-approve")', '@id("engineers-ask")'],
    'engineers-ask',
    'policy engineers-ask',
    /policies\/.*:\d+ has the same @id/,
    /another/,
  ],
  [
    'a template',
    [APPROVE, 'permit (principal, action', 'permit (principal == ?principal, action'],
    'owners-approve',
    'policy',
    /template/i,
    /\?principal/,
  ],
  [
    'a permit for every action',
    [REQUEST, /action in \[.*"Grant"\]/, 'action'],
    'engineers-ask',
    'policy engineers-ask',
    /names no action/,
    /Name them/,
  ],
  [
    'a forbid that can never apply',
    [
      AUTO,
      'action == Curfew::Action::"AutoApprove", resource)',
      'action == Curfew::Action::"AutoApprove", resource is Curfew::Account)',
    ],
    'production-needs',
    'policy production-needs-a-person',
    /impossible|applicable/,
    /./,
  ],
];

describe('what is wrong with a policy is named with file, line and fix', () => {
  test.each(policies)('%s', (_, [file, from, to], at, field, problem, fix) => {
    const bundle = foundIn(file, from, to);
    expect(bundle.ok).toBe(false);
    const found = bundle.findings.filter((finding) => finding.field === field);
    expect(found.length > 0 ? found : bundle.findings).toContainEqual(
      expect.objectContaining({
        level: 'error',
        problem: expect.stringMatching(problem),
        fix: expect.stringMatching(fix),
      }),
    );
    const near = found.filter((finding) => Math.abs(finding.line - line(finding.file, at)) <= 2);
    expect(near).not.toHaveLength(0);
  });

  test('lines are right behind letters of several bytes', () => {
    const bundle = foundIn(
      APPROVE,
      /^[^]*$/,
      '// Wér därf — 🙂🙂🙂🙂🙂🙂🙂🙂\n@id("x")\npermit (principal,\n  actoin == 3);\n',
    );
    expect(bundle.findings).toContainEqual(
      expect.objectContaining({ file: APPROVE, line: 4, column: 3, field: 'Cedar' }),
    );
  });

  test('a limit inside a permit is a warning: who exceeds it would hear no advice', () => {
    const bundle = foundIn(
      APPROVE,
      'when { principal in resource.owners };',
      'when { principal in resource.owners && context.durationMinutes < 60 };',
    );
    expect(bundle).toMatchObject({
      ok: true,
      findings: [
        {
          level: 'warning',
          field: 'policy owners-approve',
          fix: expect.stringMatching(/forbid with @advice/),
        },
      ],
    });
  });

  test('beside a warning the types are checked all the same', () => {
    const bundle = foundIn(
      APPROVE,
      'when { principal in resource.owners };',
      'when { principal in resource.ownrs && context.durationMinutes < 60 };',
    );
    expect(bundle.ok).toBe(false);
  });
});

describe('a role that nobody can get or approve is a warning', () => {
  test.each([
    [
      'its route asks owners, and there are none',
      YAML,
      /owners: \[payments-owners\]\n {4}region: eu-central-1\n {2}shop-prod/,
      'owners: []\n    region: eu-central-1\n  shop-prod',
      'roles.staging-admin.route',
      /Nobody can approve this: .* owners, and there are none/,
    ],
    [
      'no policy lets the seat’s group approve',
      APPROVE,
      /permit \(\n {2}principal in Curfew::Group::"security"/,
      'permit (\n  principal in Curfew::Group::"sre-oncall"',
      'roles.prod-admin.route',
      /Nobody can approve prod-admin: no policy permits Approve for security/,
    ],
    [
      'no policy lets anybody ask',
      REQUEST,
      'resource is Curfew::Role\n',
      'resource == Curfew::Role::"dev-readonly"\n',
      'roles.prod-admin.route',
      /Nobody can get prod-admin: no policy permits Request/,
    ],
    [
      'it is auto, and no policy approves it',
      AUTO,
      'resource == Curfew::Role::"dev-readonly"',
      'resource == Curfew::Role::"staging-admin"',
      'roles.dev-readonly.route',
      /no policy permits AutoApprove/,
    ],
  ])('%s', (_, file, from, to, field, problem) => {
    const bundle = foundIn(file, from, to);
    expect(bundle.ok).toBe(true);
    expect(bundle.findings).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        file: YAML,
        field,
        problem: expect.stringMatching(problem),
      }),
    );
  });

  test('but not when a rule only bars them at some hours', () => {
    const bundle = readBundle(
      [
        ...exampleFiles(),
        {
          name: 'policies/hours.cedar',
          text: ['Request', 'Approve', 'Grant', 'AutoApprove']
            .map(
              (action) =>
                `@id("${action.toLowerCase()}-not-on-monday") @advice("Wait until Tuesday.")
                 forbid (principal, action == Curfew::Action::"${action}", resource is Curfew::Role)
                 when { context.weekday == "Monday" };`,
            )
            .join('\n'),
        },
      ],
      'hash',
    );
    expect(bundle).toMatchObject({ ok: true, findings: [] });
  });
});
