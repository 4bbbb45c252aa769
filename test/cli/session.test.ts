import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { openHome, type ConnectedGrant } from '../../cli/home';
import { credentialsFor } from '../../cli/session';
import { newReceiverKeys } from '../../keys/receiver';
import { seal } from '../../keys/seal';
import { temporaryFolder } from '../support/temporary-folder';

const GRANT = 'g-aaaaaaaaaa';
const home = openHome({ CURFEW_HOME: temporaryFolder() });
const at = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
let close = (): void => undefined;
afterEach(() => close());

/** A server that holds one live grant, and a terminal that keeps an older session of it. */
async function connected({
  kept,
  reissueAfter,
  notYet = 0,
}: {
  kept: { issuedAt?: string; expiration: string };
  reissueAfter?: string;
  notYet?: number;
}) {
  const { keys, receiver } = await newReceiverKeys();
  const sealed = async (accessKeyId: string, expiration: string) =>
    seal({ accessKeyId, secretAccessKey: 'a', sessionToken: 'b', expiration }, receiver.encryption);
  const proofs: unknown[] = [];
  const fresh = { sealed: await sealed('ASIANEW', at(15)), accessKeyId: 'ASIANEW' };
  const server = createServer((request, reply) => {
    const answer = (status: number, body: object) =>
      reply.writeHead(status, { 'retry-after': '0.01' }).end(JSON.stringify(body));
    if (request.method === 'GET') {
      const live = { grantId: GRANT, role: 'r', account: 'a', state: 'active' };
      return answer(200, { ...live, ...(reissueAfter && { reissueAfter }) });
    }
    proofs.push(request.headers['curfew-proof']);
    if (proofs.length <= notYet) return answer(503, { because: 'Not now.' });
    return answer(200, { ...fresh, expiration: at(15), issuedAt: at(0) });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  close = () => server.close();
  const grant: ConnectedGrant = {
    grantId: GRANT,
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    role: 'r',
    account: 'a',
    expiresAt: at(60),
    keys: { signing: { ...keys.signing }, encryption: { ...keys.encryption } },
    session: { sealed: await sealed('ASIAKEPT', kept.expiration), ...kept },
  };
  home.save(grant);
  return { used: async () => (await credentialsFor(home, grant)).accessKeyId, proofs };
}

test.each([
  ['younger than the cut is kept', { issuedAt: at(-1) }, at(-2), 'ASIAKEPT'],
  ['older than the cut is dropped, and a new one fetched', { issuedAt: at(-3) }, at(-2), 'ASIANEW'],
  ['that does not say how old it is counts as the oldest', {}, at(-2), 'ASIANEW'],
  ['is kept while nobody cut the role', { issuedAt: at(-3) }, undefined, 'ASIAKEPT'],
])('a kept session %s', async (_what, kept, reissueAfter, used) => {
  const terminal = await connected({
    kept: { ...kept, expiration: at(10) },
    ...(reissueAfter !== undefined && { reissueAfter }),
  });
  expect(await terminal.used()).toBe(used);
});

test('"not now" is asked again with the same proof, so that it is one mint', async () => {
  const terminal = await connected({ kept: { expiration: at(-1) }, notYet: 2 });
  expect(await terminal.used()).toBe('ASIANEW');
  expect(terminal.proofs).toHaveLength(3);
  expect(new Set(terminal.proofs).size).toBe(1);
  expect(home.load(GRANT).session?.issuedAt).toBeDefined();
});
