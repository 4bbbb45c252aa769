import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { hangUp, type Faults } from '../faults';
import { AccountStore } from './account-store';
import { answerCall } from './answer-call';
import { awsTime } from './operation';
import { openPortalSession, portalOrder } from './portal';
import type { AccountSeed } from './seed-account';
import type { WebIdentityProvider } from './web-identity';

export interface AwsStandIn {
  /** Folder for the stand-in's state. */
  data: string;
  /** What exists in AWS; brought up to date at each start, inline policies stay. */
  seed: AccountSeed;
  /** What `Authorization` must be at `/container-credentials`, word for word. */
  bearer: string;
  faults: Faults;
  webIdentityProviders?: readonly WebIdentityProvider[];
  /** Milliseconds; AWS's clock. */
  now?: () => number;
}

/** Bot credentials last this long; the SDK asks again before they end. */
const CONTAINER_SECONDS = 3_600;

/**
 * A stand-in for AWS at the prefix it is registered with: STS, IAM, Identity Center and S3 ListBuckets for unmodified
 * SDKs and the CLI, policies really evaluated. Guard its routes: it belongs on a loopback address only.
 */
export const awsStandIn: FastifyPluginAsync<AwsStandIn> = async (app, options) => {
  const { data, seed, bearer, faults, webIdentityProviders = [], now = Date.now } = options;
  const store = new AccountStore(data);
  for (const role of seed.roles) store.putRole(role, now());
  if (seed.identityCenter !== undefined) store.center.put(seed.identityCenter, now());
  app.addHook('onClose', async () => store.close());

  app.get('/container-credentials', async (request, reply) => {
    if (!sameText(request.headers.authorization ?? '', bearer))
      return reply.code(401).send({
        code: 'Unauthorized',
        message: 'The authorization token is not the configured one.',
      });
    const fault = faults.take('aws', 'ContainerCredentials', ['503', 'timeout']);
    if (fault?.kind === 'timeout') return hangUp(reply, fault.ms);
    if (fault)
      return reply.code(503).send({ code: 'ServiceUnavailable', message: 'Ordered fault.' });
    const issuedAt = Math.floor(now() / 1000) * 1000;
    const session = store.openSession({
      roleArn: seed.botRoleArn,
      sessionName: 'curfew',
      sourceIdentity: undefined,
      tags: {},
      transitiveTagKeys: [],
      policy: undefined,
      issuedAt,
      expiresAt: issuedAt + CONTAINER_SECONDS * 1000,
    });
    return {
      RoleArn: seed.botRoleArn,
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      Token: session.sessionToken,
      Expiration: awsTime(session.expiresAt),
    };
  });

  app.get('/propagation', async () => ({ ms: store.propagationMs() }));
  app.post('/propagation', async (request, reply) => {
    const order = z.strictObject({ ms: z.int().min(0).max(600_000) }).safeParse(request.body);
    if (!order.success) return reply.code(400).send({ error: z.prettifyError(order.error) });
    store.setPropagationMs(order.data.ms);
    return order.data;
  });

  app.post('/portal-session', async (request, reply) => {
    const order = portalOrder.safeParse(request.body);
    if (!order.success) return reply.code(400).send({ error: z.prettifyError(order.error) });
    const session = store.atomically(() => {
      store.center.settle(now());
      return openPortalSession(store, order.data, now());
    });
    if (session === undefined)
      return reply.code(403).send({ error: 'The access portal shows this person no such access.' });
    return {
      accessKeyId: session.accessKeyId,
      secretAccessKey: session.secretAccessKey,
      sessionToken: session.sessionToken,
      expiration: awsTime(session.expiresAt),
    };
  });

  app.get('/calls', async (request, reply) => {
    const page = z
      .object({
        after: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(10_000).default(10_000),
      })
      .safeParse(request.query);
    if (!page.success) return reply.code(400).send({ error: z.prettifyError(page.error) });
    return store.calls(page.data.after, page.data.limit);
  });

  await app.register(async (api) => {
    // The signature covers the body's bytes, so nothing may parse them before.
    api.removeAllContentTypeParsers();
    api.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    const answer = answerCall({
      store,
      faults,
      now,
      webIdentityProviders,
      buckets: seed.buckets,
      identityCenter: seed.identityCenter,
    });
    api.all('/', answer);
    api.all('/*', answer);
  });
};

const sameText = (one: string, other: string): boolean =>
  timingSafeEqual(
    createHash('sha256').update(one).digest(),
    createHash('sha256').update(other).digest(),
  );
