import { describe, expect, test } from '@jest/globals';
import type { Question } from '../../access/decision';
import { asks, examplePlus } from '../support/policy-bundle';

const rule = (condition: string) =>
  examplePlus(
    `@id("more") @advice("Not like this.") forbid (principal, action == Curfew::Action::"Request", resource is Curfew::Role) ${condition};`,
  );

const WORKED_ON =
  'unless { context has ticketFacts && context.ticketFacts.status == "In Progress" && context.ticketFacts.assignedToRequester }';
const NOT_DONE = 'when { context has ticketFacts && context.ticketFacts.status == "Done" }';
const THREE = 'when { context has openRequests && context.openRequests >= 3 }';
const DORMANT = 'when { context has lastUsedDays && context.lastUsedDays > 90 }';
const NEW = 'unless { context has lastUsedDays && context.lastUsedDays <= 90 }';
const ticket = (status: string, assignedToRequester = true) => ({
  ticket: 'PAY-1',
  ticketFacts: { status, assignedToRequester, project: 'PAY' },
});

describe('facts that are looked up', () => {
  const rows: [string, string, Partial<Question>, 'ask' | 'deny'][] = [
    ['a ticket that is worked on', WORKED_ON, ticket('In Progress'), 'ask'],
    ['one that is done', WORKED_ON, ticket('Done'), 'deny'],
    ["somebody else's", WORKED_ON, ticket('In Progress', false), 'deny'],
    ['none', WORKED_ON, {}, 'deny'],
    [
      'facts of a ticket that nobody names',
      WORKED_ON,
      { ticketFacts: ticket('In Progress').ticketFacts },
      'deny',
    ],
    ['one that there is not', WORKED_ON, { ticket: 'PAY-9', ticketFacts: 'not-found' }, 'deny'],
    ['a tracker that is down', WORKED_ON, { ticket: 'PAY-1' }, 'deny'],
    ['a limit on tickets, and one that is done', NOT_DONE, ticket('Done'), 'deny'],
    ['a limit on tickets, and none', NOT_DONE, {}, 'ask'],
    ['a limit on tickets, and a tracker that is down', NOT_DONE, { ticket: 'PAY-1' }, 'deny'],
    ['two open requests', THREE, { openRequests: 2 }, 'ask'],
    ['three open requests', THREE, { openRequests: 3 }, 'deny'],
    ['nobody knows how many', THREE, {}, 'deny'],
    ['used lately', DORMANT, { lastUsedDays: 90 }, 'ask'],
    ['used long ago', DORMANT, { lastUsedDays: 91 }, 'deny'],
    ['never used, where that is fine', DORMANT, { lastUsedDays: 'never' }, 'ask'],
    ['never used, where that is not', NEW, { lastUsedDays: 'never' }, 'deny'],
    ['nobody knows when', DORMANT, {}, 'deny'],
  ];
  test.each(rows)('%s', (_what, condition, change, verdict) => {
    expect(rule(condition).decide(asks(change)).verdict).toBe(verdict);
  });

  test('policy says which facts its rules read: no other needs to be looked up', () => {
    const policy = rule(THREE);
    expect(policy.reads('openRequests')).toBe(true);
    expect(policy.reads('ticketFacts')).toBe(false);
  });

  test('when nobody can tell, the answer says what nobody can tell', () => {
    expect(rule(NOT_DONE).decide(asks({ ticket: 'PAY-1' })).because).toEqual([
      'Nobody could tell what the ticket says, and the rule more depends on it. Try again later.',
    ]);
    expect(rule(WORKED_ON).decide(asks({ ticket: 'PAY-1' })).because).toEqual([
      'Not like this.',
      'Nobody could tell what the ticket says, which may be why.',
    ]);
    expect(rule(WORKED_ON).decide(asks()).because).toEqual(['Not like this.']);
  });
});
