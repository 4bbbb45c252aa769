import { expect, test } from '@jest/globals';
import { eventually, type Core } from '../support/core';
import { useCore } from '../support/use-core';

let core: Core;
useCore((started) => {
  core = started;
});

const waiting = async (role: string, minutes = 30): Promise<string> => {
  const requestId = await core.request('ada', role, { minutes });
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  return requestId;
};
const noticeOf = (requestId: string, kind: string) =>
  eventually(
    () => core.messenger.notices(requestId).find((notice) => notice.kind === kind),
    (notice) => notice !== undefined,
  );

test('who waits is told who could say yes, and who is refused, what would pass', async () => {
  const requestId = await waiting('prod-admin');
  expect(await noticeOf(requestId, 'waiting')).toMatchObject({
    whoMay: expect.stringMatching(/^Could say yes, all active in the directory: .*Deniz Kaya/),
  });
  const refused = await core.request('ada', 'prod-admin', { minutes: 600 });
  expect(await noticeOf(refused, 'refused')).toMatchObject({ wouldPass: 'It would pass for 2 h.' });
  const [decided] = core.ledger.entries({ requestId: refused, kinds: ['request.decided'] });
  expect(decided?.data).toMatchObject({ verdict: 'deny', wouldPass: 'It would pass for 2 h.' });
});

test('Details look with the facts of now, and bring every decision on record with its policy', async () => {
  const requestId = await waiting('prod-admin');
  await core.review('carla', requestId);
  const policyHash = core.deps.policy.hash;
  const trace = await core.desk.explain(requestId);
  expect(trace?.record).toMatchObject([
    { what: 'request', verdict: 'ask', policies: ['engineers-ask'], policyHash },
    { what: 'review', said: 'approve', verdict: 'ask', policyHash },
  ]);
  expect(trace?.now).toMatchObject({ verdict: 'ask', policyHash });
  const told = JSON.stringify(trace?.now);
  expect(told).toContain('Counts: Carla Rossi.');
  expect(told).toContain('Deniz Kaya');

  // Somebody leaves: what was decided stands on record, and now it is another answer.
  const carla = [...core.company.values()].find(({ name }) => name.startsWith('Carla'))!;
  core.company.set(carla.id, { ...carla, active: false });
  const later = await core.desk.explain(requestId);
  expect(later?.record).toEqual(trace?.record);
  expect(JSON.stringify(later?.now)).not.toContain('Counts: Carla Rossi.');
  core.company.set(carla.id, carla);
});

test('without a worker what is on record is shown all the same; of what is unknown, nothing', async () => {
  const requestId = await waiting('staging-admin');
  await core.stopWorker();
  const trace = await core.desk.explain(requestId);
  await core.startWorker();
  expect(trace?.now).toBeUndefined();
  expect(trace?.record).toMatchObject([{ what: 'request', verdict: 'ask' }]);
  expect(await core.desk.explain('r-aaaaaaaaaaaaaaaa')).toBeUndefined();
});
