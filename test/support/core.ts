import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { activityInfo } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import { exportJWK, generateKeyPair } from 'jose';
import type { ChatUser } from '../../access/chat-user';
import type { Directory, Person } from '../../access/person';
import { Refused } from '../../access/refused';
import type { Signed, CutStatement, RequestStatement, StopStatement } from '../../access/statement';
import { openLedger } from '../../audit/ledger';
import { exampleFolder, loadBundle } from '../../config/bundle';
import { livingBundle } from '../../config/living-bundle';
import { createEdgeSigner, createEdgeVerifier } from '../../keys/edge';
import { cutIdFor, requestIdFor } from '../../keys/ids';
import { PEOPLE } from '../../sandbox/people';
import { createActivities, type ActivityDeps } from '../../temporal/activities';
import { beforeTry } from '../../temporal/reruns';
import { createDesk } from '../../temporal/client';
import { dataConverter } from '../../temporal/codec';
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
} from '../../temporal/tellers';
import { createWorker } from '../../temporal/worker';
import { workflowBundle } from './engine';
import { inMemoryAws } from './in-memory-aws';
import { inMemoryMessenger } from './in-memory-messenger';

export const WORKSPACE = 'T1';
export const chat = (name: string): ChatUser => {
  const found = PEOPLE.find((person) => person.name.toLowerCase().startsWith(name));
  if (!found) throw new Error(`nobody is called ${name}`);
  return { workspace: WORKSPACE, user: found.id };
};

export interface CoreOptions {
  env: TestWorkflowEnvironment;
  folder: string;
  codecKey?: Buffer;
  /** Instead of the example that ships. */
  config?: string;
}

/** Curfew without its edges: the real workflows, policy, ledger and keys over small in-memory adapters. */
export async function startCore({ env, folder, codecKey, config = exampleFolder }: CoreOptions) {
  const taskQueue = `curfew-${randomUUID()}`;
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', {
    crv: 'Ed25519',
    extractable: true,
  });
  const signer = createEdgeSigner(await exportJWK(privateKey));
  const edge = createEdgeVerifier(await exportJWK(publicKey));
  const living = livingBundle(loadBundle(config));
  const { catalog, policy } = living;
  const ledger = openLedger(path.join(folder, `ledger-${randomUUID()}.db`));
  const aws = inMemoryAws();
  const messenger = inMemoryMessenger(() => beforeTry(client)(activityInfo()));
  const company = new Map<string, Person>(
    PEOPLE.map(({ directoryId, name, email, groups, active }) => [
      directoryId,
      {
        id: directoryId,
        name,
        emails: [email],
        groups,
        active,
        onCall: groups.includes('sre-oncall'),
      },
    ]),
  );
  const client = new Client({
    connection: env.connection,
    namespace: env.namespace ?? 'default',
    dataConverter: dataConverter(codecKey),
  });
  const switches = {
    directoryDown: false,
    /** How far our clock is behind: a window opened then is nearly over at once. */
    behindMs: 0,
  };
  const requireDirectory = (): void => {
    if (switches.directoryDown) throw new Error('the directory is down');
  };
  const directory: Directory = {
    person: async (id) => {
      requireDirectory();
      return company.get(id);
    },
    byEmail: async (email) => [...company.values()].filter(({ emails }) => emails.includes(email)),
    members: async (group) => {
      requireDirectory();
      const people = [...company.values()].filter(
        ({ groups, active }) => active && groups.includes(group),
      );
      return { people, more: false };
    },
  };
  const deps: ActivityDeps = {
    catalog,
    policy,
    ledger,
    edge,
    signInIssuer: undefined,
    sessions: aws.roleSessions,
    revocations: aws.revocations,
    probe: aws.probe,
    messenger: messenger.messenger,
    pagers: [],
    assignments: {},
    sourceIdentityFor: (personId) => personId,
    directory,
    bench: directory,
    people: {
      async identify({ user }) {
        requireDirectory();
        const found = PEOPLE.find(({ id }) => id === user);
        const person = found && company.get(found.directoryId);
        if (!person) throw new Refused('This chat user is linked to nobody.');
        if (!person.active) throw new Refused(`${person.name} is deactivated in the directory.`);
        return person;
      },
    },
    tellRevocationList: revocationListTeller(client, taskQueue),
    startReview: reviewStarter(client, taskQueue),
    tellEndAsked: endAskedTeller(client),
    recheck: recheckTeller(client),
    reconcileList: listReconciler(client, taskQueue),
    followQuarantine: quarantineFollower(client, taskQueue),
    storyStands: storyWatcher(client),
    lastShown: shownReader(client),
    startSweep: sweepStarter(client, taskQueue),
    lateAfterMinutes: [2, 10, 30],
    now: () => new Date(Date.now() - switches.behindMs),
    pause: () => new Promise((resolve) => setTimeout(resolve, 20)),
  };
  const desk = createDesk({
    client,
    ledger,
    taskQueue,
    personOf: ({ user }) => PEOPLE.find(({ id }) => id === user)?.directoryId,
  });

  let worker: Worker | undefined;
  let running: Promise<void> = Promise.resolve();
  const startWorker = async (): Promise<void> => {
    worker = await createWorker({
      connection: env.nativeConnection,
      namespace: env.namespace ?? 'default',
      activities: createActivities(deps),
      workflowBundle: workflowBundle(),
      within: living.within,
      codecKey,
      taskQueue,
    });
    running = worker.run();
  };
  const stopWorker = async (): Promise<void> => {
    worker?.shutdown();
    worker = undefined;
    await running;
  };
  await startWorker();

  const signRequest = (
    who: string,
    role: string,
    {
      minutes = 30,
      reason = 'to see',
      submission = String(randomUUID()),
      breakGlass = false,
      extending = '',
      ticket = '',
    } = {},
  ): Promise<Signed<RequestStatement>> =>
    signer.sign({
      kind: 'request',
      request: {
        requestId: requestIdFor(WORKSPACE, submission),
        requester: chat(who),
        role,
        durationMinutes: minutes,
        reason,
        ...(ticket !== '' && { ticket }),
        ...(breakGlass && { breakGlass: true as const }),
        ...(extending && { extends: extending }),
        submittedAt: new Date().toISOString(),
      },
    });

  return {
    client,
    taskQueue,
    desk,
    deps,
    living,
    ledger,
    aws,
    messenger,
    company,
    switches,
    signer,
    startWorker,
    stopWorker,
    signRequest,
    /** Opens a request and gives its id. */
    async request(
      who: string,
      role: string,
      more: Parameters<typeof signRequest>[2] = {},
    ): Promise<string> {
      const signed = await signRequest(who, role, more);
      await desk.open(signed);
      return signed.statement.request.requestId;
    },
    async review(
      who: string,
      requestId: string,
      verdict: 'approve' | 'deny' = 'approve',
      { reason, minutes, scope }: { reason?: string; minutes?: number; scope?: string } = {},
    ) {
      const termsHash = messenger.cards(requestId)[0]?.termsHash ?? '';
      const signed = await signer.sign({
        kind: 'review',
        requestId,
        termsHash,
        by: chat(who),
        verdict,
        at: new Date().toISOString(),
        ...(minutes !== undefined && { durationMinutes: minutes }),
        ...(scope !== undefined && { scope }),
        ...(reason !== undefined && { reason }),
      });
      return desk.review(signed, randomUUID());
    },
    async nudge(who: string, requestId: string) {
      const at = new Date().toISOString();
      const signed = await signer.sign({ kind: 'nudge', requestId, by: chat(who), at });
      return desk.nudge(signed, randomUUID());
    },
    async stop(who: string, requestId: string, how: StopStatement['how'], reason = 'done') {
      const signed = await signer.sign({
        kind: 'stop',
        how,
        requestId,
        by: chat(who),
        reason,
        at: new Date().toISOString(),
      });
      return desk.stop(signed);
    },
    async reviewBreakGlass(
      who: string,
      requestId: string,
      verdict: 'justified' | 'not-justified' = 'justified',
      note = '',
    ) {
      const signed = await signer.sign({
        kind: 'breakGlassReview',
        requestId,
        by: chat(who),
        verdict,
        note,
        at: new Date().toISOString(),
      });
      return desk.reviewBreakGlass(signed, randomUUID());
    },
    async cut(
      who: string,
      what: CutStatement['what'],
      { reason = 'incident', submission = String(randomUUID()) } = {},
    ) {
      const signed = await signer.sign({
        kind: 'cut',
        cutId: cutIdFor(WORKSPACE, submission),
        what,
        reason,
        by: chat(who),
        at: new Date().toISOString(),
      });
      const { cutId } = signed.statement;
      return { cutId, signed, outcome: await desk.cut(signed) };
    },
    stateOf: async (requestId: string) => (await desk.request(requestId))?.state,
    kindsOf: (requestId: string) => ledger.entries({ requestId }).map(({ kind }) => kind),
    async close(): Promise<void> {
      await stopWorker();
      ledger.close();
    },
  };
}

export type Core = Awaited<ReturnType<typeof startCore>>;

/** Waits for something that happens soon; the test's own timeout says when it does not. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  good: (seen: T) => boolean,
): Promise<T> {
  for (;;) {
    const seen = await look();
    if (good(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export const becomes = (
  core: Core,
  requestId: string,
  state: string,
): Promise<string | undefined> =>
  eventually<string | undefined>(
    () => core.stateOf(requestId),
    (seen) => seen === state,
  );
