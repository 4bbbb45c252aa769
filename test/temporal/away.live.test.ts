import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { awayIdFor } from '../../keys/ids';
import { changedExample } from '../support/changed-example';
import { becomes, chat, eventually, WORKSPACE, type Core } from '../support/core';
import { eventually as soon } from '../support/eventually';
import { temporaryFolder } from '../support/temporary-folder';
import { useCore } from '../support/use-core';

let core: Core;
useCore(
  (started) => {
    core = started;
    const ben = [...core.company.values()].find(({ name }) => name.startsWith('Ben'))!;
    core.company.set(ben.id, { ...ben, groups: ['security'] });
  },
  {
    // Two of security, so that an owner counts in somebody's place only.
    config: changedExample(temporaryFolder(), (text) =>
      text.replace(
        "seats: [{ from: owners }, { from: 'group:security' }]",
        "seats: [{ from: 'group:security' }, { from: 'group:security' }]",
      ),
    ),
  },
);

const signAway = (who: string, to: string, ms = 3_600_000) =>
  core.signer.sign({
    kind: 'away',
    awayId: awayIdFor(WORKSPACE, randomUUID()),
    by: chat(who),
    to: chat(to),
    until: new Date(Date.now() + ms).toISOString(),
    at: new Date().toISOString(),
  });
const signBack = (who: string, awayId: string) =>
  core.signer.sign({ kind: 'back', awayId, by: chat(who), at: new Date().toISOString() });
const isTold = (awayId: string, ...what: string[]) =>
  soon(() =>
    expect(
      core.messenger
        .aways(awayId)
        .map((told) => `${told.what} ${told.reader}`)
        .toSorted(),
    ).toEqual(what.flatMap((each) => [`${each} by`, `${each} to`]).toSorted()),
  );
const entriesOf = (kind: 'away.said' | 'away.ended', awayId: string) =>
  core.ledger.entries({ kinds: [kind] }).filter(({ data }) => data['awayId'] === awayId);

async function waiting(): Promise<string> {
  const requestId = await core.request('ada', 'prod-admin');
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  return requestId;
}

test('whoever answers for a reviewer approves in their place, once for the two, until they are back', async () => {
  const away = await signAway('deniz', 'carla');
  const { awayId } = away.statement;
  expect(await core.desk.sayAway(away)).toMatchObject({ outcome: 'done' });
  await isTold(awayId, 'said');
  const requestId = await waiting();
  expect(await core.review('carla', requestId)).toMatchObject({ effect: 'counted' });
  expect(await core.review('deniz', requestId)).toMatchObject({ outcome: 'refused' });
  expect(await core.review('ben', requestId)).toMatchObject({ effect: 'approved' });
  await becomes(core, requestId, 'active');
  await soon(() =>
    expect(core.messenger.cards(requestId)[0]?.reviews).toMatchObject([
      { by: chat('carla'), for: chat('deniz') },
      { by: chat('ben') },
    ]),
  );

  expect(await core.desk.sayBack(await signBack('deniz', awayId))).toMatchObject({
    outcome: 'done',
  });
  await isTold(awayId, 'said', 'ended');
  expect(core.messenger.aways(awayId).at(-1)).toMatchObject({ how: 'back' });
  expect(await core.desk.aways(chat('deniz'))).toEqual({ own: [], forOthers: [] });
  const later = await waiting();
  expect(await core.review('carla', later)).toMatchObject({ outcome: 'refused' });
});

test('what is wrong is answered, and on record', async () => {
  expect(await core.desk.sayAway(await signAway('deniz', 'ada'))).toMatchObject({
    outcome: 'refused',
    because: expect.stringContaining('No rule lets Ada Engel approve'),
  });
});

test('said and taken back while no worker runs, and repeated: it happens once, and is told once', async () => {
  await core.stopWorker();
  const away = await signAway('deniz', 'carla');
  const refused = await signAway('ben', 'ada');
  const { awayId } = away.statement;
  expect(await core.desk.sayAway(away)).toMatchObject({
    outcome: 'done',
    note: expect.stringContaining('on its way'),
  });
  await core.desk.sayAway(away);
  await core.desk.sayAway(refused);
  await core.startWorker();
  await isTold(awayId, 'said');
  // Nobody heard that answer, so it comes as a message.
  await soon(() =>
    expect(core.messenger.aways(refused.statement.awayId)).toMatchObject([
      { what: 'refused', reader: 'by', because: expect.stringContaining('No rule lets') },
    ]),
  );
  await core.desk.sayAway(away);
  await core.stopWorker();
  const back = await signBack('deniz', awayId);
  expect(await core.desk.sayBack(back)).toMatchObject({ outcome: 'done' });
  await core.desk.sayBack(back);
  await core.startWorker();
  await isTold(awayId, 'said', 'ended');
  expect(entriesOf('away.said', awayId)).toHaveLength(1);
  expect(entriesOf('away.ended', awayId)).toHaveLength(1);
});

test('of a workflow that an operator stopped it is taken back all the same, and not said anew', async () => {
  const away = await signAway('deniz', 'carla');
  const { awayId } = away.statement;
  await core.desk.sayAway(away);
  await isTold(awayId, 'said');
  await core.client.workflow.getHandle(`away-${awayId}`).terminate('to try it');
  expect(await core.desk.sayBack(await signBack('deniz', awayId))).toMatchObject({
    outcome: 'done',
  });
  await isTold(awayId, 'said', 'ended');
});

test('nobody else takes it back, and it is over at its time', async () => {
  const away = await signAway('deniz', 'carla', 3_000);
  const { awayId } = away.statement;
  await core.desk.sayAway(away);
  await core.client.workflow
    .getHandle(`away-${awayId}`)
    .signal('back', await signBack('carla', awayId));
  await isTold(awayId, 'said', 'ended');
  expect(core.messenger.aways(awayId).at(-1)).toMatchObject({ how: 'over' });
  expect(entriesOf('away.ended', awayId)).toMatchObject([{ at: away.statement.until }]);
});
