import { expect, test } from '@jest/globals';
import { Links } from '../../access/links';
import { PEOPLE } from '../../sandbox/people';
import { createActivities } from '../../temporal/activities';
import { changedExample } from '../support/changed-example';
import { becomes, chat, eventually, WORKSPACE, type Core } from '../support/core';
import { eventually as soon } from '../support/eventually';
import { ended } from '../support/in-core';
import { inMemoryMessenger } from '../support/in-memory-messenger';
import { inMemoryPager } from '../support/in-memory-pager';
import { temporaryFolder } from '../support/temporary-folder';
import { useCore } from '../support/use-core';

let core: Core;
const { pager, incidents } = inMemoryPager('pager');
const calls = (to: string) =>
  `expire: 30m\n    remind: [5s, 6s, 20m]\n    escalate: { after: 7s, to: ${to}, page: true }`;
useCore(
  (started) => {
    core = started;
    // Whoever has used the chat before can be named in it.
    const links = new Links(core.ledger);
    for (const { id, directoryId } of PEOPLE)
      links.fix({ workspace: WORKSPACE, user: id }, directoryId, 'email', new Date().toISOString());
    core.deps.pagers = [pager];
  },
  {
    config: changedExample(temporaryFolder(), (text) => {
      const [one, two] = text.split('  two-people:');
      return [
        one?.replace('expire: 30m', calls("'schedule:primary', else: 'group:sre-oncall'")),
        two?.replace('expire: 30m', calls("'#oncall'")),
      ].join('  two-people:');
    }),
  },
);

async function waiting(role: string): Promise<string> {
  const requestId = await core.request('ada', role);
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  return requestId;
}
const entriesOf = (requestId: string, kind: 'request.reminded' | 'request.escalated') =>
  core.ledger.entries({ requestId, kinds: [kind] });

test('nobody answers: those who still can are reminded, others told, on-call paged; over once it is decided', async () => {
  const requestId = await waiting('prod-admin');
  await core.review('carla', requestId);
  await eventually(
    () => entriesOf(requestId, 'request.escalated').length,
    (count) => count > 0,
  );
  // Carla has answered, and Gus could only sit where she does.
  const deniz = { known: [chat('deniz')], others: 0 };
  await soon(() =>
    expect(core.messenger.reminders(requestId)).toEqual([
      expect.objectContaining({ kind: 'reminder', key: 'after 5 s', to: deniz }),
      expect.objectContaining({ kind: 'reminder', key: 'after 6 s', to: deniz }),
    ]),
  );
  const notDecided = () =>
    core.messenger.alarmsIn('#oncall').filter((alarm) => alarm.requestId === requestId);
  expect(notDecided()).toEqual([
    expect.objectContaining({
      title: 'Not decided: prod-admin in shop-prod, for Ada Engel',
      text: expect.stringContaining('2 approvals are needed, 1 given'),
    }),
  ]);
  await eventually(
    () => incidents,
    (all) => all.includes(`paged unanswered:${requestId}`),
  );
  // Emil reads #oncall. Being told gave him no say.
  expect(await core.review('emil', requestId)).toMatchObject({ outcome: 'refused' });
  await core.review('deniz', requestId);
  await becomes(core, requestId, 'active');
  await soon(() =>
    expect(notDecided().map(({ title, text }) => [title.slice(0, 5), text.slice(0, 15)])).toEqual([
      ['Not d', 'The card is in '],
      ['Over:', 'It was approved'],
    ]),
  );
  await eventually(
    () => incidents,
    (all) => all.includes(`resolved unanswered:${requestId}`),
  );
  expect(incidents.filter((incident) => incident === `paged unanswered:${requestId}`)).toHaveLength(
    1,
  );
});

test('terminated after on-call was paged: the page is closed, and who was told hears that it is over', async () => {
  const requestId = await waiting('prod-admin');
  await eventually(
    () => incidents,
    (all) => all.includes(`paged unanswered:${requestId}`),
  );
  await core.client.workflow.getHandle(`access-${requestId}`).terminate('by mistake');
  // A minute later the engine has no excuse.
  core.switches.behindMs = -61_000;
  await createActivities(core.deps).lookForLost();
  await core.client.workflow.getHandle(`sweep-${requestId}`).result();
  core.switches.behindMs = 0;
  expect(incidents).toContain(`resolved unanswered:${requestId}`);
  expect(
    core.messenger
      .alarmsIn('#oncall')
      .filter((alarm) => alarm.requestId === requestId)
      .map(({ title, text }) => [title.slice(0, 5), text]),
  ).toEqual([
    ['Not d', expect.anything()],
    ['prod-', expect.stringContaining('The request is closed')],
    ['Over:', 'It is expired; nothing was granted.'],
  ]);
});

test('a schedule that nobody can ask: the group that is named instead is told why, beside the card, and has no say', async () => {
  const requestId = await waiting('staging-admin');
  const told = await eventually(
    () => core.messenger.reminders(requestId).find(({ kind }) => kind === 'escalation'),
    (reminder) => reminder !== undefined,
  );
  expect(told).toMatchObject({
    of: { group: 'sre-oncall' },
    to: { known: [chat('emil')], others: 0 },
    missed: [expect.stringContaining('no rota is configured')],
  });
  expect(entriesOf(requestId, 'request.escalated')[0]?.data).toMatchObject({
    to: { group: 'sre-oncall' },
    missed: [expect.stringContaining('the schedule primary')],
  });
  expect(await core.review('emil', requestId)).toMatchObject({ outcome: 'refused' });
  await core.stop('ada', requestId, 'withdraw');
  await ended(core, { requestId, grantId: '' });
  expect(entriesOf(requestId, 'request.reminded').map(({ data }) => data['why'])).toEqual([
    'after 5 s',
    'after 6 s',
  ]);
});

test('answered in time, nobody is called', async () => {
  const requestId = await waiting('staging-admin');
  await core.review('carla', requestId, 'deny', { reason: 'use dev' });
  await ended(core, { requestId, grantId: '' });
  expect(core.messenger.reminders(requestId)).toEqual([]);
  expect(entriesOf(requestId, 'request.escalated')).toEqual([]);
});

test('the requester has them reminded, nobody else does, and not again at once', async () => {
  const requestId = await waiting('staging-admin');
  expect(await core.nudge('ben', requestId)).toMatchObject({
    outcome: 'refused',
    because: 'Only the requester can have the others reminded.',
  });
  expect(await core.nudge('ada', requestId)).toMatchObject({ outcome: 'done' });
  expect(await core.nudge('ada', requestId)).toMatchObject({
    outcome: 'refused',
    wouldPass: expect.stringMatching(/^Press it again in \d+ min\.$/),
  });
  const nudges = core.messenger.reminders(requestId).filter(({ kind }) => kind === 'nudge');
  expect(nudges).toEqual([expect.objectContaining({ by: chat('ada') })]);
  await soon(() =>
    expect(core.messenger.notices(requestId)[0]).toHaveProperty('remindedAt', expect.any(String)),
  );
  await core.stop('ada', requestId, 'withdraw');
  expect(await core.nudge('ada', requestId)).toMatchObject({ outcome: 'refused' });
});

test('called again by a retry, it is said once; and not at all once it was decided', async () => {
  const signed = await core.signRequest('ada', 'staging-admin');
  await core.desk.open(signed);
  const { requestId } = signed.statement.request;
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  const seen = inMemoryMessenger(async () => 'this call');
  const { messenger } = seen;
  const { remindReviewers, escalate } = createActivities({ ...core.deps, messenger });
  const order = {
    requestSeal: signed.seal,
    reviewSeals: [],
    card: { channel: 'C1', ts: '1' },
    answerBy: new Date().toISOString(),
  };
  for (const _again of [1, 2]) await remindReviewers({ ...order, key: 'by hand' });
  expect(seen.reminders(requestId)).toHaveLength(1);
  const nudge = { kind: 'nudge' as const, requestId, at: new Date().toISOString() };
  const byBen = await core.signer.sign({ ...nudge, by: chat('ben') });
  await expect(remindReviewers({ ...order, nudgeSeal: byBen.seal })).rejects.toThrow(/requester/);
  await core.stop('ada', requestId, 'withdraw');
  await ended(core, { requestId, grantId: '' });
  await remindReviewers({ ...order, key: 'by hand, late' });
  expect(seen.reminders(requestId)).toHaveLength(1);
  expect(await escalate(order)).toBeUndefined();
});

test('nobody can approve it any more: the requester is told so beside the card', async () => {
  const requestId = await waiting('staging-admin');
  const before = new Map(core.company);
  for (const [id, person] of before) {
    const groups = person.groups.filter((group) => group !== 'payments-owners');
    core.company.set(id, { ...person, groups });
  }
  await eventually(
    () => core.nudge('ada', requestId),
    ({ outcome }) => outcome === 'done',
  );
  for (const [id, person] of before) core.company.set(id, person);
  expect(core.messenger.reminders(requestId)).toContainEqual(
    expect.objectContaining({
      kind: 'stuck',
      to: { known: [chat('ada')], others: 0 },
      because: expect.stringContaining('Nobody may approve this'),
    }),
  );
  await core.stop('ada', requestId, 'withdraw');
});
