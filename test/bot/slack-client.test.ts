import { expect, test } from '@jest/globals';
import { createApp } from '../../bot/app';
import { clientOptions, messagesClient } from '../../bot/slack-client';
import { startScriptedSlack } from '../support/scripted-slack';

const silent = { info: () => {}, warn: () => {}, error: () => {} };

test('a client never retries by itself, and never waits a rate limit out', () => {
  expect(clientOptions({}, 1000)).toMatchObject({
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
});

test('no two clients share options, so none sends the other’s token', async () => {
  const slack = await startScriptedSlack(() => ({ body: { ok: true } }));
  const endpoint = { apiUrl: slack.apiUrl };
  expect(clientOptions(endpoint, 1)).not.toBe(clientOptions(endpoint, 1));
  expect(clientOptions(endpoint, 1)).not.toHaveProperty('headers');
  const { app } = createApp(
    {
      botToken: 'xoxb-bot',
      endpoint,
      transport: { kind: 'socket', appToken: 'xapp-app' },
    },
    silent,
  );
  await app.client.auth.test();
  await messagesClient('xoxb-worker', endpoint).auth.test();
  await app.client.auth.test();
  expect(slack.calls.map(({ token }) => token)).toEqual([
    'Bearer xoxb-bot',
    'Bearer xoxb-worker',
    'Bearer xoxb-bot',
  ]);
  await slack.stop();
});
