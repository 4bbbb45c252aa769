import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readBundle } from '../../policy/bundle';
import { findingText } from '../../policy/finding';
import { clockIn, instantAt } from '../../access/local-time';
import { asks, exampleFiles, policyOf } from '../support/policy-bundle';

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'];
const anyInstant = fc
  .integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2031, 0, 1) })
  .map((at) => at - (at % 60_000));

function shownAt(instant: number, zone: string): string {
  const { date, minuteOfDay } = clockIn(zone)(new Date(instant).toISOString());
  const [hour, minute] = [Math.floor(minuteOfDay / 60), minuteOfDay % 60];
  return `${date}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

describe('a time on the clocks of a timezone', () => {
  test.each([
    ['in winter', '2026-01-05T12:00', 'first', '2026-01-05T11:00Z'],
    ['in summer', '2026-07-05T12:00', 'first', '2026-07-05T10:00Z'],
    ['that comes twice, at first', '2026-10-25T02:30', 'first', '2026-10-25T00:30Z'],
    ['that comes twice, at last', '2026-10-25T02:30', 'last', '2026-10-25T01:30Z'],
    ['that is left out', '2026-03-29T02:30', 'first', '2026-03-29T01:00Z'],
    ['that is left out, as an end', '2026-03-29T02:30', 'last', '2026-03-29T01:00Z'],
    ['just before clocks change', '2026-03-29T01:59', 'first', '2026-03-29T00:59Z'],
    ['just after clocks change', '2026-03-29T03:00', 'last', '2026-03-29T01:00Z'],
  ] as const)('%s', (_what, local, which, at) => {
    const instant = instantAt(local, 'Europe/Berlin', which);
    expect(new Date(instant).toISOString()).toBe(new Date(at).toISOString());
  });

  test('is found again from what they show, whatever the timezone', () => {
    fc.assert(
      fc.property(anyInstant, fc.constantFrom(...ZONES), (at, zone) => {
        const local = shownAt(at, zone);
        const [first, last] = [instantAt(local, zone, 'first'), instantAt(local, zone, 'last')];
        expect([shownAt(first, zone), shownAt(last, zone)]).toEqual([local, local]);
        expect(first <= at && at <= last).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

const FROZEN = `@id("frozen") @advice("Wait until the freeze is over.")
forbid (principal, action in [Curfew::Action::"Request", Curfew::Action::"Grant"], resource is Curfew::Role)
when { context.inFreeze };`;

const withCalendar = (lines: string, cedar = FROZEN, timezone = 'Europe/Berlin') => [
  ...exampleFiles({
    'curfew.yaml': (text) =>
      `${text.replace('timezone: Europe/Berlin', `timezone: ${timezone}`)}\n${lines}\n`,
  }),
  { name: 'policies/calendar.cedar', text: cedar },
];

describe('a freeze', () => {
  const policy = policyOf(
    withCalendar(`freezes:
  - { name: year-end, from: 2026-12-18 18:00, until: 2027-01-03, envs: [prod] }
  - { name: audit, from: 2026-06-01T08:00:00Z, until: 2026-06-01T10:00:00Z, roles: [dev-readonly], accounts: [shop-dev] }`),
  );
  const at = (moment: string, role = 'prod-admin') =>
    policy.decide(asks({ role, durationMinutes: 30, at: moment }));

  test.each([
    ['a minute before it', '2026-12-18T16:59:00Z', 'prod-admin', 'ask'],
    ['from its first minute', '2026-12-18T17:00:00Z', 'prod-admin', 'deny'],
    ['in the middle', '2026-12-25T12:00:00Z', 'prod-readonly', 'deny'],
    ['to the end of its last day', '2027-01-03T22:59:59Z', 'prod-admin', 'deny'],
    ['not the day after', '2027-01-03T23:00:00Z', 'prod-admin', 'ask'],
    ['not for another environment', '2026-12-25T12:00:00Z', 'staging-admin', 'ask'],
    ['by instants', '2026-06-01T09:59:59Z', 'dev-readonly', 'deny'],
    ['and no longer', '2026-06-01T10:00:00Z', 'dev-readonly', 'grant'],
    ['for the role alone', '2026-06-01T09:00:00Z', 'staging-admin', 'ask'],
  ])('%s', (_what, moment, role, verdict) => {
    expect(at(moment, role).verdict).toBe(verdict);
  });

  test('the answer says which one it is, and until when', () => {
    expect(at('2026-12-25T12:00:00Z').because).toEqual([
      'Wait until the freeze is over.',
      'The freeze year-end lasts until 2027-01-03.',
    ]);
  });

  test('has no gap in the nights in which clocks change, and holds what is between its ends', () => {
    const local = fc
      .tuple(
        fc.constantFrom('2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-04-05'),
        fc.integer({ min: 0, max: 239 }),
      )
      .map(([day, minute]) => {
        const hour = String(Math.floor(minute / 60)).padStart(2, '0');
        return `${day} ${hour}:${String(minute % 60).padStart(2, '0')}`;
      });
    fc.assert(
      fc.property(local, fc.constantFrom(...ZONES), (from, zone) => {
        const lines = `freezes: [{ name: night, from: ${from}, until: ${from.slice(0, 10)} 12:00 }]`;
        const frozen = policyOf(withCalendar(lines, FROZEN, zone));
        const noon = instantAt(`${from.slice(0, 10)}T12:00`, zone, 'last');
        let isIn = false;
        for (let at = noon - 13 * 3_600_000; at < noon; at += 600_000) {
          const question = asks({ role: 'dev-readonly', at: new Date(at).toISOString() });
          const now = frozen.decide(question).verdict === 'deny';
          // Once begun it lasts; and whatever shows a later time than its beginning is in it.
          expect(isIn && !now).toBe(false);
          const hasBegun = shownAt(at, zone) >= from.replace(' ', 'T');
          expect(hasBegun && !now).toBe(false);
          isIn = now;
        }
        expect(isIn).toBe(true);
      }),
      { numRuns: 8 },
    );
  });
});

test('a holiday is a day on the clocks of the bundle', () => {
  const policy = policyOf(
    withCalendar(
      'holidays: [2026-12-25]',
      '@id("holiday") @advice("Come back on a working day.") forbid (principal, action == Curfew::Action::"Request", resource) when { context.holiday };',
    ),
  );
  const verdictAt = (at: string) => policy.decide(asks({ at })).verdict;
  expect(
    ['2026-12-24T22:59:00Z', '2026-12-24T23:00:00Z', '2026-12-25T22:59:00Z'].map(verdictAt),
  ).toEqual(['ask', 'deny', 'deny']);
  expect(verdictAt('2026-12-25T23:00:00Z')).toBe('ask');
});

test('hours may begin at half past', () => {
  const policy = policyOf(
    withCalendar(
      '',
      '@id("early") @advice("Come back at half past nine.") forbid (principal, action == Curfew::Action::"Request", resource) when { context.minuteOfDay < 570 };',
    ),
  );
  const verdictAt = (at: string) => policy.decide(asks({ at })).verdict;
  expect(['2026-01-05T08:29:59Z', '2026-01-05T08:30:00Z'].map(verdictAt)).toEqual(['deny', 'ask']);
});

describe('what is wrong with a calendar is named, with its fix', () => {
  test.each([
    [
      'holidays: [2026-02-30]',
      /holidays\.0: 2026-02-30 is not possible here\. → Write a day, such/,
    ],
    [
      'freezes: [{ name: x, from: tomorrow, until: 2026-01-02 }]',
      /freezes\.0\.from: tomorrow is not possible here\. → Write a day or a time, such as 2026-12-24,/,
    ],
    [
      'freezes: [{ name: x, from: 2026-01-03, until: 2026-01-02 }]',
      /freezes\.0\.until: x is over before it begins\. → Let until be after from\./,
    ],
    [
      'freezes: [{ name: x, from: 2026-01-01, until: 2026-01-02, envs: [prdo] }]',
      /freezes\.0\.envs\.0: No env of an account is called prdo.* → Use one of dev, prod\. Did you mean prod\?/,
    ],
    [
      'freezes: [{ name: x, from: 2026-01-01, until: 2026-01-02, to: 3 }]',
      /freezes\.0\.to: There is no setting called to here\./,
    ],
    [
      'freezes: [{ name: x, from: 2026-01-01, until: 2026-01-02 }, { name: x, from: 2026-01-01, until: 2026-01-02 }]',
      /freezes\.1\.name: There are two freezes called x\. → Give one another name\./,
    ],
  ])('%s', (lines, said) => {
    const bundle = readBundle(withCalendar(lines), 'hash');
    expect(bundle.ok).toBe(false);
    expect(bundle.findings.map(findingText).join('\n')).toMatch(said);
  });
});
