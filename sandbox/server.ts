import httpProxy from '@fastify/http-proxy';
import fastify, { type FastifyInstance } from 'fastify';
import { awsStandIn, type AwsStandIn } from './aws/plugin';
import { directoryStandIn, type DirectoryStandIn } from './directory/plugin';
import { DirectoryStore } from './directory/store';
import { factsStandIn } from './facts/plugin';
import { FactStore } from './facts/store';
import { createFaults, faultRoutes } from './faults';
import { guardRoutes } from './guard';
import { wholeHealth } from './health';
import { readLockFile } from './lock-file';
import { pageFiles } from './page-files';
import { PEOPLE } from './people';
import { signInStandIn, type SignInStandIn } from './sign-in/plugin';
import { openSlackStandIn, type SlackStandInOptions } from './slack/stand-in';
import type { ShownPerson } from './slack/wire';

export interface SandboxOptions {
  /** Curfew's data folder. */
  data: string;
  /** Where the bot answers `/slack`, `/api`, `/sign-in` and `/healthz`. */
  botUrl: string;
  slack: Omit<SlackStandInOptions, 'faults' | 'people' | 'temporalUi'>;
  aws: Omit<AwsStandIn, 'faults'>;
  /** Groups that exist in the directory though nobody is in them yet. */
  groups?: readonly string[];
  /** The one app that may sign in at the directory. */
  directoryClient: DirectoryStandIn['client'];
  /** What people may sign in to at the directory. */
  signIn: Pick<SignInStandIn, 'clientId' | 'redirectUris'>;
  /** Who is told when somebody changes in the directory. */
  directoryHook?: NonNullable<DirectoryStandIn['hook']>;
}

/** Everything that development puts in the place of the outside world, on one port. Listen on loopback only. */
export async function createSandbox(options: SandboxOptions): Promise<FastifyInstance> {
  const { data, botUrl } = options;
  const faults = createFaults();
  const store = new DirectoryStore(options.aws.data, PEOPLE);
  for (const name of options.groups ?? []) store.ensureGroup(name);
  const { temporalUi } = readLockFile(data).ports;
  const slack = openSlackStandIn({
    ...options.slack,
    faults,
    people: () => peopleNow(store),
    ...(temporalUi !== undefined && { temporalUi: `http://127.0.0.1:${temporalUi}` }),
  });
  const app = fastify({ forceCloseConnections: true, logger: false });

  await app.register(async (guarded) => {
    guardRoutes(guarded);
    faultRoutes(guarded, faults);
    await slack.routes(guarded);
    await guarded.register(awsStandIn, { ...options.aws, faults, prefix: '/sandbox/aws' });
    await guarded.register(directoryStandIn, {
      store,
      faults,
      client: options.directoryClient,
      ...(options.directoryHook && { hook: options.directoryHook }),
      prefix: '/sandbox/directory',
    });
    await guarded.register(signInStandIn, {
      ...options.signIn,
      store,
      faults,
      prefix: '/sandbox/sign-in',
    });
    await guarded.register(factsStandIn, {
      store: new FactStore(options.aws.data),
      faults,
      token: options.slack.tokens.signingSecret,
      prefix: '/sandbox',
    });
    await pageFiles(guarded);
    guarded.get('/healthz', async (_request, reply) => {
      const { code, body } = await wholeHealth({ botUrl, data });
      return reply.code(code).send(body);
    });
  });
  // The bot guards itself: these are what it answers in production too.
  for (const prefix of ['/slack', '/api', '/sign-in'])
    await app.register(httpProxy, proxyTo(botUrl, prefix));

  app.server.on('upgrade', (request, socket, head) => {
    if (!slack.upgrade(request, socket, head)) socket.destroy();
  });
  app.addHook('onClose', () => slack.close());
  return app;
}

/** The company in its own order, with what the directory says of each at this moment. */
const peopleNow = (store: DirectoryStore): ShownPerson[] =>
  PEOPLE.map((person) => {
    const user = store.user(person.directoryId);
    if (!user) return { ...person, groups: [], active: false };
    const groups = store.groupsOf(user).map(({ name }) => name);
    return { ...person, groups, active: user.status === 'ACTIVE' };
  });

const proxyTo = (upstream: string, prefix: string) => ({
  upstream,
  prefix,
  rewritePrefix: prefix,
  replyOptions: {
    // Whoever asked decides whether to ask again.
    retryDelay: () => null,
    onError: (reply: { code(status: number): { send(body: object): unknown } }) => {
      reply.code(503).send({ error: 'Curfew’s bot does not answer; it may be starting.' });
    },
  },
});
