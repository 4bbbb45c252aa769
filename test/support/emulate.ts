import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import httpProxy from '@fastify/http-proxy';
import Fastify from 'fastify';
import { z } from 'zod';

const named = z.object({ id: z.string() });

/**
 * Starts emulate's Okta on a free port, behind a door that signs in whoever asks: emulate knows no client that proves
 * itself by a key, and takes any bearer's token. It also knows no search, so nobody is found by address.
 */
export async function startEmulate() {
  const child = spawn(process.execPath, [path.join(__dirname, 'emulate-process.cjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [upstream] = await Promise.race([
    once(createInterface(child.stdout), 'line').then((line) => z.tuple([z.url()]).parse(line)),
    ended.then(() => Promise.reject(new Error('emulate ended at once'))),
  ]);
  const door = Fastify({ forceCloseConnections: true });
  door.addContentTypeParser('application/x-www-form-urlencoded', (_, __, done) => done(null));
  door.post('/oauth2/v1/token', async () => ({
    token_type: 'Bearer',
    access_token: 'anybody',
    expires_in: 3600,
  }));
  await door.register(httpProxy, { upstream, prefix: '/api', rewritePrefix: '/api' });
  const orgUrl = await door.listen({ port: 0, host: '127.0.0.1' });

  async function call(method: string, to: string, profile?: Record<string, string>) {
    const response = await fetch(`${upstream}/api/v1/${to}`, {
      method,
      headers: { authorization: 'Bearer anybody', 'content-type': 'application/json' },
      ...(profile && { body: JSON.stringify({ profile }) }),
    });
    if (!response.ok)
      throw new Error(`${method} ${to}: ${response.status} ${await response.text()}`);
    return response;
  }
  const all = async (what: 'users' | 'groups') =>
    z.array(named).parse(await (await call('GET', `${what}?per_page=100`)).json());

  return {
    orgUrl,
    call,
    /** Of what was made. */
    idOf: async (response: Response) => named.parse(await response.json()).id,
    /** Nobody is in it any more, and no group. */
    async empty() {
      for (const { id } of await all('groups')) await call('DELETE', `groups/${id}`);
      // The first time somebody is only deactivated, as in Okta.
      for (const { id } of await all('users')) await call('DELETE', `users/${id}`);
      for (const { id } of await all('users')) await call('DELETE', `users/${id}`);
    },
    async close() {
      await door.close();
      child.kill();
      await ended;
    },
  };
}
