import { existsSync } from 'node:fs';
import path from 'node:path';
import { activityInfo, heartbeat, sleep } from '@temporalio/activity';
import { Runtime } from '@temporalio/worker';
import pino from 'pino';
import type { AssignmentMechanisms } from '../access/assignments';
import type { Catalog } from '../access/catalog';
import type { Ledger } from '../access/ledger';
import type { Directory } from '../access/person';
import { ledgerFile, openLedger } from '../audit/ledger';
import { createAws, type Aws } from '../aws/create-aws';
import { sourceIdentityFor } from '../aws/source-identity';
import { createMessenger } from '../bot/messenger';
import { createProfiles } from '../bot/profiles';
import { messagesClient } from '../bot/slack-client';
import { exampleFolder, loadBundle, readFolder } from '../config/bundle';
import { watchBundle } from '../config/bundle-watch';
import { BadSettings } from '../config/environment';
import { livingBundle } from '../config/living-bundle';
import { exitCodeFor } from '../config/exit-code';
import { packageRoot } from '../config/root';
import { readSettings, type AwsPart, type DirectoryPart } from '../config/settings';
import { requireSignIn } from '../config/sign-in';
import { createRota, createTickets } from '../facts/create-facts';
import { createPagers } from '../paging/create-pagers';
import {
  createIdentityCenterDirectory,
  type IdentityCenterDirectory,
} from '../identity/identity-center';
import { createOktaDirectory, type OktaDirectory } from '../identity/okta';
import { createOktaGroups } from '../identity/okta-group';
import { createPeople } from '../identity/link';
import { recentMembers } from '../identity/recent-members';
import { createEdgeVerifier } from '../keys/edge';
import { createActivities } from './activities';
import { connectClient, connectWorker, TASK_QUEUE } from './connect';
import { untold } from './fact-sources';
import { healthOf, workerHealth } from './health';
import { createMetrics } from './metrics';
import { onCallDirectory } from './on-call';
import { policyTeller, recordPolicy } from './policy-teller';
import { beforeTry } from './reruns';
import { ensureSchedules } from './schedules';
import { ensureSearchAttributes } from './search-attributes';
import {
  endAskedTeller,
  listReconciler,
  quarantineFollower,
  recheckTeller,
  reviewStarter,
  revocationListTeller,
  shownReader,
  storyWatcher,
  sweepStarter,
} from './tellers';
import { createWorker } from './worker';

const LOOK_EVERY_MS = 1_000;
/** A change is used after it has held still from one look to the next. */
const CONFIG_LOOK_EVERY_MS = 2_000;
const LATE_AFTER_MINUTES = [2, 10, 30];

/** The worker process: every adapter behind its port, and the workflows' activities over them. */
async function main(): Promise<void> {
  const log = pino({ name: 'worker' });
  const settings = readSettings(process.env, 'worker');
  if (settings.aws === undefined || settings.edgePublicKey === undefined) {
    throw new Error('the settings of a worker have both');
  }
  const config = settings.config ?? exampleFolder;
  const living = livingBundle(loadBundle(config, settings.configHash));
  const { catalog, policy } = living;
  requireSignIn(catalog, settings.signIn);
  const ledger = openLedger(ledgerFile(settings.data));
  recordStart(ledger, policy.hash, readFolder(config).texts);
  const aws = createAws({
    credentials: credentialSource(settings.aws),
    botRoleArn: settings.aws.botRoleArn,
    region: settings.aws.region,
    externalId: settings.externalId,
    ...(settings.aws.endpoint !== undefined && { endpoint: settings.aws.endpoint }),
  });
  const asked = directoryOf(settings.directory, catalog, aws);
  const rota = createRota(settings.facts);
  const directory = onCallDirectory(asked, rota, catalog.onCallSchedules);
  const tickets = createTickets(settings.facts);
  for (const lack of untold(policy, catalog, { tickets, rota })) log.warn(lack);
  const slack = messagesClient(
    settings.slack.botToken,
    settings.slack.kind === 'stand-in' ? { apiUrl: settings.slack.apiUrl } : {},
  );
  Runtime.install({ shutdownSignals: [] });
  const client = connectClient(settings.codecKey);
  const before = beforeTry(client);
  const { connection, namespace } = await connectWorker();
  await ensureSearchAttributes(connection, namespace);
  await ensureSchedules(client, TASK_QUEUE);

  const worker = await createWorker({
    connection,
    namespace,
    codecKey: settings.codecKey,
    workflowBundle: { codePath: bundlePath() },
    within: living.within,
    activities: createActivities({
      catalog,
      policy,
      directory,
      bench: recentMembers(directory),
      people: createPeople({
        directory,
        ledger,
        profiles: createProfiles(slack),
        match: catalog.linking.by,
        mapping: catalog.linking.people,
      }),
      ledger,
      edge: createEdgeVerifier(settings.edgePublicKey),
      signInIssuer: settings.signIn?.issuer,
      sessions: aws.roleSessions,
      revocations: aws.revocationLists,
      probe: aws.probe,
      assignments: mechanismsOf(catalog, aws, directory, settings.directory),
      ...(tickets && { tickets }),
      ...(rota && { rota }),
      sourceIdentityFor,
      pagers: createPagers(settings.paging),
      messenger: createMessenger(slack, () => before(activityInfo())),
      tellRevocationList: revocationListTeller(client),
      startReview: reviewStarter(client),
      tellEndAsked: endAskedTeller(client),
      recheck: recheckTeller(client),
      reconcileList: listReconciler(client),
      followQuarantine: quarantineFollower(client),
      storyStands: storyWatcher(client),
      lastShown: shownReader(client),
      startSweep: sweepStarter(client),
      lateAfterMinutes: LATE_AFTER_MINUTES,
      now: () => new Date(),
      pause: async () => {
        heartbeat();
        await sleep(LOOK_EVERY_MS);
      },
    }),
  });
  const health = workerHealth(
    {
      aws: healthOf(
        {
          kind: settings.aws.kind,
          ...(settings.aws.endpoint !== undefined && { endpoint: settings.aws.endpoint }),
        },
        () => aws.identity.check(),
      ),
      directory: healthOf(
        {
          kind: settings.directory.kind,
          ...(settings.directory.from === 'okta' && { endpoint: settings.directory.orgUrl }),
        },
        () => asked.ping(),
      ),
    },
    createMetrics(ledger, Math.min(...LATE_AFTER_MINUTES)),
  );
  await health.listen({
    port: settings.workerPort,
    host: settings.mode === 'production' ? '0.0.0.0' : '127.0.0.1',
  });

  const watch = watchBundle(config, {
    inForce: catalog,
    pinned: settings.configHash,
    demand: (next) => requireSignIn(next, settings.signIn),
  });
  const teller = policyTeller({
    ledger,
    messenger: createMessenger(slack, async () => 'this call'),
    catalog,
    now: () => new Date(),
    couldNotTell: (error) => log.warn({ error }, 'the owner of the policy is not told yet'),
  });
  const looking = setInterval(() => {
    try {
      watch.look((news) => {
        teller.record(news);
        if (news.kind === 'loaded') living.replace(news);
        log.info({ policyHash: policy.hash, change: news.kind }, 'the configuration has changed');
      });
    } catch (error) {
      log.error({ error }, 'a changed configuration could not be put on record');
    }
    void teller.tell();
  }, CONFIG_LOOK_EVERY_MS);

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    clearInterval(looking);
    worker.shutdown();
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  log.info({ policyHash: policy.hash, taskQueue: worker.options.taskQueue }, 'the worker runs');
  await worker.run();
  await health.close();
  await connection.close();
  await client.connection.close();
  aws.close();
  ledger.close();
}

function directoryOf(
  part: DirectoryPart,
  catalog: Catalog,
  aws: Aws,
): OktaDirectory | IdentityCenterDirectory {
  const { identityCenter } = catalog;
  const onCall = {
    get onCallGroups() {
      return catalog.onCallGroups;
    },
    get groupIds() {
      return catalog.groupIds ?? {};
    },
  };
  if (part.from === 'okta') return createOktaDirectory(Object.assign(onCall, part));
  if (identityCenter === undefined)
    throw new BadSettings([
      'CURFEW_DIRECTORY is identity-center, and curfew.yaml has no identityCenter: name its instance, store, region, portal and role there.',
    ]);
  return createIdentityCenterDirectory(
    Object.assign(onCall, { store: aws.identityStore(identityCenter) }),
  );
}

/**
 * Groups of Okta are always there, whatever the catalog says today: what was handed out yesterday must be taken back.
 * Of a group that it no longer names, the longest that a catalog can say survives.
 */
function mechanismsOf(
  catalog: Catalog,
  aws: Aws,
  directory: Directory,
  part: DirectoryPart,
): AssignmentMechanisms {
  const { identityCenter } = catalog;
  const whose = part.from === 'identity-center' ? 'itself' : directory;
  return {
    ...(identityCenter && { 'permission-set': aws.permissionSets(identityCenter, whose) }),
    ...(part.from === 'okta' && {
      group: createOktaGroups({
        ...part,
        get groupIds() {
          return catalog.groupIds ?? {};
        },
        survivesMinutes: ({ arn }) => {
          const said = catalog
            .roles()
            .filter(({ targetArn }) => targetArn === arn)
            .flatMap(({ survivesMinutes }) => survivesMinutes ?? []);
          return said.length === 0 ? 30 * 24 * 60 : Math.max(...said);
        },
      }),
    }),
  };
}

/** The policy itself is on record once, by its hash; each start says which one is in force from then on. */
function recordStart(ledger: Ledger, policyHash: string, files: Record<string, string>): void {
  const at = new Date().toISOString();
  recordPolicy(ledger, policyHash, files, at);
  ledger.append({
    kind: 'process.started',
    key: `process.started:worker:${process.pid}:${at}`,
    at,
    actor: 'curfew',
    data: { process: 'worker', policyHash },
  });
}

function bundlePath(): string {
  const codePath = path.join(packageRoot, 'dist/workflow-bundle.js');
  if (!existsSync(codePath)) throw new Error(`${codePath} is missing: run "npm run build".`);
  return codePath;
}

function credentialSource({
  source,
  botRoleArn,
  region,
}: AwsPart): Parameters<typeof createAws>[0]['credentials'] {
  switch (source.from) {
    case 'web-identity':
      return { kind: 'web-identity', tokenFile: source.tokenFile, roleArn: botRoleArn, region };
    case 'container':
      return {
        kind: 'container',
        url: source.url,
        ...(source.tokenFile !== undefined && { token: { file: source.tokenFile } }),
        ...(source.bearer !== undefined && { token: { text: source.bearer } }),
      };
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(exitCodeFor(error));
  },
);
