import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import fastify, { type FastifyInstance } from 'fastify';
import { registerApi } from '../../api/routes';
import { openHome } from '../../cli/home';
import { startEndpoint } from '../../cli/loopback-endpoint';
import { credentialsFor } from '../../cli/session';
import { newConnectCode } from '../../keys/codes';
import { makeProof } from '../../keys/proof';
import { newReceiverKeys, thumbprint } from '../../keys/receiver';
import { captured } from '../support/captured';
import { becomes, chat, eventually, startCore, type Core } from '../support/core';
import { startEngine } from '../support/engine';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let env: TestWorkflowEnvironment;
let core: Core;
let app: FastifyInstance;
let server: string;

beforeAll(async () => {
  process.env['CURFEW_HOME'] = path.join(folder, 'home');
  env = await startEngine();
  core = await startCore({ env, folder });
  app = fastify();
  registerApi(app, {
    desk: core.desk,
    ledger: core.ledger,
    signer: core.signer,
    showWords: async () => true,
    now: () => new Date(),
  });
  server = await app.listen({ port: 0, host: '127.0.0.1' });
});

afterAll(async () => {
  await app.close();
  await core.close();
  await env.teardown();
});

async function activeGrant(who = 'ada'): Promise<{ requestId: string; grantId: string }> {
  const requestId = await core.request(who, 'dev-readonly');
  await becomes(core, requestId, 'active');
  return { requestId, grantId: (await core.desk.request(requestId))?.grantId ?? '' };
}

async function offer(grantId: string, lapsesInMs = 120_000): Promise<string> {
  const { code, hash } = newConnectCode(grantId);
  const expiresAt = new Date(Date.now() + lapsesInMs).toISOString();
  await core.desk.offerConnection({
    grantId,
    codeHash: hash,
    expiresAt,
    by: chat('ada'),
    shownIn: 'V1',
  });
  return code;
}

async function confirmAs(who: string, grantId: string) {
  const { receiver } = await core.desk.connection(grantId);
  if (!receiver) throw new Error('nothing is bound');
  const signed = await core.signer.sign({
    kind: 'connect',
    grantId,
    signingThumbprint: await thumbprint(receiver.signing),
    encryptionThumbprint: await thumbprint(receiver.encryption),
    by: chat(who),
    at: new Date().toISOString(),
  });
  return core.desk.confirm(signed);
}

async function connected(): Promise<{ requestId: string; grantId: string }> {
  const grant = await activeGrant();
  const running = captured(['connect', await offer(grant.grantId), '--server', server, '--json']);
  await eventually(
    () => core.desk.connection(grant.grantId),
    ({ connection }) => connection.stage === 'bound',
  );
  await confirmAs('ada', grant.grantId);
  expect((await running).code).toBe(0);
  return grant;
}

test('a code, the same words on both sides, one click, and the SDK gets credentials', async () => {
  const { requestId, grantId } = await activeGrant();
  const running = captured(['connect', await offer(grantId), '--server', server, '--json']);
  const { connection } = await eventually(
    () => core.desk.connection(grantId),
    (seen) => seen.connection.stage === 'bound',
  );
  const words = connection.stage === 'bound' ? connection.words : '';
  expect(await confirmAs('ben', grantId)).toMatchObject({ outcome: 'refused' });
  expect(await confirmAs('ada', grantId)).toEqual({ outcome: 'done' });
  const { code, out, err } = await running;
  expect({ code, answer: JSON.parse(out) }).toEqual({
    code: 0,
    answer: {
      grant: grantId,
      role: 'dev-readonly',
      account: 'shop-dev',
      expiresAt: (await core.desk.request(requestId))?.until,
      server,
    },
  });
  expect(err).toContain(`Words: ${words}`);

  const credentials = JSON.parse((await captured(['credentials', grantId])).out);
  expect(credentials).toMatchObject({
    Version: 1,
    SecretAccessKey: 'clear-secret',
    SessionToken: 'clear-token',
  });
  expect(core.aws.isAllowed(credentials.AccessKeyId)).toBe(true);
  expect(core.ledger.entries({ grantId, kinds: ['mint.done'] })[0]?.data).toMatchObject({
    accessKeyId: credentials.AccessKeyId,
  });
});

test('what stays on this machine is sealed, and for its owner alone', async () => {
  const { grantId } = await connected();
  await captured(['credentials', grantId]);
  const file = path.join(openHome().folder, 'grants', `${grantId}.json`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).not.toContain('clear-secret');
});

test('Curfew cannot be reached: the kept session is served all the same', async () => {
  const { grantId } = await connected();
  const { out } = await captured(['credentials', grantId]);
  const away = await captured(['credentials', grantId, '--server', 'http://127.0.0.1:1']);
  expect(away).toEqual({ code: 0, out, err: '' });
});

test('asking again and again is served from the kept session', async () => {
  const { grantId } = await connected();
  await captured(['credentials', grantId]);
  await captured(['credentials', grantId]);
  expect(core.ledger.entries({ grantId, kinds: ['mint.intended'] })).toHaveLength(1);
});

test('attack 7: a code works once, for two minutes, and only for the keys whose words were confirmed', async () => {
  const { grantId } = await activeGrant();
  const code = await offer(grantId);
  const first = captured(['connect', code, '--server', server]);
  await eventually(
    () => core.desk.connection(grantId),
    ({ connection }) => connection.stage === 'bound',
  );
  const second = await captured(['connect', code, '--server', server]);
  expect(second).toMatchObject({ code: 1, err: expect.stringContaining('unknown, used or older') });
  await core.desk.rejectConnection(grantId, chat('ada'));
  expect(await first).toMatchObject({ code: 1, err: expect.stringContaining('turned down') });

  const late = await captured(['connect', await offer(grantId, -1), '--server', server]);
  expect(late).toMatchObject({ code: 1, err: expect.stringContaining('older than two minutes') });
  const wrong = await captured(['connect', newConnectCode(grantId).code, '--server', server]);
  expect(wrong).toMatchObject({ code: 1 });
  expect(core.ledger.entries({ grantId, kinds: ['edge.refused'] }).length).toBeGreaterThan(0);
});

test('attack 7: without the confirmation there is no key that works, and no code in the history', async () => {
  const { requestId, grantId } = await activeGrant();
  const code = await offer(grantId);
  const running = captured(['connect', code, '--server', server]);
  await eventually(
    () => core.desk.connection(grantId),
    ({ connection }) => connection.stage === 'bound',
  );
  expect(await core.desk.issue({ grantId, proof: 'x' })).toMatchObject({
    outcome: 'refused',
    because: expect.stringContaining('not connected'),
  });
  const history = JSON.stringify(
    await core.client.workflow.getHandle(`access-${requestId}`).fetchHistory(),
  );
  const decoded = history.replaceAll(/"([A-Za-z0-9+/=]{16,})"/g, (_, text: string) =>
    Buffer.from(text, 'base64').toString(),
  );
  expect(decoded).not.toContain(code.slice(-16));
  await core.desk.rejectConnection(grantId, chat('ada'));
  await running;
});

test('attack 8: a public key proves nothing; another key, another call or no proof at all are turned away', async () => {
  const { grantId } = await connected();
  const path = `/api/grants/${grantId}/credentials`;
  const stranger = await newReceiverKeys();
  const mine = openHome().load(grantId).keys;
  const proofs = [
    '',
    await makeProof(stranger.keys.signing, { method: 'POST', path, grantId }),
    await makeProof(mine.signing, { method: 'GET', path: `/api/grants/${grantId}`, grantId }),
    await makeProof(
      mine.signing,
      { method: 'POST', path, grantId },
      new Date(Date.now() - 600_000),
    ),
  ];
  for (const proof of proofs) {
    const answer = await fetch(`${server}${path}`, {
      method: 'POST',
      headers: { 'curfew-proof': proof },
    });
    expect(answer.status).toBe(401);
    // The activity does not lean on that check: the engine's own front door is refused as well.
    expect(await core.desk.issue({ grantId, proof: proof || 'none' })).toMatchObject({
      outcome: 'refused',
    });
  }
  expect(core.ledger.entries({ grantId, kinds: ['mint.intended'] })).toHaveLength(0);
});

test('a proof that is delivered twice is one mint', async () => {
  const { grantId } = await connected();
  const { keys } = openHome().load(grantId);
  const path = `/api/grants/${grantId}/credentials`;
  const proof = await makeProof(keys.signing, { method: 'POST', path, grantId });
  const answers = await Promise.all([
    core.desk.issue({ grantId, proof }),
    core.desk.issue({ grantId, proof }),
  ]);
  expect(answers[0]).toEqual(answers[1]);
  expect(core.ledger.entries({ grantId, kinds: ['mint.intended'] })).toHaveLength(1);
});

test('revoked: the list is written, the session is denied, another grant on the role goes on, and the next call says why', async () => {
  const mine = await connected();
  const other = await connected();
  const keyOf = async (grantId: string): Promise<string> =>
    JSON.parse((await captured(['credentials', grantId])).out).AccessKeyId;
  const cut = await keyOf(mine.grantId);
  const kept = await keyOf(other.grantId);
  expect(await core.stop('emil', mine.requestId, 'revoke', 'stolen')).toMatchObject({
    outcome: 'done',
  });
  await core.client.workflow.getHandle(`access-${mine.requestId}`).result();
  expect([core.aws.isAllowed(cut), core.aws.isAllowed(kept)]).toEqual([false, true]);
  const order = core.ledger
    .entries({
      grantId: mine.grantId,
      kinds: ['end.asked', 'end.written', 'end.observed', 'grant.ended'],
    })
    .map(({ kind }) => kind);
  expect(order).toEqual(['end.asked', 'end.written', 'end.observed', 'grant.ended']);
  expect(core.messenger.notices(mine.requestId).find(({ kind }) => kind === 'ended')).toMatchObject(
    {
      how: 'revoke',
      statement: expect.stringMatching(/^Seen denied at STS in eu-central-1 after [\d.]+ s\.$/),
    },
  );
  const after = await captured(['credentials', mine.grantId]);
  expect(after).toMatchObject({ code: 1, out: '', err: expect.stringContaining('over') });
  expect(openHome().load(mine.grantId).session).toBeUndefined();
});

test('attack 10: the local endpoint answers its own token only, never a web page or a foreign name', async () => {
  const { grantId } = await connected();
  const home = openHome();
  const endpoint = await startEndpoint(home.folder, () => credentialsFor(home, home.load(grantId)));
  const token = readFileSync(endpoint.tokenFile, 'utf8');
  const ask = async (headers: Record<string, string>) =>
    (await fetch(endpoint.url, { headers })).status;
  expect(statSync(endpoint.tokenFile).mode & 0o777).toBe(0o600);
  expect(await ask({ authorization: token })).toBe(200);
  expect(await ask({})).toBe(401);
  expect(await ask({ authorization: `${token}x` })).toBe(401);
  expect(await ask({ authorization: token, origin: 'https://evil.example' })).toBe(403);
  const again = await startEndpoint(home.folder, () => credentialsFor(home, home.load(grantId)));
  expect(again.url).not.toBe(endpoint.url);
  await endpoint.close();
  await again.close();
});

test('ended from the terminal: the grant ends, and nothing more is minted', async () => {
  const { requestId, grantId } = await connected();
  expect(await captured(['end', grantId, '--json'])).toMatchObject({ code: 0 });
  await core.client.workflow.getHandle(`access-${requestId}`).result();
  expect(await captured(['credentials', grantId])).toMatchObject({ code: 1 });
  expect(JSON.parse((await captured(['grants', '--json', '--all'])).out).grants).toContainEqual(
    expect.objectContaining({ grant: grantId, state: 'ended' }),
  );
});

test('extended: the same line goes on with sessions of the longer grant, and stops when that one ends', async () => {
  const { requestId, grantId } = await connected();
  const own = JSON.parse((await captured(['credentials', grantId])).out);
  const more = await core.request('ada', 'dev-readonly', { extending: requestId, minutes: 60 });
  await becomes(core, more, 'active');
  const { grantId: longer = '', until } = (await core.desk.request(more)) ?? {};

  // A kept session is of the first grant, and ends with it: the next call brings one of the longer.
  const next = JSON.parse((await captured(['credentials', grantId])).out);
  expect(next.AccessKeyId).not.toBe(own.AccessKeyId);
  await core.stop('ada', requestId, 'end');
  await core.client.workflow.getHandle(`access-${requestId}`).result();
  expect(core.aws.isAllowed(own.AccessKeyId)).toBe(false);
  const after = JSON.parse((await captured(['credentials', grantId])).out);
  expect(after.AccessKeyId).toBe(next.AccessKeyId);
  expect(core.aws.isAllowed(after.AccessKeyId)).toBe(true);
  expect(core.ledger.entries({ grantId: longer, kinds: ['mint.intended'] })).toHaveLength(1);
  expect(JSON.parse((await captured(['grants', '--json'])).out).grants).toContainEqual(
    expect.objectContaining({ grant: grantId, state: 'active', expiresAt: until }),
  );

  // The first is over, so what is ended from this terminal is what it uses.
  expect(await captured(['end', grantId])).toMatchObject({ code: 0 });
  await core.client.workflow.getHandle(`access-${more}`).result();
  expect(core.aws.isAllowed(after.AccessKeyId)).toBe(false);
  expect((await captured(['credentials', grantId])).code).toBe(1);
});
