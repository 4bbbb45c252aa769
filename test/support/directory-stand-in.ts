import Fastify from 'fastify';
import { exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import type { GroupIds } from '../../access/group-ids';
import { createOktaGroups } from '../../identity/okta-group';
import { createOktaDirectory, type OktaOptions } from '../../identity/okta';
import { directoryStandIn, type DirectoryStandIn } from '../../sandbox/directory/plugin';
import { DirectoryStore } from '../../sandbox/directory/store';
import { createFaults } from '../../sandbox/faults';
import type { SandboxPerson } from '../../sandbox/people';

export const CLIENT_ID = '0oacurfew00000000001';

/** An RSA key as `OKTA_CLIENT_PRIVATEKEY` and the stand-in take it. */
export async function newClientKey(): Promise<Record<string, string>> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return z.record(z.string(), z.string()).parse(await exportJWK(privateKey));
}

/** One for all: making it takes longer than a test. */
const clientKey = newClientKey();

/** The directory stand-in listening on loopback, below a path as in development. */
export async function startDirectory(
  folder: string,
  seed: readonly SandboxPerson[],
  options: Partial<DirectoryStandIn> = {},
  port = 0,
) {
  const key = await clientKey;
  const store = new DirectoryStore(folder, seed);
  const faults = createFaults();
  const app = Fastify({ forceCloseConnections: true });
  await app.register(directoryStandIn, {
    prefix: '/sandbox/directory',
    store,
    faults,
    client: { id: CLIENT_ID, key },
    ...options,
  });
  const calls: string[] = [];
  app.addHook('onRequest', async ({ method, url }) => void calls.push(`${method} ${url}`));
  const scopes: string[] = [];
  app.addHook('preHandler', async ({ body }) => {
    const asked = z.object({ scope: z.string() }).safeParse(body);
    if (asked.success) scopes.push(asked.data.scope);
  });
  const orgUrl = `${await app.listen({ port, host: '127.0.0.1' })}/sandbox/directory`;
  return {
    orgUrl,
    store,
    faults,
    /** Each request that arrived, as `GET /path`, oldest first. */
    calls,
    /** What each sign-in asked for, oldest first. */
    scopes,
    /** The product's own adapter on it. */
    okta: (options_: Partial<OktaOptions> = {}) =>
      createOktaDirectory({
        orgUrl,
        clientId: CLIENT_ID,
        privateKey: JSON.stringify(key),
        ...options_,
      }),
    /** Groups as a grant mechanism on it. */
    groups: (survivesMinutes = 720, groupIds: GroupIds = {}) =>
      createOktaGroups({
        orgUrl,
        clientId: CLIENT_ID,
        privateKey: JSON.stringify(key),
        survivesMinutes: () => survivesMinutes,
        groupIds,
      }),
    close: () => app.close(),
  };
}
export type StartedDirectory = Awaited<ReturnType<typeof startDirectory>>;
