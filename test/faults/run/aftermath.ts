import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { exampleSeed, startAwsStandIn } from '../../support/aws-stand-in';
import type { Target } from '../../../access/session';
import { TASK_QUEUE } from '../../../temporal/connect';
import {
  cutSignal,
  REVOCATION_LIST,
  revocationWorkflowId,
} from '../../../temporal/workflows/protocol';
import { isStanding, PERMANENT, ROLES } from './company';
import type { Evidence, HandedOut, Violation } from './evidence';
import { persist } from './pressing';
import type { Site } from './site';
import { tryOn } from './terminal';

const SECOND = 1_000;
/** AWS's shortest session: the longest that anything handed out can live. */
const SESSION_MS = 900 * SECOND;
/** Well within the life of a session that the access portal gave. */
const PORTAL_SESSION_MS = 3 * 3_600 * SECOND;
/** Longer than any entry is needed: a last session and its 15 minutes more. */
const HALF_AN_HOUR_AND_A_BIT = 32 * 60;

export const DEAD_FOR_GOOD = 'no access after its end, at any later hour of AWS';
export const PURGED = 'revocation lists forget what is long over';
export const NO_SECRET = 'no secret in the chat, the logs, the record or the histories';

/**
 * Asks a second AWS, on a copy of the first one's state, at later hours of its own clock: nothing that
 * was handed out may work once its grant is over, also before the session ends by itself.
 */
export async function atLaterHours(site: Site, all: readonly Evidence[]): Promise<Violation[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'curfew-later-'));
  const found: Violation[] = [];
  try {
    await copyDatabase(path.join(site.curfew.data, 'sandbox'), folder);
    const aws = await startAwsStandIn(folder, { ...exampleSeed(), roles: [] });
    try {
      for (const { plan, parts } of all) {
        for (const { part, sessions, requestId } of parts) {
          // What they had before goes on, and with it what they open through it.
          if (isStanding(part.role) && part.who === PERMANENT) continue;
          for (const { keys, fence } of sessions) {
            for (const hour of hoursOf(fence, site.awsNow())) {
              const ahead = (hour - Date.now()) / SECOND;
              aws.setAhead(ahead);
              if ((await tryOn(aws.endpoint, keys, ahead)) !== 'ok') continue;
              found.push({
                invariant: DEAD_FOR_GOOD,
                seed: plan.seed,
                requestId,
                evidence: `${keys.accessKeyId} works at ${new Date(hour).toISOString()} of AWS's clock`,
              });
            }
          }
        }
      }
    } finally {
      await aws.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return found;
}

const hoursOf = (fence: number, now: number): number[] =>
  [
    now,
    fence - SECOND,
    fence,
    fence + SECOND,
    fence + SESSION_MS / 3,
    now + PORTAL_SESSION_MS,
  ].filter((at) => at >= now);

async function copyDatabase(from: string, to: string): Promise<void> {
  const database = new DatabaseSync(path.join(from, 'aws.sqlite'), { readOnly: true });
  try {
    await backup(database, path.join(to, 'aws.sqlite'));
  } finally {
    database.close();
  }
}

/**
 * Half an hour later by the clocks of worker and AWS, an old cut is delivered once more on every role. Then no
 * list may name anything else. (Temporal's clock stays, and with it the list workflows' own memory: they start anew.)
 */
export async function halfAnHourLater(site: Site): Promise<Violation[]> {
  await Promise.all(
    (['worker', 'sandbox'] as const).map((one) => site.setClock(one, HALF_AN_HOUR_AND_A_BIT)),
  );
  const used = ROLES.filter(({ arn }) => site.listed(arn).length > 0);
  const found = await Promise.all(used.map((role) => deliverOldCut(site, role)));
  return found.flat();
}

async function deliverOldCut(site: Site, { id, arn, account }: (typeof ROLES)[number]) {
  const [grantId = ''] = site.listed(arn);
  const requestId = site.ledger.entries({ grantId, limit: 1 })[0]?.requestId ?? '';
  const target: Target = { arn, accountId: account, region: 'eu-central-1' };
  const workflowId = revocationWorkflowId(target);
  const before = site.ledger.entries({ kinds: ['revocations.written'] }).at(-1)?.seq ?? 0;
  await site.temporal.workflow
    .getHandle(workflowId)
    .terminate('an operator, by mistake')
    .catch(() => undefined);
  await site.temporal.workflow.signalWithStart(REVOCATION_LIST, {
    taskQueue: TASK_QUEUE,
    workflowId,
    args: [{ target, entries: [], cuts: [] }],
    signal: cutSignal,
    signalArgs: [{ grantId, requestId }],
  });
  const isWritten = async () =>
    site.ledger
      .entries({ kinds: ['revocations.written'], afterSeq: before })
      .some(({ data }) => data['targetArn'] === arn) || undefined;
  await persist(`the list of ${id} is written again`, isWritten);
  const stale = site.listed(arn).filter((one) => one !== grantId);
  if (stale.length === 0) return [];
  const evidence = `half an hour later the list of ${id} still names ${stale.length}: ${stale.slice(0, 5).join(', ')}`;
  return [{ invariant: PURGED, seed: '', evidence }];
}

/** Looks through every file that Curfew, Slack's stand-in and Temporal wrote for anything that opens AWS. */
export function secretsIn(data: string, sessions: readonly HandedOut[]): Violation[] {
  const secrets = sessions.flatMap(({ keys }) => [
    { of: keys.accessKeyId, bytes: Buffer.from(keys.secretAccessKey) },
    // A database may break a long value over two pages: any part of it is enough.
    { of: keys.accessKeyId, bytes: Buffer.from(keys.sessionToken.slice(0, 40)) },
    { of: keys.accessKeyId, bytes: Buffer.from(keys.sessionToken.slice(-40)) },
  ]);
  return filesBelow(data)
    .filter((file) => !path.basename(file).startsWith('aws.sqlite'))
    .flatMap((file) => {
      const content = readFileSync(file);
      return secrets
        .filter(({ bytes }) => content.includes(bytes))
        .map(({ of }) => ({
          invariant: NO_SECRET,
          seed: '',
          evidence: `what opens AWS for ${of} is in ${path.relative(data, file)}`,
        }));
    });
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
