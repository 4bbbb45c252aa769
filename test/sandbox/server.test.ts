import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createSandbox } from '../../sandbox/server';
import { BEARER, exampleSeed } from '../support/aws-stand-in';
import { TOKENS } from '../support/slack-stand-in';
import { temporaryFolder } from '../support/temporary-folder';

const data = temporaryFolder();
const health = { status: 'ok', parts: { slack: { kind: 'stand-in', ok: true } } };
const heard: string[] = [];
const directoryClient = {
  id: 'curfew',
  key: Object.fromEntries(
    Object.entries(
      generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
    ).map(([name, value]) => [name, String(value)]),
  ),
};
const bot = createServer((incoming, response) => {
  heard.push(`${incoming.method} ${incoming.url}`);
  const failing = incoming.url === '/api/failing';
  response.writeHead(failing ? 503 : 200, { 'content-type': 'application/json' });
  const processes = { bot: 4711, worker: 4712 };
  response.end(JSON.stringify({ ...health, processes }));
});
let sandbox: FastifyInstance;
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => bot.listen(0, '127.0.0.1', () => resolve()));
  const botUrl = `http://127.0.0.1:${(bot.address() as AddressInfo).port}`;
  sandbox = await createSandbox({
    data,
    botUrl,
    slack: {
      file: path.join(data, 'slack.sqlite'),
      tokens: TOKENS,
      commands: [],
      transport: { kind: 'socket' },
    },
    aws: { data, seed: exampleSeed(), bearer: BEARER },
    directoryClient,
    signIn: { clientId: directoryClient.id, redirectUris: ['http://127.0.0.1/sign-in/callback'] },
  });
  url = await sandbox.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await sandbox.close();
  bot.closeAllConnections();
  await new Promise((resolve) => bot.close(resolve));
});

/** The status of a request with a Host of one's choice. */
const asked = (route: string, host: string, method = 'GET'): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(url);
    request({ port, path: route, method, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('the sandbox on its one port', () => {
  test('hands /api, /slack and /sign-in to the bot as they came', async () => {
    await fetch(`${url}/api/grants?all=true`);
    await fetch(`${url}/slack/events`, { method: 'POST', body: 'payload=1' });
    await fetch(`${url}/sign-in/callback?code=1`);
    expect(heard).toEqual([
      'GET /api/grants?all=true',
      'POST /slack/events',
      'GET /sign-in/callback?code=1',
    ]);
  });

  test('a refusal of the bot is passed on, not asked again', async () => {
    heard.length = 0;
    expect((await fetch(`${url}/api/failing`)).status).toBe(503);
    expect(heard).toEqual(['GET /api/failing']);
  });

  test('tells the health of the whole, with every process', async () => {
    const lock = { url, children: { temporal: { pid: 4713, started: 'x' }, bot: { pid: 4711 } } };
    writeFileSync(path.join(data, 'lock.json'), JSON.stringify(lock));
    const answer = await fetch(`${url}/healthz`);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { ...health, processes: { temporal: 4713, bot: 4711, worker: 4712, sandbox: process.pid } },
    ]);
  });

  test.each([
    '/',
    '/page/page.js',
    '/healthz',
    '/sandbox/people',
    '/sandbox/slack/messages?user=ada',
    '/sandbox/sign-in/keys',
    '/sandbox/page/state',
    '/sandbox/aws/container-credentials',
    '/%73andbox/people',
  ])('%s answers nobody who came under another name', async (route) => {
    expect(await asked(route, 'rebound.example')).toBe(403);
  });

  test.each([
    '/sandbox/faults',
    '/sandbox/slack/click',
    '/sandbox/slack/api/auth.test',
    '/sandbox/aws/propagation',
  ])('nobody from outside can post to %s', async (route) => {
    expect(await asked(route, 'rebound.example', 'POST')).toBe(403);
  });

  test('people are shown as the directory knows them now, the first one still first', async () => {
    await fetch(`${url}/sandbox/directory/person`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'U0ADA00001', active: false, groups: ['contractors'] }),
    });
    const answer = await fetch(`${url}/sandbox/people`);
    const people = (await answer.json()) as object[];
    expect(people[0]).toMatchObject({ name: 'Ada Engel', active: false, groups: ['contractors'] });
  });

  test('faults reach AWS through the same switchboard', async () => {
    await fetch(`${url}/sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ target: 'aws', operation: 'ContainerCredentials', kind: '503' }),
    });
    const headers = { authorization: BEARER };
    const credentials = () => fetch(`${url}/sandbox/aws/container-credentials`, { headers });
    expect((await credentials()).status).toBe(503);
    expect((await credentials()).status).toBe(200);
  });
});

test('without a bot, health and API say so', async () => {
  const alone = await createSandbox({
    data: path.join(data, 'alone'),
    botUrl: 'http://127.0.0.1:1',
    slack: { file: ':memory:', tokens: TOKENS, commands: [], transport: { kind: 'socket' } },
    aws: { data: path.join(data, 'alone'), seed: exampleSeed(), bearer: BEARER },
    directoryClient,
    signIn: { clientId: directoryClient.id, redirectUris: ['http://127.0.0.1/sign-in/callback'] },
  });
  const at = await alone.listen({ port: 0, host: '127.0.0.1' });
  const answers = await Promise.all(['/healthz', '/api/grants'].map((route) => fetch(at + route)));
  expect(answers.map(({ status }) => status)).toEqual([503, 503]);
  expect(await answers[1]?.json()).toEqual({ error: expect.stringContaining('does not answer') });
  await alone.close();
});
