import { describe, expect, test } from '@jest/globals';
import { foundIn, lineOf } from '../support/policy-bundle';

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
    'a number compared with a text',
    [AUTO, 'resource.env == Curfew::Env::"prod"', 'context.durationMinutes > "60"'],
    'resource.env ==',
    'policy production-needs-a-person',
    /String.*Long|Long.*String/,
    /./,
  ],
  [
    'a text where yes or no is meant',
    [REQUEST, 'unless { principal.active }', 'unless { context.reason }'],
    'unless { principal.active }',
    'policy only-active-people',
    /Bool/,
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
    const near = found.filter((finding) => Math.abs(finding.line - lineOf(finding.file, at)) <= 2);
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
