import { describe, expect, test } from '@jest/globals';
import type { PersonFacts, Question } from '../../access/decision';
import {
  asks,
  COMPANY,
  countedIn,
  policyOf,
  routeFiles,
  says,
  someone,
} from '../support/policy-bundle';

const MANAGERS_APPROVE = `@id("managers-approve") permit (principal, action == Curfew::Action::"Approve", resource)
  when { context has manager && principal == context.manager };`;
const policy = policyOf(
  routeFiles("seats: [{ from: manager }, { from: 'group:security' }]", MANAGERS_APPROVE),
);

/** Ada reports to whom is named here; mia is a manager and nothing else. */
const reports = (to: string | undefined, ...more: PersonFacts[]): Partial<Question> => ({
  people: [
    ...COMPANY.map((one) => (one.id === 'ada' && to !== undefined ? { ...one, manager: to } : one)),
    someone('mia', []),
    ...more,
  ],
});

describe('a manager’s seat', () => {
  test('is for the requester’s manager and nobody else’s', () => {
    const decision = policy.decide(asks(reports('mia')));
    expect(decision).toMatchObject({ verdict: 'ask', approvers: ['deniz', 'dora', 'both', 'mia'] });
    expect(decision.because[0]).toMatch(/the manager and 1 of security, 2 different people/);
    const [review] = policy.decide(
      asks({ ...reports('mia'), reviews: [says('carla', 'approve')] }),
    ).countedReviews;
    expect(review).toMatchObject({
      counted: false,
      because: 'carla@curfew.example is not in security, nor the manager of ada@curfew.example.',
    });
  });

  test('may be named by address, in any case', () => {
    expect(policy.decide(asks(reports('MIA@curfew.example'))).approvers).toContain('mia');
  });

  test('is filled with the other one’s for a grant, by the rule for managers', () => {
    const reviews = [says('mia', 'approve', 9), says('deniz', 'approve', 8)];
    const decision = policy.decide(asks({ ...reports('mia'), reviews }));
    expect([decision.verdict, countedIn(decision)]).toEqual(['grant', ['mia', 'deniz']]);
    expect(decision.policies).toContain('managers-approve');
  });

  test('a manager of security sits once', () => {
    const reviews = [says('deniz', 'approve', 9), says('deniz', 'approve', 8)];
    expect(policy.decide(asks({ ...reports('deniz'), reviews })).verdict).toBe('ask');
    const more = [...reviews, says('dora', 'approve', 7)];
    expect(policy.decide(asks({ ...reports('deniz'), reviews: more })).verdict).toBe('grant');
  });

  const nobody: [string, Partial<Question>, RegExp][] = [
    [
      'the directory names none',
      reports(undefined),
      /does not say who the manager of ada@curfew.example is\. Nobody can fill the seat/,
    ],
    [
      'the directory names somebody whom nobody knows',
      reports('gone'),
      /Nobody known here.*“gone”/,
    ],
    ['it has left', reports('mo', someone('mo', [], { active: false })), /only 1 of the 2 seats/],
    ['it is the requester', reports('ada'), /only 1 of the 2 seats/],
    [
      'it is another account of the requester',
      reports('ada-2', someone('ada-2', [], { emails: ['ADA@curfew.example'] })),
      /only 1 of the 2 seats/,
    ],
  ];
  test.each(nobody)('cannot be filled when %s', (_, change, because) => {
    const decision = policy.decide(asks(change));
    expect(decision.verdict).toBe('deny');
    expect(decision.because.join(' ')).toMatch(because);
  });

  test('two people with the address of the manager are a hard stop', () => {
    const twins = reports(
      'boss@curfew.example',
      ...['m1', 'm2'].map((id) => someone(id, [], { emails: ['boss@curfew.example'] })),
    );
    expect(policy.decide(asks(twins)).because.join(' ')).toMatch(/stands for several people/);
  });

  test('two who manage each other approve for each other, and never for themselves', () => {
    const circle = (asker: 'ada' | 'mia', other: string) =>
      policy.decide(
        asks({
          requester: asker,
          people: [
            ...COMPANY.filter(({ id }) => id !== 'ada'),
            someone('ada', ['engineers'], { manager: 'mia' }),
            someone('mia', ['engineers'], { manager: 'ADA@curfew.example' }),
          ],
          reviews: [says(asker, 'approve', 9), says(other, 'approve', 8), says('deniz', 'approve')],
        }),
      );
    for (const [asker, other] of [
      ['ada', 'mia'],
      ['mia', 'ada'],
    ] as const) {
      expect([circle(asker, other).verdict, countedIn(circle(asker, other))]).toEqual([
        'grant',
        [other, 'deniz'],
      ]);
      expect(circle(asker, asker)).toMatchObject({ verdict: 'ask', approvers: [other] });
    }
  });

  test('of a circle of three, and back to another account of whoever asks, is nobody’s', () => {
    const people = [
      ...COMPANY.filter(({ id }) => id !== 'ada'),
      someone('ada', ['engineers'], { manager: 'mia' }),
      someone('mia', [], { manager: 'ada-2' }),
      someone('ada-2', ['engineers'], { manager: 'mia', emails: ['Ada@Curfew.example'] }),
    ];
    const reviews = [says('ada-2', 'approve', 9), says('deniz', 'approve', 8)];
    expect(policy.decide(asks({ requester: 'mia', people })).because.join()).toMatch(/No rule/);
    const decision = policy.decide(asks({ requester: 'ada', people, reviews }));
    expect([decision.verdict, countedIn(decision)]).toEqual(['ask', ['deniz']]);
    expect(decision.approvers).toEqual(['mia']);
  });

  test('alone says who has no say', () => {
    const alone = policyOf(routeFiles('seats: [{ from: manager }]', MANAGERS_APPROVE));
    const decision = alone.decide(asks({ ...reports('mia'), reviews: [says('carla', 'deny')] }));
    expect(decision).toMatchObject({ verdict: 'ask', approvers: ['mia'], needed: 1 });
    expect(decision.countedReviews[0]?.because).toBe(
      'carla@curfew.example is not the manager of ada@curfew.example.',
    );
  });
});

describe('a manager’s seat with somebody who stands in', () => {
  const standIn = policyOf(
    routeFiles("seats: [{ from: manager, else: 'group:security' }]", MANAGERS_APPROVE),
  );
  const wanders: [string, Partial<Question>, RegExp | undefined][] = [
    ['there is a manager', reports('mia'), undefined],
    ['the manager is of security, too', reports('deniz'), undefined],
    ['the directory names none', reports(undefined), /does not say who the manager of ada@/],
    ['the directory names somebody whom nobody knows', reports('gone'), /Nobody known here/],
    ['it has left', reports('mo', someone('mo', [], { active: false })), /mo@.* is not active/],
    ['it is the requester', reports('ada'), /does not decide about what is asked for themselves/],
    [
      'it is another account of the requester',
      reports('ada-2', someone('ada-2', [], { emails: ['ADA@curfew.example'] })),
      /does not decide about what is asked for themselves/,
    ],
  ];
  test.each(wanders)('goes to them only where it must: %s', (_, change, why) => {
    const manager = change.people?.[0]?.manager ?? '';
    const decision = standIn.decide(asks(change));
    expect(decision).toMatchObject({
      verdict: 'ask',
      needed: 1,
      approvers: why === undefined ? [manager] : ['deniz', 'dora', 'both'],
    });
    const told = standIn.explain(asks(change)).parts.flatMap(({ lines }) => lines);
    const line = told.find((text) => text.endsWith('in the place of a manager.'));
    expect(line ?? 'nobody stands in').toMatch(why ?? /^nobody stands in$/);
    const noVoice = why === undefined ? 'dora' : manager;
    const denied = { ...change, reviews: [says(noVoice || 'carla', 'deny')] };
    expect(standIn.decide(asks(denied)).verdict).toBe('ask');
  });

  test('two people with the address of the manager stay a hard stop: that is not nobody', () => {
    const twins = reports(
      'boss@curfew.example',
      ...['m1', 'm2'].map((id) => someone(id, [], { emails: ['boss@curfew.example'] })),
    );
    expect(standIn.decide(asks(twins))).toMatchObject({
      verdict: 'deny',
      because: expect.arrayContaining([expect.stringMatching(/stands for several people/)]),
    });
  });

  test('a yes of theirs counts no more once there is a manager, and the other way round', () => {
    const reviews = [says('dora', 'approve')];
    expect(standIn.decide(asks({ ...reports(undefined), reviews })).verdict).toBe('grant');
    expect(standIn.mayMint(asks({ ...reports('mia'), reviews })).verdict).toBe('deny');
    const byMia = { reviews: [says('mia', 'approve')] };
    expect(standIn.decide(asks({ ...reports('mia'), ...byMia })).verdict).toBe('grant');
    const gone = reports('mia');
    const people = gone.people?.map((one) => (one.id === 'mia' ? { ...one, active: false } : one));
    expect(standIn.mayMint(asks({ people: people ?? [], ...byMia })).verdict).toBe('deny');
  });

  test('says whom it is for, and names those who might fill it', () => {
    const decision = standIn.decide(asks(reports('mia')));
    expect(decision.because[0]).toContain('the manager (1 of security where there is none)');
    expect(standIn.groupsFor('prod-admin')).toEqual(['security']);
    const [review] = standIn.decide(
      asks({ ...reports(undefined), reviews: [says('carla', 'approve')] }),
    ).countedReviews;
    expect(review?.because).toBe('carla@curfew.example is not in security.');
  });
});

test('a question needs the manager where a route has a seat for them, or any rule reads of them', () => {
  const unruled = policyOf(routeFiles('seats: [{ from: manager }]'));
  expect(unruled.asksManager('prod-admin')).toBe(true);
  expect(unruled.asksManager('staging-admin')).toBe(false);
  expect(unruled.asksManager('nothing')).toBe(false);
  expect(unruled.groupsFor('prod-admin')).toEqual([]);
  expect(policy.asksManager('staging-admin')).toBe(true);
});

test('a forbid on the manager does not fail open when nobody knows who that is', () => {
  const wary = policyOf(
    routeFiles(
      'seats: [{ from: owners }]',
      `@id("not-of-carla") @advice("Not for reports of carla.") forbid (principal, action == Curfew::Action::"Request", resource)
       when { context has manager && context.manager in Curfew::Group::"payments-owners" };`,
    ),
  );
  expect(wary.decide(asks(reports('mia'))).verdict).toBe('ask');
  expect(wary.decide(asks(reports('carla'))).because).toEqual(['Not for reports of carla.']);
  expect(wary.decide(asks(reports(undefined)))).toMatchObject({
    verdict: 'deny',
    because: [expect.stringMatching(/who the manager of the person is/)],
  });
});
