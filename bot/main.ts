import { createServer } from 'node:http';
import fastify, { type FastifyBaseLogger } from 'fastify';
import pino from 'pino';
import type { Catalog } from '../access/catalog';
import type { ChatUser } from '../access/chat-user';
import { Links } from '../access/links';
import { registerApi } from '../api/routes';
import { ledgerFile, openLedger } from '../audit/ledger';
import { exampleFolder, loadBundle } from '../config/bundle';
import { watchBundle } from '../config/bundle-watch';
import { exitCodeFor } from '../config/exit-code';
import { livingBundle } from '../config/living-bundle';
import { readSettings, type OktaPart, type Settings } from '../config/settings';
import { requireSignIn, type SignInPart } from '../config/sign-in';
import { createPeople } from '../identity/link';
import { createOktaDirectory } from '../identity/okta';
import { registerOktaEvents } from '../identity/okta-events';
import { createSignIn } from '../identity/sign-in';
import { createBrowserSeal } from '../keys/browser-seal';
import { useToken } from '../identity/workload-calls';
import { createWorkloadTokens } from '../identity/workload-tokens';
import { newConnectCode } from '../keys/codes';
import { createEdgeSigner } from '../keys/edge';
import { createDesk } from '../temporal/client';
import { connectClient } from '../temporal/connect';
import { peopleWatcher } from '../temporal/tellers';
import { createBot } from './create';
import type { Front } from './front';
import { wholeHealth } from './health';
import { createProfiles } from './profiles';
import { createSignInDesk } from './sign-in/desk';
import { Offers } from './sign-in/offers';
import { registerSignIn } from './sign-in/routes';
import { messagesClient } from './slack-client';

/** A change is used after it has held still from one look to the next. */
const CONFIG_LOOK_EVERY_MS = 2_000;

/** The bot process: Slack's listeners and the API, both in front of the same desk. */
async function main(): Promise<void> {
  const log = pino({ name: 'bot' });
  const settings = readSettings(process.env, 'bot');
  if (settings.edgeKey === undefined) throw new Error('the settings of a bot have an edge key');
  const { slack, mode } = settings;
  const config = settings.config ?? exampleFolder;
  const living = livingBundle(loadBundle(config, settings.configHash));
  const { catalog } = living;
  requireSignIn(catalog, settings.signIn);
  const ledger = openLedger(ledgerFile(settings.data));
  const engine = connectClient(settings.codecKey);
  const signer = createEdgeSigner(settings.edgeKey);
  const links = new Links(ledger);
  const desk = createDesk({
    client: engine,
    ledger,
    personOf: (user) => links.personOf(user) ?? mapped(catalog, user),
    endpoint: process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233',
  });
  const signIn =
    settings.signIn && settings.directory.from === 'okta'
      ? signInParts(settings, settings.directory, settings.signIn, {
          catalog,
          ledger,
          log,
          desk,
          signer,
        })
      : undefined;
  const bot = createBot({
    settings: {
      botToken: slack.botToken,
      transport:
        settings.slackTransport === 'socket'
          ? { kind: 'socket', appToken: slack.appToken ?? '' }
          : { kind: 'http', signingSecret: slack.signingSecret ?? '' },
      ...(slack.kind === 'stand-in' && { apiUrl: slack.apiUrl }),
    },
    log,
    desk,
    catalog,
    signer,
    ledger,
    codes: { newConnectCode },
    ...(signIn && { signIn: signIn.desk }),
  });

  // Slack's requests go to Bolt as they come: their signature is over the raw body.
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    serverFactory: (handler) =>
      createServer((request, response) => {
        const forSlack = bot.requestListener && request.url?.startsWith('/slack/');
        if (forSlack) bot.requestListener?.(request, response);
        else handler(request, response);
      }),
  });
  registerApi(app, {
    desk,
    ledger,
    signer,
    showWords: (shownIn, shown) => bot.showWords(shownIn, shown),
    signInFor: (role) =>
      catalog.role(role)?.stepUp?.before.includes('connect') && settings.signIn
        ? `${settings.signIn.publicUrl}/sign-in`
        : undefined,
    workloads: {
      tokens: createWorkloadTokens({ workloads: () => catalog.workloads }),
      use: (identity, call) => useToken(ledger, identity, call, new Date()),
    },
    now: () => new Date(),
  });
  if (signIn && settings.signIn)
    await registerSignIn(app, {
      ...signIn,
      errandOf: signIn.desk.errandOf,
      seal: createBrowserSeal(settings.edgeKey, () => new Date()),
      publicUrl: settings.signIn.publicUrl,
      log,
    });
  if (settings.directory.hookSecret !== undefined) {
    const secret = settings.directory.hookSecret;
    registerOktaEvents(app, { secret, changed: peopleWatcher(engine) });
  }
  app.get('/healthz', async (_request, reply) => {
    const { code, body } = await wholeHealth({
      temporal: async () => ({ kind: 'real', ...(await desk.health()) }),
      slack: async () => ({ kind: slack.kind, ...(await bot.health()) }),
      workerUrl: settings.workerUrl,
    });
    return reply.code(code).send(body);
  });
  await app.listen({
    port: settings.botPort ?? settings.port,
    host: mode === 'production' ? '0.0.0.0' : '127.0.0.1',
  });

  // The worker records what was loaded or refused, and tells its owner.
  const watch = watchBundle(config, {
    inForce: catalog,
    pinned: settings.configHash,
    demand: (next) => requireSignIn(next, settings.signIn),
  });
  const looking = setInterval(
    () =>
      watch.look((news) => {
        if (news.kind === 'loaded') living.replace(news);
        log.info({ policyHash: catalog.hash, change: news.kind }, 'the configuration has changed');
      }),
    CONFIG_LOOK_EVERY_MS,
  );

  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    clearInterval(looking);
    stopping ??= (async () => {
      await bot.stop();
      await app.close();
      await engine.connection.close();
      ledger.close();
    })().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  await bot.start();
  log.info({ transport: settings.slackTransport, slack: slack.kind }, 'the bot listens');
}

/** Whom an administrator named, of somebody who has not used Curfew yet. */
const mapped = ({ linking: { people } }: Catalog, { user }: ChatUser): string | undefined =>
  Object.hasOwn(people, user) ? people[user] : undefined;

/** Who people are, and the pages that they sign in on. */
function signInParts(
  { slack }: Settings,
  directory: OktaPart,
  { publicUrl, issuer, clientId, clientSecret }: SignInPart,
  front: Pick<Front, 'catalog' | 'ledger' | 'log' | 'desk' | 'signer'>,
) {
  const client = messagesClient(
    slack.botToken,
    slack.kind === 'stand-in' ? { apiUrl: slack.apiUrl } : {},
  );
  const people = createPeople({
    directory: createOktaDirectory({
      ...directory,
      get onCallGroups() {
        return front.catalog.onCallGroups;
      },
      get groupIds() {
        return front.catalog.groupIds ?? {};
      },
    }),
    ledger: front.ledger,
    profiles: createProfiles(client),
    match: front.catalog.linking.by,
    mapping: front.catalog.linking.people,
  });
  const now = () => new Date();
  const offers = new Offers(front.ledger, now);
  return {
    offers,
    desk: createSignInDesk({ ...front, people, linking: people, offers, publicUrl, client, now }),
    signIn: createSignIn({
      issuer,
      clientId,
      ...(clientSecret !== undefined && { clientSecret }),
      redirectUri: `${publicUrl}/sign-in/callback`,
    }),
  };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(exitCodeFor(error));
});
