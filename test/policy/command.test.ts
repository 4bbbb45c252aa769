import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { decision } from '../../access/decision';
import { policyCheck, policyDecide } from '../../cli/commands/policy';
import { exampleFolder } from '../../config/bundle';
import { asks, COMPANY, says } from '../support/policy-bundle';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
writeFileSync(path.join(folder, 'curfew.yaml'), 'timezone: Europe/Berlin\n');

describe('curfew policy decide', () => {
  const one = asks();
  const other = asks({ role: 'dev-readonly' });

  test('answers one object with one object that is a decision', () => {
    const { code, out, err } = policyDecide(exampleFolder, JSON.stringify(one, null, 2));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(decision.parse(JSON.parse(out))).toMatchObject({ verdict: 'ask', needed: 2 });
  });

  test('answers an array with an array, in its order', () => {
    const { code, out } = policyDecide(exampleFolder, JSON.stringify([other, one]));
    expect(code).toBe(0);
    expect(JSON.parse(out).map(({ verdict }: { verdict: string }) => verdict)).toEqual([
      'grant',
      'ask',
    ]);
  });

  test('answers an empty array with an empty array', () => {
    expect(policyDecide(exampleFolder, '[]')).toEqual({ code: 0, out: '[]', err: '' });
  });

  test('answers an object a line with an object a line', () => {
    const lines = `${JSON.stringify(one)}\n\n${JSON.stringify(other)}\n`;
    const { code, out } = policyDecide(exampleFolder, lines);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => JSON.parse(line).verdict)).toEqual(['ask', 'grant']);
  });

  test('takes people without names, as the contract writes them', () => {
    const people = [
      { id: 'ada', emails: ['ada@curfew.example'], groups: ['engineers'], active: true },
    ];
    const { out } = policyDecide(
      exampleFolder,
      JSON.stringify(asks({ role: 'dev-readonly', people })),
    );
    expect(JSON.parse(out).verdict).toBe('grant');
  });

  test('takes facts that were looked up, and says when one is missing', () => {
    const folder = path.join(exampleFolder, '../examples/ticket-checked');
    const ticketFacts = { status: 'In Progress', assignedToRequester: true, project: 'PAY' };
    const decided = (change: object) => {
      const asked = {
        ...asks({ ticket: 'PAY-7' }),
        openRequests: 1,
        lastUsedDays: 'never',
        ...change,
      };
      return JSON.parse(policyDecide(folder, JSON.stringify(asked)).out);
    };
    expect(decided({ ticketFacts }).verdict).toBe('ask');
    expect(decided({ ticketFacts: 'not-found' }).verdict).toBe('deny');
    expect(decided({}).because.join(' ')).toContain('Nobody could tell what the ticket says');
  });

  const unreadable: [string, string, RegExp][] = [
    ['nothing', ' \n', /no question on stdin/],
    ['no JSON', '{"requester":', /Line 1 on stdin is not JSON/],
    ['a broken line', `${JSON.stringify(one)}\n{oops\n`, /Line 2 on stdin is not JSON/],
    ['null', 'null', /Nothing was decided/],
    ['a missing field', JSON.stringify({ ...one, reason: undefined }), /reason: /],
    ['a wrong type', JSON.stringify({ ...one, durationMinutes: '1h' }), /durationMinutes: /],
    ['an unknown field', JSON.stringify({ ...one, approvedBy: 'me' }), /approvedBy/],
    ['a time without zone', JSON.stringify({ ...one, at: '2026-01-05T12:00:00' }), /at: /],
    [
      'one bad question of two',
      JSON.stringify([one, { ...one, people: [{ id: 'x' }] }]),
      /question 1: people\.0\.emails/,
    ],
    [
      'a vote that is neither',
      JSON.stringify({ ...one, reviews: [{ ...says('carla', 'approve'), verdict: 'maybe' }] }),
      /reviews\.0\.verdict/,
    ],
  ];
  test.each(unreadable)('decides nothing on %s', (_, stdin, why) => {
    const { code, out, err } = policyDecide(exampleFolder, stdin);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(why);
  });

  test('decides nothing by a broken configuration, and says what is wrong with it', () => {
    const { code, out, err } = policyDecide(folder, JSON.stringify(one));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(
      /cannot be used:\n {2}curfew\.yaml:1:1 error channels: This setting is missing/,
    );
  });

  test('needs a folder', () => {
    expect(policyDecide(path.join(folder, 'nowhere'), '[]')).toMatchObject({ code: 2, out: '' });
    expect(policyDecide(path.join(folder, 'curfew.yaml'), '[]')).toMatchObject({
      code: 2,
      out: '',
    });
  });
});

describe('curfew policy check', () => {
  test('finds nothing wrong with the example', () => {
    const { code, out } = policyCheck(exampleFolder);
    expect(code).toBe(0);
    expect(out).toMatch(/can be used: 6 roles, [0-9a-f]{64}$/);
  });

  test('prints the same as JSON', () => {
    const { code, out } = policyCheck(exampleFolder, { json: true });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      ok: true,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      findings: [],
    });
  });

  test('ends with 1 on errors, one a line with file and line', () => {
    const { code, out } = policyCheck(folder);
    expect(code).toBe(1);
    expect(out).toMatch(/^curfew\.yaml:1:1 error channels: /m);
    expect(out).toMatch(/cannot be used\.$/);
    const json = JSON.parse(policyCheck(folder, { json: true }).out);
    expect(json.ok).toBe(false);
    expect(json).not.toHaveProperty('hash');
    expect(json.findings[0]).toMatchObject({ file: 'curfew.yaml', line: 1, level: 'error' });
  });

  test('warns about roles that nobody of these people can approve, and still ends with 0', () => {
    const file = path.join(folder, 'people.json');
    writeFileSync(
      file,
      JSON.stringify(COMPANY.filter(({ groups }) => !groups.includes('security'))),
    );
    const { code, out } = policyCheck(exampleFolder, { people: file });
    expect(code).toBe(0);
    expect(out).toMatch(
      /warning roles\.prod-admin\.route: Nobody can approve prod-admin: .* 1 of 2 seats/,
    );
    expect(out).not.toMatch(/roles\.staging-admin/);
  });

  test('refuses people it cannot read', () => {
    const file = path.join(folder, 'people.txt');
    writeFileSync(file, '[{"id": 3}]');
    expect(policyCheck(exampleFolder, { people: file })).toMatchObject({ code: 2, out: '' });
    expect(policyCheck(exampleFolder, { people: `${file}.gone` })).toMatchObject({
      code: 2,
      out: '',
    });
  });
});
