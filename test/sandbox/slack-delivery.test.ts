import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { App } from '@slack/bolt';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { startBolt, startSlack, TOKENS, type Slack } from '../support/slack-stand-in';

const counting = (heard: string[]) => (app: App) => {
  app.command('/request-access', async ({ ack, body }) => {
    heard.push(body.text);
    await ack();
  });
};

describe('ordered faults between Slack and the app', () => {
  const heard: string[] = [];
  let slack: Slack;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ slack, close } = await startBolt('http', counting(heard)));
  });
  afterAll(() => close());
  afterEach(() => {
    heard.length = 0;
  });

  test.each([
    ['503', false, 'dispatch_failed', []],
    ['timeout', false, 'operation_timeout', []],
    ['drop-after-commit', false, 'operation_timeout', ['x']],
    ['duplicate', true, undefined, ['x', 'x']],
    ['slow', true, undefined, ['x']],
  ] as const)('%s', async (kind, ack, error, reached) => {
    slack.faults.order({ target: 'slack', operation: 'command', kind, ms: 30 });
    const acted = await slack.command('ada', '/request-access', 'x');
    expect([acted.ack, acted.error, heard]).toEqual([ack, error, [...reached]]);
  });

  test('a fault for any operation is for the Web API, except a duplicate', async () => {
    slack.faults.order({ target: 'slack', kind: '503' });
    slack.faults.order({ target: 'slack', kind: 'duplicate' });
    const acted = await slack.command('ada', '/request-access', 'y');
    expect([acted.ack, heard]).toEqual([true, ['y', 'y']]);
    slack.faults.clear();
  });
});

describe('Socket Mode', () => {
  test('no app connected: the command fails at once', async () => {
    const slack = await startSlack();
    expect(await slack.command('ada', '/request-access')).toMatchObject({
      ack: false,
      error: 'dispatch_failed',
    });
    await slack.close();
  });

  test('an address works once, only for this machine', async () => {
    const slack = await startSlack();
    const response = await fetch(`${slack.apiUrl}apps.connections.open`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKENS.appToken}` },
    });
    const { url } = (await response.json()) as { url: string };
    const status = (headers: Record<string, string>, to = url): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(to, { headers });
        socket.on('message', (data) => {
          socket.terminate();
          resolve(String((JSON.parse((data as Buffer).toString()) as { type: string }).type));
        });
        socket.on('unexpected-response', (_, { statusCode }) => resolve(String(statusCode)));
        socket.on('error', () => undefined);
      });
    expect(await status({ host: 'evil.example' })).toBe('403');
    expect(await status({ origin: 'https://evil.example' })).toBe('403');
    expect(
      await status({}, `${slack.url.replace('http', 'ws')}/sandbox/slack/socket?ticket=guess`),
    ).toBe('403');
    expect(await status({})).toBe('hello');
    expect(await status({})).toBe('403');
    await slack.close();
  });

  test('asked to refresh, the app lets go and is deaf until it is back', async () => {
    const { slack, close } = await startBolt('socket', counting([]));
    slack.standIn.refreshSockets();
    while (slack.standIn.connected()) await new Promise((resolve) => setImmediate(resolve));
    expect(await slack.command('ada', '/request-access')).toMatchObject({
      error: 'dispatch_failed',
    });
    await close();
  });
});

describe('signed HTTP', () => {
  test('every request carries Slack’s signature over its very bytes', async () => {
    const valid: boolean[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const stamp = String(request.headers['x-slack-request-timestamp']);
        const expected = createHmac('sha256', TOKENS.signingSecret)
          .update(`v0:${stamp}:${body}`)
          .digest('hex');
        valid.push(request.headers['x-slack-signature'] === `v0=${expected}`);
        valid.push(Math.abs(Date.now() / 1000 - Number(stamp)) < 5);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as AddressInfo;
    const slack = await startSlack({ appUrl: `http://127.0.0.1:${port}/slack/events` });
    await slack.command('ada', '/request-access', 'ünïcödé & more');
    await slack.get('/sandbox/slack/home?user=ada');
    expect(valid).toEqual([true, true, true, true]);
    await slack.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
