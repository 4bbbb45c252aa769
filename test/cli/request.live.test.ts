import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import fastify, { type FastifyInstance } from 'fastify';
import { workloadUser } from '../../access/workload';
import { registerApi } from '../../api/routes';
import { useToken } from '../../identity/workload-calls';
import { createWorkloadTokens } from '../../identity/workload-tokens';
import { requestIdFor } from '../../keys/ids';
import { newReceiverKeys } from '../../keys/receiver';
import { makeProof } from '../../keys/proof';
import { createActivities } from '../../temporal/activities';
import { captured } from '../support/captured';
import { changedExample } from '../support/changed-example';
import { becomes, eventually, startCore, type Core } from '../support/core';
import { startEngine } from '../support/engine';
import { jobRequest } from '../support/job-request';
import { temporaryFolder } from '../support/temporary-folder';
import { GITHUB_CLAIMS, startIssuer, type StartedIssuer } from '../support/token-issuer';

const folder = temporaryFolder();
let env: TestWorkflowEnvironment;
let core: Core;
let issuer: StartedIssuer;
let app: FastifyInstance;
let server: string;
let runs = 0;

beforeAll(async () => {
  process.env['CURFEW_HOME'] = path.join(folder, 'home');
  issuer = await startIssuer();
  const config = changedExample(folder, (text) =>
    text.replace('provider: github', `provider: github\n    issuer: ${issuer.url}`),
  );
  env = await startEngine();
  core = await startCore({ env, folder, config });
  const tokens = createWorkloadTokens({ workloads: () => core.deps.catalog.workloads });
  app = fastify();
  registerApi(app, {
    desk: core.desk,
    ledger: core.ledger,
    signer: core.signer,
    showWords: async () => true,
    workloads: { tokens, use: (who, call) => useToken(core.ledger, who, call, new Date()) },
    now: () => new Date(),
  });
  server = await app.listen({ port: 0, host: '127.0.0.1' });
});

afterAll(async () => {
  await app.close();
  await core.close();
  await env.teardown();
  await issuer.close();
});

/** A run of the pipeline that nobody has seen yet. */
const newRun = () => ({ ...GITHUB_CLAIMS, run_id: String(9_000 + runs++) });
type Run = ReturnType<typeof newRun>;
const requestIdOf = ({ run_id: id }: Run, role = 'staging-admin'): string =>
  requestIdFor('workload', `deploy-shop\ngithub/100000001/${id}/1\n${role}`);

/** The command line as a job of this run has it. */
async function inJob(run: Run, ...argv: string[]) {
  const before = { ...process.env };
  Object.assign(process.env, issuer.job(run));
  try {
    return await captured(argv);
  } finally {
    process.env = before;
  }
}
const asking = (run: Run, long = '15m', role = 'staging-admin') =>
  inJob(run, 'request', role, '--for', long, '--reason', 'deploy', '--server', server, '--json');

/** As a job that is not our command line. */
async function post(where: string, body: object, headers: Record<string, string>) {
  const response = await fetch(`${server}${where}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const answer: { because?: string; state?: string; requestId?: string } = JSON.parse(
    await response.text(),
  );
  return { status: response.status, ...answer };
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const body = async (change: object = {}) => {
  const { keys, receiver } = await newReceiverKeys();
  const asked = { role: 'staging-admin', durationMinutes: 15, reason: 'deploy', receiver };
  return { keys, asked: { ...asked, ...change } };
};

/** Its card, once it stands: whoever reviews has seen it. */
async function cardOf(requestId: string) {
  const [card] = await eventually(
    () => core.messenger.cards(requestId),
    (cards) => cards.at(-1)?.state === 'waiting',
  );
  return card;
}

/** Asks, is approved by Carla, and has its grant. */
async function granted(run = newRun()) {
  const asked = asking(run);
  const requestId = requestIdOf(run);
  await cardOf(requestId);
  expect(await core.review('carla', requestId)).toMatchObject({ effect: 'approved' });
  const { code, out } = await asked;
  expect(code).toBe(0);
  const answer: { grant: string; expiresAt: string } = JSON.parse(out);
  return { run, requestId, grantId: answer.grant, answer };
}

test('a job asks with its own token, an owner approves, and it has credentials: no chat, no code', async () => {
  const { run, requestId, grantId, answer } = await granted();
  expect(answer).toMatchObject({ role: 'staging-admin', account: 'shop-dev', server });
  const { code, out } = await inJob(run, 'credentials', grantId, '--server', server);
  expect(code).toBe(0);
  const { AccessKeyId: key } = JSON.parse(out);
  expect(core.aws.isAllowed(key)).toBe(true);
  const entry = (kind: string) =>
    core.ledger.entries({ requestId }).find((one) => one.kind === kind);
  expect(entry('request.opened')?.data['workload']).toMatchObject({
    id: 'deploy-shop',
    run: `github/100000001/${run.run_id}/1`,
    issuer: issuer.url,
  });
  expect(entry('grant.opened')).toMatchObject({
    actor: 'workload.deploy-shop',
    data: { person: 'workload.deploy-shop', accountable: expect.stringMatching(/^00u/) },
  });
  // Nobody stands behind it in the chat.
  expect(core.messenger.notices(requestId)).toEqual([]);
  await core.stop('emil', requestId, 'revoke', 'enough');
  await becomes(core, requestId, 'ended');
  expect(core.aws.isAllowed(key)).toBe(false);
  const after = await inJob(run, 'credentials', grantId, '--server', server);
  expect(after.code).toBe(1);
});

test('the card says what asks, which run, and who answers for it, who does not approve', async () => {
  const run = newRun();
  const asked = asking(run);
  const requestId = requestIdOf(run);
  expect(await cardOf(requestId)).toMatchObject({
    requester: workloadUser('deploy-shop'),
    requesterName: 'deploy-shop',
    workload: `pipeline deploy-shop, run github/100000001/${run.run_id}/1; Gus Weber answers for it`,
  });
  // An owner like Carla, and the one who may not.
  expect(await core.review('gus', requestId)).toMatchObject({
    outcome: 'refused',
    because: expect.stringMatching(/Gus Weber answers for the pipeline deploy-shop/),
  });
  expect(await core.stateOf(requestId)).toBe('waiting');
  expect(await core.review('carla', requestId, 'deny', { reason: 'not now' })).toMatchObject({
    effect: 'denied',
  });
  const { code, err } = await asked;
  expect(code).toBe(1);
  expect(err).toMatch(/It is denied\. .*not now/);
});

test('what policy does not give is refused with what would pass', async () => {
  const { code, err } = await asking(newRun(), '31m');
  expect(code).toBe(1);
  expect(err).toMatch(/It is refused\. .*30 min at most to pipelines/);
});

test('once whoever answers for it has left, it has nothing any more', async () => {
  const { run, requestId, grantId } = await granted();
  const { out } = await inJob(run, 'credentials', grantId, '--server', server);
  const gus = [...core.company.values()].find(({ name }) => name.startsWith('Gus'));
  if (!gus) throw new Error('nobody is called Gus');
  core.company.set(gus.id, { ...gus, active: false });
  try {
    await createActivities(core.deps).lookAtPeople({ only: [gus.id] });
    await becomes(core, requestId, 'ended');
    expect(core.aws.isAllowed(JSON.parse(out).AccessKeyId)).toBe(false);
    const { code, err } = await asking(newRun());
    expect(code).toBe(1);
    expect(err).toMatch(/Nobody answers for deploy-shop/);
  } finally {
    core.company.set(gus.id, gus);
  }
});

test('asking twice is one request; with other keys, or a token of another call, it is refused', async () => {
  const run = newRun();
  const { asked } = await body();
  const token = await issuer.token(run);
  const first = await post('/api/requests', asked, bearer(token));
  expect(first).toMatchObject({ status: 200, requestId: requestIdOf(run) });
  await becomes(core, requestIdOf(run), 'waiting');
  // The very same call, and one with a fresh token.
  for (const again of [token, await issuer.token(run)])
    expect(await post('/api/requests', asked, bearer(again))).toMatchObject({
      status: 200,
      requestId: requestIdOf(run),
      state: 'waiting',
    });
  expect(core.kindsOf(requestIdOf(run)).filter((kind) => kind === 'request.opened')).toHaveLength(
    1,
  );
  const stolen = await post('/api/requests', { ...asked, role: 'prod-admin' }, bearer(token));
  expect(stolen).toMatchObject({ status: 401, because: 'This token was used before.' });
  const other = (await body()).asked;
  expect(await post('/api/requests', other, bearer(await issuer.token(run)))).toMatchObject({
    status: 401,
    because: expect.stringMatching(/with other keys/),
  });
});

test.each<[string, (run: Run) => Promise<Record<string, string>>, RegExp]>([
  ['without a token', async () => ({}), /no token with this call/],
  ['with something else', async () => ({ authorization: 'Basic eDp5' }), /no token with this call/],
  [
    'with a token for others',
    async (run) => bearer(await issuer.token(run, { audience: 'x' })),
    /not for Curfew/,
  ],
  [
    'as another repository',
    async (run) => bearer(await issuer.token({ ...run, repository_id: '1' })),
    /repository_id is 1/,
  ],
])('nobody asks %s, and it is on record', async (_, headers, because) => {
  const run = newRun();
  const answer = await post('/api/requests', (await body()).asked, await headers(run));
  expect(answer).toMatchObject({ status: 401, because: expect.stringMatching(because) });
  expect(await core.desk.request(requestIdOf(run))).toBeUndefined();
  expect(core.ledger.entries({ kinds: ['edge.refused'] }).length).toBeGreaterThan(0);
});

test.each<[string, object, RegExp]>([
  ['no role', { role: undefined }, /role: /],
  ['half a minute', { durationMinutes: 0.5 }, /durationMinutes: /],
  ['no reason', { reason: ' ' }, /reason: /],
  ['break-glass', { breakGlass: true }, /breakGlass/],
  ['another’s name', { requester: { workspace: 'T1', user: 'U1' } }, /requester/],
  ['no keys', { receiver: {} }, /receiver/],
])('%s is a mistake in the request, which names the field', async (_, change, because) => {
  const answer = await post('/api/requests', (await body(change)).asked, {});
  expect(answer).toMatchObject({ status: 400, because: expect.stringMatching(because) });
});

test('while the issuer does not answer, nobody knows: not now, and nothing is on record of it', async () => {
  const stranger = await startIssuer();
  const tokens = createWorkloadTokens({
    workloads: () => [stranger.workload()],
    timeoutMs: 200,
  });
  const alone = fastify();
  registerApi(alone, {
    desk: core.desk,
    ledger: core.ledger,
    signer: core.signer,
    showWords: async () => true,
    workloads: { tokens, use: (who, call) => useToken(core.ledger, who, call, new Date()) },
    now: () => new Date(),
  });
  stranger.state.answer = 'silence';
  const before = core.ledger.entries({ kinds: ['workload.called', 'edge.refused'] }).length;
  const answer = await alone.inject({
    method: 'POST',
    url: '/api/requests',
    headers: bearer(await stranger.token()),
    payload: (await body()).asked,
  });
  expect(answer.statusCode).toBe(503);
  expect(answer.headers['retry-after']).toBe('2');
  expect(core.ledger.entries({ kinds: ['workload.called', 'edge.refused'] })).toHaveLength(before);
  await alone.close();
  await stranger.close();
});

test('credentials need the keys that asked, and a token of the very run that asked', async () => {
  const run = newRun();
  const { keys, asked } = await body();
  await post('/api/requests', asked, bearer(await issuer.token(run)));
  await cardOf(requestIdOf(run));
  await core.review('carla', requestIdOf(run));
  await becomes(core, requestIdOf(run), 'active');
  const grantId = (await core.desk.request(requestIdOf(run)))?.grantId ?? '';
  const where = `/api/grants/${grantId}/credentials`;
  const proof = await makeProof(keys.signing, { method: 'POST', path: where, grantId });
  const proved = { 'curfew-proof': proof };
  const forged = await makeProof((await newReceiverKeys()).keys.signing, {
    method: 'POST',
    path: where,
    grantId,
  });
  const mine = await issuer.token(run);
  const others = await issuer.token(newRun());
  expect(await post(where, {}, proved)).toMatchObject({
    status: 401,
    because: expect.stringMatching(/no token with this call/),
  });
  expect(await post(where, {}, { ...proved, ...bearer(others) })).toMatchObject({
    status: 401,
    because: expect.stringMatching(/another run than asked/),
  });
  expect(
    await post(where, {}, { 'curfew-proof': forged, ...bearer(await issuer.token(run)) }),
  ).toMatchObject({ status: 401 });
  expect(await post(where, {}, { ...proved, ...bearer(mine) })).toMatchObject({ status: 200 });
  // The answer was lost: the very same call gets the very same session.
  expect(await post(where, {}, { ...proved, ...bearer(mine) })).toMatchObject({ status: 200 });
  expect(core.ledger.entries({ grantId, kinds: ['mint.done'] })).toHaveLength(1);
  await core.stop('emil', requestIdOf(run), 'revoke');
  await becomes(core, requestIdOf(run), 'ended');
});

test('nobody connects a terminal of their own to it, whoever answers for it neither', async () => {
  const { requestId, grantId } = await granted();
  const gus = { workspace: 'T1', user: 'U0GUS' };
  const offered = await core.desk.offerConnection({
    grantId,
    codeHash: 'h'.repeat(43),
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
    by: gus,
    shownIn: 'V1',
  });
  expect(offered).toMatchObject({
    outcome: 'refused',
    because: expect.stringMatching(/somebody else/),
  });
  await core.stop('emil', requestId, 'revoke');
  await becomes(core, requestId, 'ended');
});

test.each<[string, Partial<{ claims: Record<string, string>; issuer: string; kind: 'agent' }>]>([
  ['what the configuration does not demand any more', { claims: { environment: 'staging' } }],
  ['another issuer', { issuer: 'https://tokens.example' }],
  ['another kind', { kind: 'agent' }],
])('a signed request is compared with the configuration of now: %s', async (_, change) => {
  const signed = await jobRequest(core, change);
  const { requestId } = signed.statement.request;
  await core.desk.open(signed);
  await becomes(core, requestId, 'refused');
  expect(
    core.ledger.entries({ requestId, kinds: ['request.decided'] })[0]?.data['because'],
  ).toMatch(/not what curfew\.yaml demands of it any more/);
});

test('nobody asks in a workload’s name without being it, and it not in a person’s', async () => {
  const { receiver } = await newReceiverKeys();
  const request = {
    role: 'staging-admin',
    durationMinutes: 15,
    reason: 'deploy',
    submittedAt: new Date().toISOString(),
  };
  const workload = {
    id: 'deploy-shop',
    kind: 'pipeline' as const,
    run: 'r',
    issuer: issuer.url,
    claims: {},
    receiver,
  };
  const forged = [
    { ...request, requester: workloadUser('deploy-shop') },
    { ...request, requester: workloadUser('other'), workload },
    { ...request, requester: { workspace: 'T1', user: 'deploy-shop' }, workload },
  ];
  for (const one of forged) {
    const requestId = requestIdFor('workload', `forged ${runs++}`);
    await core.desk.open(
      await core.signer.sign({ kind: 'request', request: { ...one, requestId } }),
    );
    await becomes(core, requestId, 'refused');
    expect(
      core.ledger.entries({ requestId, kinds: ['request.decided'] })[0]?.data['because'],
    ).toMatch(/in the name of a pipeline or agent that did not ask/);
  }
});
