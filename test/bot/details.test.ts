import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RequestTrace } from '../../access/explanation';
import type { PageState } from '../../sandbox/slack/page-wire';
import { BEN, CARLA, DENIZ, type Scene, startScene } from '../support/bot-scene';
import { eventually } from '../support/eventually';
import { temporaryFolder } from '../support/temporary-folder';

const HASH = '0123456789abcdef'.repeat(4);
const TRACE: RequestTrace = {
  now: {
    verdict: 'ask',
    at: '2026-11-27T12:00:00.000Z',
    policyHash: HASH,
    parts: [
      { title: 'Who asks', lines: ['Ada Engel asks for prod-admin in shop-prod, for 1 h.'] },
      { title: 'Who must say yes', lines: ['Could say yes: Carla <!channel> *Conti*.'] },
    ],
  },
  record: [
    {
      at: '2026-11-27T11:00:00.000Z',
      what: 'request',
      verdict: 'ask',
      because: '2 approvals are needed, 0 given.',
      policies: ['engineers-ask'],
      policyHash: 'f'.repeat(64),
    },
    {
      at: '2026-11-27T11:30:00.000Z',
      what: 'review',
      by: CARLA,
      said: 'approve',
      verdict: 'ask',
      because: 'Carla Conti approved.',
      policies: [],
      policyHash: HASH,
    },
  ],
};

describe.each(['socket', 'http'] as const)('Details of a request, over %s', (transport) => {
  const folder = temporaryFolder();
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(transport, folder);
  });
  afterAll(() => scene.stop());
  const shownTo = ({ user }: { user: string }, sentence: string) =>
    eventually(async () => {
      const page = await scene.slack.get<PageState>(`/sandbox/page/state?user=${user}`);
      expect(page.modals.at(-1)?.text).toContain(sentence);
      return page.modals.at(-1)?.text ?? '';
    });

  test('anybody who sees the card sees how policy sees it now, and each decision with its policy', async () => {
    const { requestId, message } = await scene.cardInChannel();
    scene.desk.putTrace(requestId, TRACE);
    await scene.slack.click(BEN.user, 'Details', { message });
    const text = await shownTo(BEN, 'Ada Engel asks for prod-admin in shop-prod, for 1 h.');
    for (const part of ['2 approvals are needed', 'engineers-ask', '0123456789ab', 'ffffffffffff'])
      expect(text).toContain(part);
    expect(scene.desk.said.reviews).toEqual([]);
  });

  test('what people or the directory wrote is shown and never formatted', async () => {
    const { requestId, message } = await scene.cardInChannel();
    scene.desk.putTrace(requestId, TRACE);
    await scene.slack.click(DENIZ.user, 'Details', { message });
    expect(await shownTo(DENIZ, 'Carla <!channel> *Conti*')).not.toContain('&lt;');
  });

  test('without a worker what is on record is shown, and that the rest could not be found out', async () => {
    const { requestId, message } = await scene.cardInChannel();
    scene.desk.putTrace(requestId, { record: TRACE.record });
    await scene.slack.click(BEN.user, 'Details', { message });
    expect(await shownTo(BEN, 'no worker answered')).toContain('2 approvals are needed');
  });

  test('of a request that nobody knows, and while Curfew is down, there is a sentence', async () => {
    const { requestId, message } = await scene.cardInChannel();
    await scene.slack.click(BEN.user, 'Details', { message });
    expect(await shownTo(BEN, 'no such request on record')).not.toContain('Looking');
    scene.desk.putTrace(requestId, TRACE);
    scene.desk.behave('down');
    await scene.slack.click(BEN.user, 'Details', { message });
    await shownTo(BEN, 'Curfew could not do this just now');
    scene.desk.behave('well');
  });
});
