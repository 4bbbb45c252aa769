import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import type { Ticket } from '../../access/ticket';
import { packageRoot } from '../../config/root';
import { createActivities } from '../../temporal/activities';
import { becomes, chat, eventually, type Core } from '../support/core';
import { useCore } from '../support/use-core';

let core: Core;
useCore((started) => (core = started), {
  config: path.join(packageRoot, 'policy/examples/ticket-checked'),
});

const PAY: Ticket = {
  key: 'PAY-7',
  status: 'In Progress',
  assignees: ['ada@curfew.example'],
  project: 'PAY',
};
let tracker: Ticket | 'down';
beforeEach(() => {
  tracker = PAY;
  core.deps.tickets = {
    name: 'a tracker',
    async find(key) {
      if (tracker === 'down') throw new Error('the tracker was not reached');
      return key === tracker.key ? tracker : undefined;
    },
  };
});

const decided = (requestId: string) =>
  eventually(
    () => core.ledger.entries({ requestId, kinds: ['request.decided'] })[0],
    (entry) => entry !== undefined,
  );

test('a ticket that nobody can tell of is a no with a reason, and what is missing is on record', async () => {
  tracker = 'down';
  const requestId = await core.request('ada', 'prod-admin', { ticket: 'PAY-7' });
  expect((await decided(requestId))?.data).toMatchObject({
    verdict: 'deny',
    because: expect.stringContaining('Nobody could tell what the ticket says'),
    missing: { ticketFacts: 'the tracker was not reached' },
  });
});

test('what was given is not taken while nobody can tell, and ends when the ticket is closed', async () => {
  const asked = await core.signRequest('ada', 'prod-admin', { ticket: 'PAY-7' });
  const { requestId } = asked.statement.request;
  await core.desk.open(asked);
  expect((await decided(requestId))?.data).toMatchObject({
    verdict: 'ask',
    question: { ticketFacts: { status: 'In Progress', assignedToRequester: true } },
  });
  const cards = await eventually(
    () => core.messenger.cards(requestId),
    ({ length }) => length > 0,
  );
  const said = await core.signer.sign({
    kind: 'review',
    requestId,
    termsHash: cards[0]?.termsHash ?? '',
    by: chat('carla'),
    verdict: 'approve',
    at: new Date().toISOString(),
  });
  await core.desk.review(said, randomUUID());
  await becomes(core, requestId, 'active');

  const seals = { requestId, requestSeal: asked.seal, reviewSeals: [said.seal] };
  const still = () => createActivities(core.deps).stillEntitled(seals);
  expect(await still()).toMatchObject({ allowed: true });
  tracker = 'down';
  await expect(still()).rejects.toThrow(/A fact is missing \(ticketFacts\): the tracker was not/);
  tracker = { ...PAY, status: 'Done' };
  expect(await still()).toEqual({
    allowed: false,
    because:
      'Give a ticket of the project PAY that is In Progress and assigned to you. By the rule a-ticket-of-your-own.',
  });
});
