import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { policyTest } from '../../cli/commands/policy';
import { exampleFolder } from '../../config/bundle';
import { temporaryFolder } from '../support/temporary-folder';

const folder = path.join(temporaryFolder(), 'policies of ours');
const file = (name: string) => path.join(folder, name);
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  cpSync(exampleFolder, folder, { recursive: true });
});

const tables = (decisions: string) =>
  writeFileSync(
    file('tests.yaml'),
    `people:\n  ada: [engineers]\n  carla: [payments-owners]\ndecisions:\n${decisions}`,
  );

describe('curfew policy test', () => {
  test('says how many rows hold, and ends with 0 when all do', () => {
    const { code, out, err } = policyTest(folder);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^(\d+) of \1 rows hold\.$/);
  });

  test('a policy that was loosened is seen: the row, its line, what it should be and what it said', () => {
    const cedar = file('policies/break-glass.cedar');
    writeFileSync(cedar, readFileSync(cedar, 'utf8').replaceAll('sre-oncall', 'engineers'));
    const { code, out } = policyTest(folder);
    expect(code).toBe(1);
    expect(out).toMatch(/^tests\.yaml:\d+ .+\n {4}verdict should be deny, and is grant\n/m);
    expect(out).toMatch(/\n\d+ of \d+ rows hold\.$/);
  });

  test('every part of an answer that is expected is compared, and no other', () => {
    tables(`  - it: all of it
    ask: { requester: ada, role: staging-admin }
    votes: [{ by: carla, says: approve }]
    expect: { verdict: ask, needed: 2, approvers: [ada], counted: [], because: the moon, expiresAt: '12:00' }
  - it: nothing of it
    ask: { requester: ada, role: staging-admin }
    expect: { verdict: ask }
`);
    const { rows, ok } = JSON.parse(policyTest(folder, { json: true }).out);
    expect(ok).toBe(false);
    expect(rows).toEqual([
      {
        it: 'all of it',
        line: 5,
        wrong: [
          'verdict should be ask, and is grant',
          'needed should be 2, and is 1',
          'approvers should be ada, and is nobody',
          'counted should be nobody, and is carla',
          'expiresAt should be 2026-01-05T12:00:00.000Z, and is 2026-01-05T11:00:00.000Z',
          'because should say “the moon”',
          expect.stringMatching(/^it said: Approved by carla\./),
        ],
      },
      { it: 'nothing of it', line: 9, wrong: [] },
    ]);
  });

  test.each<[string, string, RegExp]>([
    [
      'somebody who is not introduced',
      '  - { it: x, ask: { requester: aba, role: prod-admin }, expect: { verdict: ask } }\n',
      /tests\.yaml:5:\d+ error decisions\.0\.ask\.requester: There is nobody called aba in people\. → Use one of ada, carla\. Did you mean ada\?/,
    ],
    [
      'a setting that is not there',
      '  - { it: x, ask: { requester: ada, rule: prod-admin, role: y }, expect: { verdict: ask } }\n',
      /decisions\.0\.ask\.rule: There is no setting called rule here\. → Did you mean role\?/,
    ],
    [
      'an answer that there is not',
      '  - { it: x, ask: { requester: ada, role: y }, expect: { verdict: maybe } }\n',
      /decisions\.0\.expect\.verdict: maybe is not possible here\. → Use grant or ask or deny\./,
    ],
    [
      'a time that is none',
      "  - { it: x, ask: { requester: ada, role: y, at: '25:00' }, expect: { verdict: ask } }\n",
      /decisions\.0\.ask\.at: 25:00 is not possible here\. → Write a time as 10:30, or 2026-/,
    ],
    [
      'a duration that is none',
      '  - { it: x, ask: { requester: ada, role: y, for: soon }, expect: { verdict: ask } }\n',
      /decisions\.0\.ask\.for: soon is not possible here\. → Write a duration as 1h or 30m\./,
    ],
    ['no YAML', '  - {', /tests\.yaml:\d+:\d+ error YAML: /],
  ])('%s: nothing is asked, and the fix is named', (_what, row, said) => {
    tables(row);
    const { code, err } = policyTest(folder);
    expect(code).toBe(1);
    expect(err).toMatch(said);
  });

  test('without tables it says how to begin', () => {
    rmSync(file('tests.yaml'));
    expect(policyTest(folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining('Write one as in the example'),
    });
  });

  test('policies that cannot be used are not tested, and named', () => {
    writeFileSync(file('policies/request.cedar'), 'permit(');
    const { code, err } = policyTest(folder);
    expect(code).toBe(1);
    expect(err).toContain('policies/request.cedar:1');
  });
});
