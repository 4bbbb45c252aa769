import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accessRequest } from '../../access/request';
import type { JudgedForm } from '../../bot/views/opening';
import { judgeFields } from '../../bot/views/request-fields';
import { exampleCatalog } from '../support/example-catalog';
import { hostileText } from '../support/hostile-text';

const GOOD = { role: 'prod-admin', duration: '1h', reason: 'failover is stuck' };
const judge = (fields: Partial<Record<string, string>>) =>
  judgeFields({ ...GOOD, ...fields }, exampleCatalog());
const catalog = exampleCatalog();

/** Either a request that the catalog allows, or a sentence under each field that is wrong. */
function isSound(judged: JudgedForm): boolean {
  if ('errors' in judged) return Object.values(judged.errors).every((error) => error.length > 0);
  const request = accessRequest.parse({
    ...judged.asked,
    requestId: 'r-aaaaaaaaaaaaaaaa',
    requester: { workspace: 'T', user: 'U' },
    submittedAt: '2026-11-23T13:00:00.000Z',
  });
  return request.durationMinutes <= catalog.role(request.role)!.maxMinutes;
}

describe('the request form', () => {
  test.each([
    ['30m', 30],
    ['1h30m', 90],
    ['90m', 90],
    ['2 hours', 120],
    ['45', 45],
    ['', 30],
    ['  ', 30],
  ])('reads a duration of "%s" as %d minutes', (duration, minutes) => {
    expect(judge({ duration })).toMatchObject({ asked: { durationMinutes: minutes } });
  });

  test.each([
    ['0', 'The shortest is 1 min.'],
    ['0m', 'The shortest is 1 min.'],
    ['-1h', 'The shortest is 1 min.'],
    ['−30m', 'The shortest is 1 min.'],
    ['24h', 'The longest for prod-admin is 2 h.'],
    ['1d', 'The longest for prod-admin is 2 h.'],
    ['121m', 'The longest for prod-admin is 2 h.'],
    ['999999h', 'The longest for prod-admin is 2 h.'],
    ['tomorrow', '“tomorrow” is no duration. Write it like 30m, 1h or 1h30m.'],
    ['1h1h', '“1h1h” is no duration. Write it like 30m, 1h or 1h30m.'],
    ['<!channel>', '“<!channel>” is no duration. Write it like 30m, 1h or 1h30m.'],
  ])('refuses a duration of "%s" under its field', (duration, error) => {
    expect(judge({ duration })).toEqual({ errors: { duration: error } });
  });

  test.each([
    ['prod-amin', 'There is no role called “prod-amin”. Did you mean prod-admin?'],
    ['PROD-ADMIN', 'There is no role called “PROD-ADMIN”. Did you mean prod-admin?'],
    ['unavailable', 'There is no role called “unavailable”.'],
  ])('refuses the role "%s" and names the nearest', (role, error) => {
    expect(judge({ role })).toEqual({ errors: { role: error } });
  });

  test.each([
    ['', 'Say what you are going to do.'],
    [' \n\t ', 'Say what you are going to do.'],
    ['\u200b\u202e', 'Say what you are going to do.'],
    ['x'.repeat(10_000), 'At most 500 characters; this has 10,000.'],
  ])('refuses a reason that says nothing or too much', (reason, error) => {
    expect(judge({ reason })).toEqual({ errors: { reason: error } });
  });

  test('asks for a ticket where the role needs one', () => {
    expect(judge({ role: 'prod-billing' })).toEqual({
      errors: { ticket: 'prod-billing needs a ticket.' },
    });
    expect(judge({ role: 'prod-billing', ticket: 'INC-42' })).toMatchObject({
      asked: { ticket: 'INC-42' },
    });
    expect(judge({ ticket: 'x'.repeat(101) })).toMatchObject({
      errors: { ticket: 'At most 100 characters; this has 101.' },
    });
  });

  test('names everything that is wrong at once', () => {
    const judged = judgeFields({ duration: 'soon' }, exampleCatalog());
    expect('errors' in judged && Object.keys(judged.errors)).toEqual([
      'role',
      'duration',
      'reason',
    ]);
  });

  test('whatever is typed comes out as a request in the catalog or as an error, never as a fault', () => {
    const anything = fc.option(
      fc.oneof(hostileText, fc.constantFrom('prod-admin', 'dev-readonly', '1h', '90m')),
      { nil: undefined },
    );
    fc.assert(
      fc.property(anything, anything, anything, anything, (role, duration, reason, ticket) => {
        const judged = judgeFields(
          Object.fromEntries(
            Object.entries({ role, duration, reason, ticket }).filter(([, v]) => v !== undefined),
          ),
          catalog,
        );
        expect(isSound(judged)).toBe(true);
      }),
    );
  });
});
