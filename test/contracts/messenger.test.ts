import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Before, Messenger } from '../../access/messages';
import { createMessenger } from '../../bot/messenger';
import { messagesClient } from '../../bot/slack-client';
import type { ShownMessage } from '../../sandbox/slack/wire';
import { aCard, ADA } from '../support/bot-scene';
import { type Slack, startSlack, TOKENS } from '../support/slack-stand-in';
import { messengerContract } from './messenger';

let slack: Slack;
beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.close());

const messengerIn = (before: Before): Messenger =>
  createMessenger(messagesClient(TOKENS.botToken, { apiUrl: slack.apiUrl }), async () => before);
/** Everything about a request that Ada or those on call can see. */
async function seen(requestId: string): Promise<ShownMessage[]> {
  const all = [
    ...(await slack.messages(ADA.user)),
    ...(await slack.get<ShownMessage[]>('/sandbox/slack/messages?channel=oncall')),
  ];
  const byPlace = new Map(all.map((message) => [`${message.channel} ${message.ts}`, message]));
  return [...byPlace.values()].filter(({ metadata }) => metadata.requestId === requestId);
}

const cardsIn = (messages: ShownMessage[]): ShownMessage[] =>
  messages.filter(({ metadata }) => metadata['kind'] === 'card');

messengerContract('Slack', () => ({
  messenger: messengerIn('nothing'),
  repeating: messengerIn('this call'),
  anew: messengerIn('another run'),
  eyes: {
    texts: async (requestId) => (await seen(requestId)).map(({ text }) => text),
  },
}));

describe('in Slack', () => {
  const card = aCard({ requestId: 'r-zzzzzzzzzzzzzzzz' });

  test('a reminder of a card that somebody deleted stands by itself', async () => {
    const messenger = messengerIn('nothing');
    const { requestId } = card;
    const reminder = {
      requestId,
      key: 'after 300 s',
      kind: 'reminder' as const,
      rule: card.rule,
      to: { known: [], others: 2 },
      answerBy: new Date().toISOString(),
    };
    const { channel } = await messenger.postCard(aCard({ requestId: 'r-xxxxxxxxxxxxxxxx' }));
    await messenger.remind({ channel, ts: '1700000000.000001' }, reminder);
    expect((await seen(requestId)).map(({ text }) => text).join()).toContain(
      'Still waiting for an answer.',
    );
    await expect(messenger.find({ card })).resolves.toBeUndefined();
  });

  test('an answer that was lost on the way is not posted again', async () => {
    slack.faults.order({
      target: 'slack',
      operation: 'chat.postMessage',
      kind: 'drop-after-commit',
    });
    await messengerIn('nothing').postCard(card);
    expect(cardsIn(await seen(card.requestId))).toHaveLength(1);
  });

  test('a pause that is asked for goes to the caller', async () => {
    slack.faults.order({ target: 'slack', operation: 'chat.postMessage', kind: '429', ms: 3000 });
    await expect(
      messengerIn('nothing').postCard(aCard({ requestId: 'r-yyyyyyyyyyyyyyyy' })),
    ).rejects.toMatchObject({ name: 'RateLimited', retryAfterSeconds: 3 });
    expect(await seen('r-yyyyyyyyyyyyyyyy')).toHaveLength(0);
  });

  test('a message says what it is about, so that others can find it', async () => {
    const [shown] = cardsIn(await seen(card.requestId));
    expect(shown?.metadata).toMatchObject({ requestId: card.requestId, kind: 'card' });
    expect(shown?.text).toContain('Ada Engel asks for prod-admin');
  });
});
