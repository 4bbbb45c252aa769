import { writeFileSync } from 'node:fs';
import path from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { captured } from '../support/captured';
import { changedExample } from '../support/changed-example';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const before = { ...process.env };
const body = z.object({ body: z.string() });
let comments: { id: number; body: string; foreign?: boolean }[];
let server: FastifyInstance;
let status: number;

// GitHub's API for comments, as far as it is asked.
beforeEach(async () => {
  comments = [];
  status = 200;
  server = Fastify({ forceCloseConnections: true });
  server.addHook('preHandler', async (request, reply) => {
    if (request.headers.authorization !== 'Bearer a-token') return reply.code(401).send({});
    if (status !== 200) return reply.code(status).send({});
    return undefined;
  });
  server.get('/repos/acme/policies/issues/7/comments', async (request) => {
    const { page, per_page: size } = z
      .object({ page: z.coerce.number(), per_page: z.coerce.number() })
      .parse(request.query);
    return comments.slice((page - 1) * size, page * size);
  });
  server.post('/repos/acme/policies/issues/7/comments', async (request, reply) => {
    comments.push({ id: comments.length + 1, ...body.parse(request.body) });
    return reply.code(201).send({});
  });
  server.patch('/repos/acme/policies/issues/comments/:id', async (request, reply) => {
    const { id } = z.object({ id: z.coerce.number() }).parse(request.params);
    const known = comments.find((one) => one.id === id);
    if (!known || known.foreign) return reply.code(403).send({});
    known.body = body.parse(request.body).body;
    return {};
  });
  const event = path.join(folder, 'event.json');
  writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
  Object.assign(process.env, {
    GITHUB_API_URL: await server.listen({ port: 0, host: '127.0.0.1' }),
    GITHUB_TOKEN: 'a-token',
    GITHUB_REPOSITORY: 'acme/policies',
    GITHUB_EVENT_PATH: event,
  });
});
afterEach(async () => {
  process.env = { ...before };
  await server.close();
});

const good = changedExample(folder, (text) => `${text}\n`);
const say = (config = good) => captured(['policy', 'comment', '--config', config]);

describe('curfew policy comment', () => {
  test('says on the pull request whether a configuration can be used and its tables hold', async () => {
    const { code } = await say();
    expect(code).toBe(0);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toMatch(/Curfew policy: good[\s\S]*can be used[\s\S]*rows hold/);
    expect(comments[0]?.body).toContain('past requests were not replayed');
  });

  test('again it changes the same comment, also beyond the first page, and fails when the policy does', async () => {
    comments = Array.from({ length: 120 }, (_, index) => ({ id: index + 1, body: 'hello' }));
    await say();
    expect(comments).toHaveLength(121);
    const bad = changedExample(folder, (text) => text.replace('max: 8h', "max: '```forever'"));
    const { code } = await say(bad);
    expect(code).toBe(1);
    expect(comments).toHaveLength(121);
    expect(comments[120]?.body).toMatch(/not good[\s\S]*````[\s\S]*roles\.dev-readonly\.max/);
  });

  test('what somebody else wrote with our mark is left alone', async () => {
    comments = [{ id: 1, body: '<!-- curfew policy -->\nmine', foreign: true }];
    await say();
    expect(comments.map(({ body: text }) => text.includes('mine'))).toEqual([true, false]);
  });

  test('says which permission is missing, never the token', async () => {
    status = 403;
    const { code, err } = await say();
    expect(code).toBe(3);
    expect(err).toContain('pull-requests: write');
    expect(err).not.toContain('a-token');
  });

  test('needs a pull request', async () => {
    process.env['GITHUB_EVENT_PATH'] = path.join(good, 'curfew.yaml');
    expect(await say()).toMatchObject({ code: 2, err: expect.stringContaining('pull_request') });
    delete process.env['GITHUB_TOKEN'];
    expect(await say()).toMatchObject({ code: 2, err: expect.stringContaining('GITHUB_TOKEN') });
  });
});
