import path from 'node:path';
import { heartbeat, sleep } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import type { Notice } from '../access/messages';
import type { Person } from '../access/person';
import { ledgerFile, openLedger } from '../audit/ledger';
import { createAws } from '../aws/create-aws';
import { sourceIdentityFor } from '../aws/source-identity';
import { exampleFolder, loadBundle } from '../config/bundle';
import { packageRoot } from '../config/root';
import { createEdgeSigner, createEdgeVerifier } from '../keys/edge';
import { devKeysOf } from '../launch/dev-keys';
import { PEOPLE, WORKSPACE } from '../sandbox/people';
import { createActivities, type ActivityDeps } from '../temporal/activities';
import { createDesk } from '../temporal/client';
import { dataConverter } from '../temporal/codec';
import { endAskedTeller, reviewStarter, revocationListTeller } from '../temporal/tellers';
import { createWorker } from '../temporal/worker';
import type { Stack } from './stack';

const TASK_QUEUE = 'bench-core';
const LOOK_EVERY_MS = 1_000;
const REGION = 'eu-central-1';
const [ADA] = PEOPLE;

/**
 * A worker of the bench's own beside a stack's, on the stack's Temporal and AWS stand-in. It may decide as of
 * another instant, and only notes whom it would tell; everything else is as in production. Everybody is Ada.
 */
export async function startBenchCore(
  { data, url, temporalAddress: address }: Stack,
  config = exampleFolder,
) {
  if (!ADA) throw new Error('the stand-ins know nobody');
  Runtime.install({ shutdownSignals: [] });
  const keys = devKeysOf(data);
  const { catalog, policy } = loadBundle(config);
  const ledger = openLedger(ledgerFile(path.join(data, 'bench')));
  const endpoint = `${url}/sandbox/aws`;
  const aws = createAws({
    credentials: {
      kind: 'container',
      url: `${endpoint}/container-credentials`,
      token: { text: keys.sandbox.awsBearer },
    },
    botRoleArn: 'arn:aws:iam::000000000000:role/curfew-bot',
    region: REGION,
    externalId: keys.externalId,
    endpoint,
  });
  const connection = await NativeConnection.connect({ address });
  const client = new Client({
    connection: await Connection.connect({ address }),
    dataConverter: dataConverter(undefined),
  });
  /** When requests are decided, in the place of now; a window counts from then. */
  const decided = { at: undefined as number | undefined };
  const person: Person = {
    id: ADA.directoryId,
    name: ADA.name,
    emails: [ADA.email],
    groups: ADA.groups,
    active: true,
    onCall: false,
  };
  const nowhere = async () => ({ channel: 'bench', ts: '1' });
  const nothing = async () => undefined;
  const told: Notice[] = [];
  const deps: ActivityDeps = {
    catalog,
    policy,
    ledger,
    directory: {
      person: async () => person,
      byEmail: async () => [person],
      members: nothing,
    },
    bench: { members: nothing },
    people: { identify: async () => person },
    signInIssuer: undefined,
    edge: createEdgeVerifier(keys.edgePublicKey),
    sessions: aws.roleSessions,
    revocations: aws.revocationLists,
    probe: aws.probe,
    assignments: {},
    messenger: {
      find: nothing,
      postCard: nowhere,
      repaintCard: nothing,
      async tell(_, notice) {
        told.push(notice);
        return nowhere();
      },
      repaintNotice: nothing,
      remind: nowhere,
      postTask: nowhere,
      repaintTask: nothing,
      tellAway: nowhere,
      showCut: nowhere,
      repaintCut: nothing,
      showQuarantine: nowhere,
      repaintQuarantine: nothing,
      alarm: nowhere,
    },
    pagers: [],
    sourceIdentityFor,
    tellRevocationList: revocationListTeller(client, TASK_QUEUE),
    startReview: reviewStarter(client, TASK_QUEUE),
    tellEndAsked: endAskedTeller(client),
    recheck: nothing,
    reconcileList: nothing,
    followQuarantine: nothing,
    storyStands: async () => 'runs',
    lastShown: async () => [],
    startSweep: nothing,
    lateAfterMinutes: [2, 10, 30],
    now: () => new Date(),
    pause: async () => {
      heartbeat();
      await sleep(LOOK_EVERY_MS);
    },
  };
  const { decideRequest } = createActivities({
    ...deps,
    now: () => new Date(decided.at ?? Date.now()),
  });
  const worker = await createWorker({
    connection,
    namespace: 'default',
    taskQueue: TASK_QUEUE,
    workflowBundle: { codePath: path.join(packageRoot, 'dist/workflow-bundle.js') },
    activities: { ...createActivities(deps), decideRequest },
  });
  const running = worker.run();
  return {
    ada: { workspace: WORKSPACE.id, user: ADA.id },
    client,
    decided,
    desk: createDesk({ client, ledger, taskQueue: TASK_QUEUE, personOf: () => undefined }),
    endpoint,
    ledger,
    region: REGION,
    signer: createEdgeSigner(keys.edgeKey),
    /** Every message to a person, as often as it was handed to the messenger. */
    told,
    async stop(): Promise<void> {
      worker.shutdown();
      await running;
      await connection.close();
      await client.connection.close();
      aws.close();
      ledger.close();
    },
  };
}

export type BenchCore = Awaited<ReturnType<typeof startBenchCore>>;
