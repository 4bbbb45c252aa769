import { describe, expect, test } from '@jest/globals';
import type { GrantView } from '../../access/grant';
import { GRANT_STATES } from '../../access/states';
import { grantOptions } from '../../bot/options/grant';
import { roleOptions } from '../../bot/options/role';
import { EXAMPLE_ROLES, exampleCatalog } from '../support/example-catalog';

const valuesOf = (options: { value?: string }[]) => options.map(({ value }) => value);
const prototype = EXAMPLE_ROLES[0]!;

describe('the role menu', () => {
  test.each([
    ['', ['dev-readonly', 'staging-admin', 'prod-admin', 'prod-billing']],
    ['prod', ['prod-admin', 'prod-billing']],
    ['ADMIN', ['staging-admin', 'prod-admin']],
    ['admin', ['staging-admin', 'prod-admin']],
    ['administer production', ['prod-admin']],
    ['shop-prod billing', ['prod-billing']],
    ['nothing of the kind', []],
  ])('finds "%s" by id, title or account', (typed, expected) => {
    expect(valuesOf(roleOptions(exampleCatalog(), typed))).toEqual(expected);
  });

  test('finds a role by exactly what it shows', () => {
    for (const option of roleOptions(exampleCatalog(), '')) {
      expect(valuesOf(roleOptions(exampleCatalog(), option.text.text))).toContain(option.value);
    }
  });

  test('finds every one of 500 roles, and never shows more than Slack takes', () => {
    const many = exampleCatalog(
      Array.from({ length: 500 }, (_, index) => ({ ...prototype, id: `role-${index}` })),
    );
    expect(roleOptions(many, '')).toHaveLength(100);
    expect(valuesOf(roleOptions(many, 'role-499'))).toEqual(['role-499']);
  });

  test('keeps to the limits of an option, however long the names are', () => {
    const long = exampleCatalog([{ ...prototype, id: 'r'.repeat(75), title: 't'.repeat(900) }]);
    const [option] = roleOptions(long, '');
    expect(option?.text.text.length).toBeLessThanOrEqual(75);
    expect(option?.value?.length).toBeLessThanOrEqual(75);
    expect(option?.description?.text.length).toBeLessThanOrEqual(75);
  });
});

const view = (given: Partial<GrantView>): GrantView => ({
  requestId: 'r-aaaaaaaaaaaaaaaa',
  grantId: 'g-aaaaaaaaaa',
  state: 'active',
  requester: { workspace: 'T', user: 'U' },
  requesterName: 'Ada Engel',
  role: 'prod-admin',
  account: 'shop-prod',
  durationMinutes: 60,
  reason: 'failover',
  until: '2026-11-23T13:05:00.000Z',
  ...given,
});

describe('the grant menu', () => {
  test('offers only what can still be cut', () => {
    const live = GRANT_STATES.map((state) => view({ state }));
    expect(grantOptions(live, '', 'Europe/Berlin')).toHaveLength(2);
  });

  test('tells two grants on one role apart, and says until when in the house’s time', () => {
    const live = [view({}), view({ requestId: 'r-bbbbbbbbbbbbbbbb', grantId: 'g-bbbbbbbbbb' })];
    const [one, other] = grantOptions(live, 'ada prod-admin', 'Europe/Berlin');
    expect(one?.text.text).not.toBe(other?.text.text);
    expect(one?.description?.text).toContain('until 14:05');
    expect(valuesOf(grantOptions(live, other!.text.text, 'Europe/Berlin'))).toEqual([
      'r-bbbbbbbbbbbbbbbb',
    ]);
  });

  test('finds a grant by what it shows, also when that was cut', () => {
    const live = [view({ requesterName: 'A'.repeat(80), role: 'b'.repeat(75) })];
    const [option] = grantOptions(live, '', 'UTC');
    expect(option!.text.text.length).toBeLessThanOrEqual(75);
    expect(grantOptions(live, option!.text.text, 'UTC')).toHaveLength(1);
  });
});
