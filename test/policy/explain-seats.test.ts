import { describe, expect, test } from '@jest/globals';
import type { Question } from '../../access/decision';
import { asks, COMPANY, policyOf, routeFiles, says, someone } from '../support/policy-bundle';

const inStages = policyOf(
  routeFiles("stages: [{ seats: [{ from: owners }] }, { seats: [{ from: 'group:security' }] }]"),
);
const ofOwners = policyOf(routeFiles('seats: [{ from: owners }]'));
const DORA_FOR_CARLA = {
  by: 'carla',
  to: 'dora',
  from: '2026-01-01T00:00:00Z',
  until: '2026-02-01T00:00:00Z',
};
const to = (person: string) => [{ ...DORA_FOR_CARLA, to: person }];
const owners = 'Could say yes, all active in the directory: carla@curfew.example, chris@curfew';
const LEFT = 'Not active in the directory: left@curfew.example.';

/** What is said under "Who must say yes" and as the answer, in this order. */
const said = (policy: typeof inStages, change: Partial<Question>): string[] =>
  policy
    .explain(asks(change))
    .parts.slice(-2)
    .flatMap(({ lines }) => lines);

describe('a route with stages is explained by where it is', () => {
  const needs =
    'first 1 of payments-owners, then 1 of security, 2 different people, not the requester.';
  const security =
    'Could say yes, all active in the directory: deniz@curfew.example, dora@curfew.example, both@curfew.example.';

  test.each<[string, Partial<Question>, string[]]>([
    [
      'at its beginning, with those of the first stage alone',
      {},
      [
        `${owners}.example, both@curfew.example.`,
        LEFT,
        `2 approvals are needed, 0 given: ${needs}`,
        'It is at stage 1 of 2: 1 of payments-owners.',
      ],
    ],
    [
      'approved too early, and when to do it again',
      { reviews: [says('deniz', 'approve')] },
      [
        'Does not count: deniz@curfew.example. deniz@curfew.example is asked later: this is stage 1 of 2, 1 of payments-owners. Approve again when that is full.',
        `${owners}.example, both@curfew.example.`,
        LEFT,
        `2 approvals are needed, 0 given: ${needs}`,
        'It is at stage 1 of 2: 1 of payments-owners.',
      ],
    ],
    [
      'in its second stage, with those of that one alone',
      { reviews: [says('carla', 'approve')] },
      [
        'Counts: carla@curfew.example. carla@curfew.example approved.',
        security,
        LEFT,
        `2 approvals are needed, 1 given: ${needs}`,
        'It is at stage 2 of 2: 1 of security.',
      ],
    ],
    [
      'through all of them',
      { reviews: [says('carla', 'approve'), says('deniz', 'approve', 5)] },
      [
        'Counts: carla@curfew.example. carla@curfew.example approved.',
        'Counts: deniz@curfew.example. deniz@curfew.example approved.',
        LEFT,
        'Approved by carla@curfew.example and deniz@curfew.example.',
      ],
    ],
    [
      'ended by a no from a later stage',
      { reviews: [says('carla', 'approve'), says('deniz', 'deny', 5)] },
      [
        'Counts: carla@curfew.example. carla@curfew.example approved.',
        'Counts: deniz@curfew.example. deniz@curfew.example said no.',
        LEFT,
        'deniz@curfew.example said no.',
      ],
    ],
  ])('%s', (_, change, lines) => {
    expect(said(inStages, change)).toEqual([`It needs ${needs}`, ...lines]);
  });
});

describe('somebody who answers for another is explained as that', () => {
  const needs = 'It needs 1 of payments-owners, not the requester.';
  const open = 'An approval is needed, 0 given: 1 of payments-owners, not the requester.';

  test.each<[string, Partial<Question>, string[]]>([
    [
      'among those who could say yes',
      { delegations: to('dora') },
      [
        `${owners.replace('carla@curfew.example', 'carla@curfew.example (away; dora@curfew.example answers)')}.example, dora@curfew.example, both@curfew.example.`,
        LEFT,
        open,
      ],
    ],
    [
      'when it counts, in whose seat',
      { delegations: to('dora'), reviews: [says('dora', 'approve')] },
      [
        'Counts: dora@curfew.example. dora@curfew.example approved, for carla@curfew.example, who is away.',
        LEFT,
        'Approved by dora@curfew.example for carla@curfew.example.',
      ],
    ],
    [
      'whom no rule lets approve',
      {
        delegations: to('mia'),
        people: [...COMPANY, someone('mia', [])],
        reviews: [says('mia', 'approve')],
      },
      [
        'Does not count: mia@curfew.example. No rule lets mia@curfew.example approve prod-admin.',
        `${owners}.example, both@curfew.example.`,
        'No rule lets mia@curfew.example approve prod-admin.',
        LEFT,
        open,
      ],
    ],
    [
      'for somebody who has left: not at all',
      { delegations: [{ ...DORA_FOR_CARLA, by: 'left' }], reviews: [says('dora', 'approve')] },
      [
        'Does not count: dora@curfew.example. dora@curfew.example is not in payments-owners.',
        `${owners}.example, both@curfew.example.`,
        LEFT,
        open,
      ],
    ],
    [
      'for who asks: not at all',
      {
        people: COMPANY.map((one) =>
          one.id === 'ada' ? { ...one, groups: ['engineers', 'payments-owners'] } : one,
        ),
        delegations: [{ ...DORA_FOR_CARLA, by: 'ada' }],
        reviews: [says('dora', 'approve')],
      },
      [
        'Does not count: dora@curfew.example. dora@curfew.example is not in payments-owners.',
        `${owners}.example, both@curfew.example.`,
        LEFT,
        open,
      ],
    ],
  ])('%s', (_, change, lines) => {
    expect(said(ofOwners, change)).toEqual([needs, ...lines]);
  });
});
