import { describe, expect, test } from '@jest/globals';
import { readBundle } from '../../policy/bundle';
import { findingText } from '../../policy/finding';
import { exampleFiles, foundIn, lineOf } from '../support/policy-bundle';

const YAML = 'curfew.yaml';

describe('what is wrong with curfew.yaml', () => {
  test('the line and column are those of the setting', () => {
    const [found] = foundIn(YAML, 'risk: high', 'risk: hihg').findings;
    expect(found).toMatchObject({ line: lineOf(YAML, 'risk: high'), column: 5 });
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
