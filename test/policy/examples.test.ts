import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Policy, Question, Vote } from '../../access/decision';
import { policyCheck, policyTest } from '../../cli/commands/policy';
import { loadBundle } from '../../config/bundle';
import { packageRoot } from '../../config/root';
import { someone } from '../support/policy-bundle';

const folder = path.join(packageRoot, 'policy/examples');
const names = readdirSync(folder);

describe.each(names)('the example %s', (name) => {
  test('can be used, and there is nothing to say against it', () => {
    const { ok, findings } = JSON.parse(policyCheck(path.join(folder, name), { json: true }).out);
    expect({ ok, findings }).toEqual({ ok: true, findings: [] });
  });

  test('answers as its tables say', () => {
    const { rows, findings } = JSON.parse(policyTest(path.join(folder, name), { json: true }).out);
    expect(findings).toBeUndefined();
    expect(rows.filter(({ wrong }: { wrong: string[] }) => wrong.length > 0)).toEqual([]);
    expect(rows.length).toBeGreaterThan(0);
  });
});

const NOON = '2026-01-05T12:00:00.000Z';
const OWNER = someone('olga', ['payments-owners']);
const ADA = someone('ada', ['engineers']);

type Asked = Partial<Question> & Pick<Question, 'people'>;
const approvals = (at: string, ...by: string[]): Vote[] =>
  by.map((one) => ({ by: one, verdict: 'approve', at }));

/** The first of the people asks; by default everybody who could has approved at that moment. */
function isGranted(policy: Policy, { at = NOON, ...asked }: Asked): boolean {
  const question: Question = {
    requester: asked.people[0]?.id ?? '',
    role: 'prod-admin',
    durationMinutes: 30,
    reason: 'because',
    at,
    ...asked,
  };
  const reviews = asked.reviews ?? approvals(at, ...policy.decide(question).approvers);
  return policy.decide({ ...question, reviews }).verdict === 'grant';
}

const anyTime = (from: string, until: string) =>
  fc
    .integer({ min: Date.parse(from), max: Date.parse(until) - 1 })
    .map((at) => new Date(at).toISOString());
const perhaps = <T>(value: T) => fc.constantFrom(value, undefined);
const onCallFact = (onCall: boolean | undefined) => (onCall === undefined ? {} : { onCall });
const anyOnCall = fc.constantFrom(true, false, undefined);

const promised = new Set<string>();

/** Of an example: what it gave to these facts, and what it should. */
function promise<T extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  holds: (policy: Policy, ...args: T) => [boolean, boolean],
): void {
  promised.add(name);
  test(`${name} gives something exactly when it says`, () => {
    const { policy } = loadBundle(path.join(folder, name));
    fc.assert(
      fc.property(fc.tuple<T>(...arbitraries), (args) => {
        const [given, should] = holds(policy, ...args);
        expect(given).toBe(should);
      }),
      { numRuns: 40 },
    );
  });
}
promise(
  'durations',
  [fc.subarray(['engineers', 'contractors']), fc.integer({ min: -5, max: 200 })],
  (policy, groups, durationMinutes) => [
    isGranted(policy, { people: [someone('ada', groups), OWNER], durationMinutes }),
    groups.includes('engineers') &&
      durationMinutes >= 1 &&
      durationMinutes <= (groups.includes('contractors') ? 60 : 120),
  ],
);

promise(
  'business-hours',
  [anyTime('2026-01-01T00:00Z', '2027-01-01T00:00Z'), anyOnCall],
  (policy, at, onCall) => {
    // Said by another clock than the one under test.
    const [day = '', time = ''] = new Date(at)
      .toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' })
      .split(' ');
    const isOpen =
      new Date(`${day}T00:00Z`).getUTCDay() % 6 !== 0 &&
      time >= '08:30' &&
      time < '18:00' &&
      !['01-01', '04-03', '04-06', '05-01', '12-25'].includes(day.slice(5));
    const ada = someone('ada', ['engineers'], onCallFact(onCall));
    return [isGranted(policy, { people: [ada, OWNER], at }), isOpen || onCall === true];
  },
);

promise(
  'change-freeze',
  [anyTime('2026-12-16T00:00Z', '2027-01-06T00:00Z'), fc.integer({ min: 0, max: 100 })],
  (policy, at, minutesAgo) => {
    const isFrozen = at >= '2026-12-18T17:00' && at < '2027-01-03T23:00';
    const approvedAt = new Date(Date.parse(at) - minutesAgo * 60_000).toISOString();
    const reviews = approvals(approvedAt, 'olga');
    const asked = { people: [ADA, OWNER], at, durationMinutes: 120, reviews };
    return [isGranted(policy, asked), !isFrozen];
  },
);

const DUTIES = ['engineers', 'release-managers', 'auditors'];
promise(
  'separation-of-duties',
  [fc.subarray(DUTIES), fc.subarray(DUTIES)],
  (policy, mine, theirs) => {
    const people = [someone('ada', mine), someone('other', theirs)];
    const reviews = approvals(NOON, 'ada', 'other');
    return [
      isGranted(policy, { people, role: 'prod-deploy', reviews }),
      mine.length > 0 && !mine.includes('auditors') && theirs.join() === 'release-managers',
    ];
  },
);

const anyTicket = fc.oneof(
  fc.constant('not-found' as const),
  fc.record({
    status: fc.constantFrom('In Progress', 'in progress', 'Done', ''),
    assignedToRequester: fc.boolean(),
    project: fc.constantFrom('PAY', 'PAYX', ''),
  }),
);
promise(
  'ticket-checked',
  [
    fc.record(
      { ticket: fc.constantFrom('PAY-1', ' '), ticketFacts: anyTicket },
      { requiredKeys: [] },
    ),
  ],
  (policy, { ticket, ticketFacts }) => {
    const facts = {
      ...(ticket !== undefined && { ticket }),
      ...(ticketFacts !== undefined && { ticketFacts }),
    };
    const isReal =
      typeof ticketFacts === 'object' &&
      ticketFacts.status === 'In Progress' &&
      ticketFacts.project === 'PAY' &&
      ticketFacts.assignedToRequester;
    return [isGranted(policy, { people: [ADA, OWNER], ...facts }), isReal && ticket === 'PAY-1'];
  },
);

promise('on-call', [anyOnCall, fc.boolean()], (policy, onCall, isInGroup) => {
  const groups = ['engineers', ...(isInGroup ? ['sre-oncall'] : [])];
  const ada = someone('ada', groups, onCallFact(onCall));
  return [isGranted(policy, { people: [ada, OWNER] }), onCall ?? isInGroup];
});

const GUARDS = ['approvers', 'security'];
promise(
  'two-approvers',
  [fc.array(fc.subarray(GUARDS), { maxLength: 4 }), fc.array(fc.nat(4), { maxLength: 6 })],
  (policy, guards, said) => {
    const people = [ADA, ...guards.map((groups, index) => someone(`guard-${index + 1}`, groups))];
    const voters = said.flatMap((index) => people[index] ?? []);
    const reviews = approvals(NOON, ...voters.map(({ id }) => id));
    const distinct = [...new Set(voters)].filter((one) => one !== ADA);
    // Some pair of them fills both seats.
    const enough = distinct.some((one) =>
      distinct.some(
        (other) =>
          one !== other && one.groups.includes('security') && other.groups.includes('approvers'),
      ),
    );
    return [isGranted(policy, { people, reviews }), enough];
  },
);

const OWNERS_OF: Record<string, string[]> = {
  'shop-readonly': ['payments-owners'],
  'shop-database': ['database-owners'],
  'bank-readonly': ['bank-owners'],
  'bank-admin': ['bank-owners', 'security'],
};
promise(
  'approvers-by-account-and-risk',
  [
    fc.constantFrom(...Object.keys(OWNERS_OF)),
    fc.subarray(['payments-owners', 'database-owners', 'bank-owners', 'security']),
  ],
  (policy, role, approving) => {
    const people = [ADA, ...approving.map((group) => someone(`of-${group}`, [group]))];
    const reviews = approvals(NOON, ...people.map(({ id }) => id));
    const should = (OWNERS_OF[role] ?? []).every((group) => approving.includes(group));
    return [isGranted(policy, { people, role, reviews }), should];
  },
);

promise(
  'staging-when-on-call',
  [anyOnCall, fc.integer({ min: 1, max: 120 })],
  (policy, onCall, durationMinutes) => {
    const people = [someone('ada', ['engineers'], onCallFact(onCall))];
    const asked = { people, role: 'staging-admin', durationMinutes };
    return [isGranted(policy, asked), onCall === true && durationMinutes <= 60];
  },
);

promise(
  'dormant-role',
  [fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constant('never' as const), perhaps(90))],
  (policy, days) => {
    const facts = days === undefined ? {} : { lastUsedDays: days };
    const asked = { people: [ADA], role: 'prod-readonly', ...facts };
    return [isGranted(policy, asked), typeof days === 'number' && days <= 90];
  },
);

promise(
  'few-open-requests',
  [fc.oneof(fc.integer({ min: 0, max: 6 }), perhaps(2))],
  (policy, open) => {
    const facts = open === undefined ? {} : { openRequests: open };
    return [isGranted(policy, { people: [ADA, OWNER], ...facts }), open !== undefined && open < 3];
  },
);

promise(
  'agents-get-less',
  [
    fc.constantFrom('triage', 'ada'),
    fc.constantFrom('prod-readonly', 'prod-admin'),
    fc.integer({ min: 1, max: 300 }),
    fc.subarray(['ada', 'olga', 'triage']),
  ],
  (policy, requester, role, durationMinutes, approving) => {
    const people = [someone('ada', ['engineers', 'payments-owners']), OWNER];
    const reviews = approvals(NOON, ...approving);
    const asked = { people, requester, role, durationMinutes, reviews };
    const agent = { id: 'triage', kind: 'agent' as const, accountable: 'ada' };
    const longest = role === 'prod-readonly' ? 240 : 120;
    // Ada neither approves her own nor the agent's; the agent approves nothing.
    return requester === 'ada'
      ? [isGranted(policy, asked), durationMinutes <= longest && approving.includes('olga')]
      : [
          isGranted(policy, { ...asked, workload: agent }),
          role === 'prod-readonly' && durationMinutes <= 15 && approving.includes('olga'),
        ];
  },
);

promise(
  'manager-approves',
  [
    fc.boolean(),
    fc.constantFrom('max', 'olga', 'ada', undefined),
    fc.shuffledSubarray(['max', 'olga', 'ada']),
  ],
  (policy, isContractor, manager, approving) => {
    const groups = ['engineers', ...(isContractor ? ['contractors'] : [])];
    const ada = someone('ada', groups, manager === undefined ? {} : { manager });
    const people = [ada, OWNER, someone('max', [])];
    const minutes = approving.map((by, nth) => {
      const at = new Date(Date.parse(NOON) - (10 - nth) * 60_000).toISOString();
      return { by, verdict: 'approve' as const, at };
    });
    const hasManagers = manager !== undefined && manager !== 'ada' && approving.includes(manager);
    // An owner who is the manager sits once, and another owner there is not; and nobody says yes before it is their turn.
    const hasOwners = manager === 'max' && approving.indexOf('olga') > approving.indexOf('max');
    return [
      isGranted(policy, { people, reviews: minutes }),
      hasManagers && (!isContractor || hasOwners),
    ];
  },
);

promise(
  'manager-or-owner',
  [
    fc.constantFrom('max', 'olga', 'ada', 'gone', undefined),
    fc.boolean(),
    fc.subarray(['max', 'olga', 'ada']),
  ],
  (policy, manager, isActive, approving) => {
    const ada = someone('ada', ['engineers'], manager === undefined ? {} : { manager });
    const people = [ada, OWNER, someone('max', [], { active: isActive })];
    const isThere = (manager === 'max' && isActive) || manager === 'olga';
    return [
      isGranted(policy, { people, reviews: approvals(NOON, ...approving) }),
      approving.includes(isThere ? manager : 'olga'),
    ];
  },
);

test('each example has a promise', () => {
  expect([...promised].toSorted()).toEqual(names.toSorted());
});
