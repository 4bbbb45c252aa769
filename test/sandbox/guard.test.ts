import { describe, expect, test } from '@jest/globals';
import Fastify from 'fastify';
import { guardRoutes, refusedByGuard } from '../../sandbox/guard';

async function answer(headers: Record<string, string>, url = '/sandbox/people') {
  const app = Fastify();
  await app.register(async (guarded) => {
    guardRoutes(guarded);
    guarded.get('/sandbox/people', async () => ({ people: 'all' }));
  });
  return (await app.inject({ url, headers })).statusCode;
}

describe('who may reach the stand-ins', () => {
  test.each([
    [{ host: '127.0.0.1:3000' }],
    [{ host: 'localhost' }],
    [{ host: '[::1]:3000' }],
    [{ host: '127.8.0.1:1' }],
    [{ host: 'localhost:3000', origin: 'http://localhost:3000' }],
  ])('a program or page of this machine: %j', async (headers) => {
    expect(await answer(headers)).toBe(200);
  });

  test.each([
    [{ host: 'curfew.example' }],
    [{ host: '10.0.0.4:3000' }],
    [{ host: '127.0.0.1.evil.example' }],
    [{ host: 'localhost.evil.example:3000' }],
    [{ host: '127.0.0.1@evil.example' }],
    [{ host: '127.0.0.1:3000', origin: 'https://evil.example' }],
    [{ host: '127.0.0.1:3000', origin: 'null' }],
    [{ host: '127.0.0.1:3000', origin: 'http://127.0.0.1:8080' }],
    [{ host: '127.0.0.1:3000', origin: 'http://localhost:3000' }],
    [{ host: '127.0.0.1:3000', origin: 'https://127.0.0.1:3000' }],
    [{ host: '127.0.0.1:3000', forwarded: 'for=203.0.113.7' }],
    [{ host: '127.0.0.1:3000', 'x-forwarded-for': '203.0.113.7' }],
    [{ host: '127.0.0.1:3000', 'X-Forwarded-Host': 'a.ngrok.example' }],
    [{ host: '127.0.0.1:3000', 'x-forwarded-proto': 'https' }],
    [{ host: '127.0.0.1:3000', 'x-real-ip': '203.0.113.7' }],
    [{ host: '127.0.0.1:3000', via: '1.1 tunnel' }],
  ])('nobody else: %j', async (headers) => {
    expect(await answer(headers)).toBe(403);
  });

  test('a request without a Host is refused', () => {
    expect(refusedByGuard({})).toMatch(/Host/);
  });

  test('an encoded path is guarded like a plain one', async () => {
    expect(await answer({ host: 'evil.example' }, '/%73andbox/people')).toBe(403);
  });
});
