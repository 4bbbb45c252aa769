import { describe, expect, test } from '@jest/globals';
import type { Question } from '../../access/decision';
import {
  asks,
  COMPANY,
  countedIn,
  exampleFiles,
  policyOf,
  says,
  someone,
} from '../support/policy-bundle';

const policy = policyOf(exampleFiles());

/** What goes wrong elsewhere (and what must not here): question, verdict, whose votes count, a part of why. */
const failures: [string, Partial<Question>, string, string[], RegExp][] = [
  [
    'self-approval by the case of an address',
    {
      requester: 'both@curfew.example',
      people: [
        ...COMPANY.filter(({ id }) => id !== 'both'),
        someone('both', ['engineers', 'payments-owners']),
      ],
      reviews: [says('BOTH@CURFEW.EXAMPLE', 'approve'), says('both', 'approve')],
    },
    'ask',
    [],
    /nobody decides on their own request/,
  ],
  [
    'self-approval through a second directory entry with the same address',
    {
      people: [
        ...COMPANY,
        someone('ada-2', ['payments-owners'], { emails: ['ADA@curfew.example'] }),
      ],
      reviews: [says('ada-2', 'approve')],
    },
    'ask',
    [],
    /nobody decides on their own request/,
  ],
  [
    'one person in two groups is not two people',
    { reviews: [says('both', 'approve', 9), says('both', 'approve', 8)] },
    'ask',
    ['both'],
    /counts once/,
  ],
  [
    'one person under an id and an address is not two people',
    { reviews: [says('both', 'approve', 9), says('Both@curfew.example', 'approve', 8)] },
    'ask',
    ['both'],
    /counts once/,
  ],
  [
    'two directory entries of one person are not two people',
    {
      people: [
        ...COMPANY,
        someone('d1', ['payments-owners'], { emails: ['dual@curfew.example'] }),
        someone('d2', ['security'], { emails: ['Dual@curfew.example'] }),
      ],
      reviews: [says('d1', 'approve', 9), says('d2', 'approve', 8)],
    },
    'ask',
    ['d1'],
    /counts once/,
  ],
  [
    'nor are two that a third entry joins',
    {
      people: [
        ...COMPANY,
        someone('d1', ['payments-owners'], { emails: ['one@curfew.example'] }),
        someone('d2', [], { emails: ['One@curfew.example', 'two@curfew.example'] }),
        someone('d3', ['security'], { emails: ['TWO@curfew.example'] }),
      ],
      reviews: [says('d1', 'approve', 9), says('d3', 'approve', 8)],
    },
    'ask',
    ['d1'],
    /counts once/,
  ],
  [
    'nor does one approve for whoever asks through a third entry',
    {
      people: [
        ...COMPANY,
        someone('d2', [], { emails: ['ada@curfew.example', 'two@curfew.example'] }),
        someone('d3', ['security'], { emails: ['TWO@curfew.example'] }),
      ],
      reviews: [says('d3', 'approve')],
    },
    'ask',
    [],
    /nobody decides on their own request/,
  ],
  [
    'a member of both groups moves over for whoever can only sit in one',
    { reviews: [says('both', 'approve', 9), says('carla', 'approve', 8)] },
    'grant',
    ['both', 'carla'],
    /carla@curfew.example approved/,
  ],
  [
    'and the other way',
    { reviews: [says('both', 'approve', 9), says('deniz', 'approve', 8)] },
    'grant',
    ['both', 'deniz'],
    /deniz@curfew.example approved/,
  ],
  [
    'more approvals than needed are not too many',
    {
      reviews: ['carla', 'chris', 'deniz', 'dora'].map((by, index) =>
        says(by, 'approve', 9 - index),
      ),
    },
    'grant',
    ['carla', 'deniz'],
    /already approved/,
  ],
  [
    'an administrator without a seat approves nothing',
    {
      people: [...COMPANY, someone('root', ['administrators'])],
      reviews: [says('root', 'approve'), says('deniz', 'approve')],
    },
    'ask',
    ['deniz'],
    /root@curfew.example is not in payments-owners or security/,
  ],
  [
    'a denial outweighs every approval before it',
    { reviews: [says('carla', 'approve', 9), says('deniz', 'deny', 8)] },
    'deny',
    ['carla', 'deniz'],
    /deniz@curfew.example said no/,
  ],
  [
    'an approval does not take back a denial',
    {
      reviews: [says('deniz', 'deny', 9), says('deniz', 'approve', 8), says('carla', 'approve', 7)],
    },
    'deny',
    ['deniz'],
    /had already denied/,
  ],
  [
    'who approved may still deny while it is open',
    {
      reviews: [says('carla', 'approve', 9), says('carla', 'deny', 8), says('deniz', 'approve', 7)],
    },
    'deny',
    ['carla', 'carla'],
    /said no/,
  ],
  [
    'at the same instant the denial comes first',
    { reviews: [says('carla', 'approve'), says('deniz', 'approve'), says('dora', 'deny')] },
    'deny',
    ['dora'],
    /said no/,
  ],
  [
    'after the decision a denial is no denial (but a revoke, elsewhere)',
    {
      reviews: [says('carla', 'approve', 9), says('deniz', 'approve', 8), says('dora', 'deny', 7)],
    },
    'grant',
    ['carla', 'deniz'],
    /already approved/,
  ],
  [
    'who has left does not count',
    { reviews: [says('left', 'approve'), says('carla', 'approve')] },
    'ask',
    ['carla'],
    /not active/,
  ],
  [
    'who has lost the right before the decision does not count',
    {
      people: COMPANY.map((one) => (one.id === 'deniz' ? someone('deniz', []) : one)),
      reviews: [says('deniz', 'approve', 9), says('carla', 'approve', 8)],
    },
    'ask',
    ['carla'],
    /deniz@curfew.example is not in/,
  ],
  [
    'a vote given after the moment that is asked about counts: a request is older than its votes',
    { reviews: [says('carla', 'approve'), says('deniz', 'approve', -1)] },
    'grant',
    ['carla', 'deniz'],
    /approved/,
  ],
  [
    'a vote at this very moment has',
    { reviews: [says('carla', 'approve'), says('deniz', 'approve', 0)] },
    'grant',
    ['carla', 'deniz'],
    /approved/,
  ],
  [
    'a stranger does not count',
    { reviews: [says('nobody@curfew.example', 'approve'), says('carla', 'approve')] },
    'ask',
    ['carla'],
    /Nobody known here has the id or address “nobody@curfew.example”/,
  ],
  [
    'an address that stands for two people counts for neither',
    {
      people: [
        ...COMPANY,
        someone('x1', ['security'], { emails: ['team@curfew.example'] }),
        someone('x2', ['security'], { emails: ['TEAM@curfew.example'] }),
      ],
      reviews: [says('team@curfew.example', 'approve')],
    },
    'ask',
    [],
    /several people/,
  ],
  [
    'an id that is somebody else’s address counts for neither',
    {
      people: [...COMPANY, someone('y', ['security'], { emails: ['deniz'] })],
      reviews: [says('deniz', 'approve')],
    },
    'ask',
    [],
    /several people/,
  ],
  [
    'contradicting facts about one person count for nothing',
    {
      people: [...COMPANY, someone('carla', ['payments-owners', 'security'])],
      reviews: [says('carla', 'approve')],
    },
    'ask',
    [],
    /several people/,
  ],
  [
    'not even under an address that only one of the two has',
    {
      people: [...COMPANY, someone('carla', [], { emails: ['c@curfew.example'], active: false })],
      reviews: [says('carla@curfew.example', 'approve')],
    },
    'ask',
    [],
    /several people/,
  ],
  [
    'a person who is listed twice in the same way is one person',
    {
      people: [...COMPANY, ...COMPANY],
      reviews: [says('carla', 'approve', 9), says('carla', 'approve', 8)],
    },
    'ask',
    ['carla'],
    /counts once/,
  ],
  [
    'ids are exact, only addresses are not',
    { reviews: [says('CARLA', 'approve')] },
    'ask',
    [],
    /Nobody known here/,
  ],
];

describe('approvals', () => {
  test.each(failures)('%s', (_, change, verdict, counted, why) => {
    const decision = policy.decide(asks(change));
    expect(decision.verdict).toBe(verdict);
    expect(countedIn(decision)).toEqual(counted);
    expect(decision.countedReviews.map(({ because }) => because).join('\n')).toMatch(why);
  });
});
