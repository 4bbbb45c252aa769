import { SESSION_SECONDS } from '../../access/fence';
import { ListFull } from '../../access/list-full';
import { Refused } from '../../access/refused';
import type { RevocationEntry, Target } from '../../access/session';
import type { Cut } from '../workflows/protocol';
import type { Activities, AdmittedCuts, WrittenList } from './contract';
import type { ActivityDeps } from './deps';
import { mayStop, recordAsked } from './ending';
import { chatActor, chatUserOf, lastFenceOf, only, openedGrant, sealKey } from './facts';
import { coveredOn, spentInstants, standingValve } from './valve-record';

/** A mint intended just before the end lives 900 s, and its entry stays 900 s longer. */
export const STILL_NEEDED_MS = 2 * SESSION_SECONDS * 1000;

/** What a role's revocation list asks of the world. */
export const revoking = (
  deps: ActivityDeps,
): Pick<Activities, 'admitCuts' | 'writeRevocations'> => ({
  async admitCuts({ cuts }) {
    const admitted: AdmittedCuts = { entries: [], refused: [] };
    for (const cut of cuts) {
      try {
        const lastFence = await admit(deps, cut);
        if (lastFence !== undefined) admitted.entries.push({ grantId: cut.grantId, lastFence });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        admitted.refused.push({ grantId: cut.grantId, because: error.because });
      }
    }
    return admitted;
  },

  async writeRevocations({ target, entries }) {
    const full = neededOn(deps, target, entries);
    const before = standingValve(deps, target.arn)?.issuedBefore;
    try {
      const gone = await spent(deps, target, full, before);
      const written = await deps.revocations.write(target, full, gone, before);
      const lost = full.filter(({ grantId }) => !written.grantIds.includes(grantId));
      if (lost.length > 0)
        throw new Error(`${lost.length} entries are missing from the list read back`);
      return recordedList(deps, target, written);
    } catch (error) {
      if (error instanceof ListFull) return { isFull: true };
      throw error;
    }
  },
});

/** Everything that must be denied: what the workflow knows and what the ledger knows. */
export const endingOn = (
  deps: ActivityDeps,
  target: Target,
  entries: readonly RevocationEntry[],
): RevocationEntry[] => merge(entries, stillEnding(deps, target));

/** Every entry that must stand there: no valve covers it. */
export function neededOn(
  deps: ActivityDeps,
  target: Target,
  entries: readonly RevocationEntry[],
): RevocationEntry[] {
  const covered = coveredOn(deps, target.arn);
  return endingOn(deps, target, entries).filter(({ grantId }) => !covered.has(grantId));
}

/**
 * A cut is admitted when the end was asked on record, or when it brings the signed word of somebody
 * who may: then the end is asked by it. Without any intended mint there is nothing to cut.
 */
export async function admit(deps: ActivityDeps, cut: Cut): Promise<string | undefined> {
  const grant = openedGrant(deps, cut.requestId);
  if (grant.grantId !== cut.grantId) throw new Refused('The grant is of another request.');
  if (only(deps, { key: `end.asked:${cut.grantId}` })) return lastFenceOf(deps, cut.grantId);
  if (cut.seal === undefined) throw new Refused('Nobody asked for the end of this grant.');
  const said = await deps.edge.verify(cut.seal, 'stop');
  const opened = only(deps, { key: `request.opened:${cut.requestId}` });
  const requester = chatUserOf(opened?.actor ?? '') ?? { workspace: '', user: '' };
  const request = { requestId: cut.requestId, requester, role: grant.role };
  const verdict = await mayStop(deps, request, said);
  if (!verdict.allowed) {
    deps.ledger.append({
      kind: 'click.refused',
      key: `stop:${sealKey(cut.seal)}`,
      at: said.at,
      requestId: cut.requestId,
      actor: chatActor(said.by),
      data: { what: said.how, because: verdict.because },
    });
    throw new Refused(verdict.because);
  }
  return recordAsked(deps, grant, said.how === 'revoke' ? 'revoke' : 'end', said).lastFence;
}

/** What the ledger knows to be ending on this role: a list workflow that lost its state loses no cut. */
function stillEnding(deps: ActivityDeps, target: Target): RevocationEntry[] {
  const since = new Date(deps.now().getTime() - STILL_NEEDED_MS).toISOString();
  return deps.ledger
    .entries({ kinds: ['end.asked'], since })
    .filter((entry) => entry.data['targetArn'] === target.arn && entry.data['how'] !== 'natural')
    .flatMap(({ grantId }) => {
      const lastFence = grantId === undefined ? undefined : lastFenceOf(deps, grantId);
      return grantId === undefined || lastFence === undefined ? [] : [{ grantId, lastFence }];
    });
}

/**
 * What stands in AWS and is needed no more: our own grants, whose last session ended by itself long ago, and
 * valves of ours that are. What the ledger does not know stays: dropping it could give somebody their access back.
 */
async function spent(
  deps: ActivityDeps,
  target: Target,
  needed: readonly RevocationEntry[],
  before: string | undefined,
): Promise<string[]> {
  const { grantIds, issuedBefore } = await deps.revocations.read(target);
  const grants = grantIds.filter((grantId) => {
    if (needed.some((entry) => entry.grantId === grantId)) return false;
    const lastFence = lastFenceOf(deps, grantId);
    return (
      lastFence !== undefined &&
      Date.parse(lastFence) + SESSION_SECONDS * 1000 < deps.now().getTime()
    );
  });
  return [...grants, ...spentInstants(deps, target.arn, issuedBefore, before)];
}

const merge = (
  one: readonly RevocationEntry[],
  other: readonly RevocationEntry[],
): RevocationEntry[] => [
  ...new Map([...one, ...other].map((entry) => [entry.grantId, entry])).values(),
];

/** Puts on record what stands there now, for the list and for each grant that it cuts; and says it. */
export function recordedList(
  deps: ActivityDeps,
  target: Target,
  written: Awaited<ReturnType<ActivityDeps['revocations']['write']>>,
): WrittenList {
  const { issuedBefore, adopted, writtenAt, usedCharacters, maxCharacters } = written;
  const grantIds = [...new Set([...written.grantIds, ...coveredOn(deps, target.arn)])];
  deps.ledger.appendAll([
    {
      kind: 'revocations.written',
      key: `revocations.written:${target.arn}:${writtenAt}`,
      at: writtenAt,
      actor: 'curfew',
      data: {
        targetArn: target.arn,
        grantIds: written.grantIds,
        ...(issuedBefore.length > 0 && { issuedBefore }),
        adopted,
        usedCharacters,
        maxCharacters,
      },
    },
    ...grantIds.flatMap((grantId) => {
      const key = `end.written:${grantId}`;
      if (only(deps, { key })) return [];
      const opened = deps.ledger.entries({ grantId, kinds: ['grant.opened'], limit: 1 })[0];
      return [
        {
          kind: 'end.written' as const,
          key,
          at: writtenAt,
          ...(opened?.requestId !== undefined && { requestId: opened.requestId }),
          grantId,
          actor: 'curfew',
          data: { targetArn: target.arn },
        },
      ];
    }),
  ]);
  const valve = standingValve(deps, target.arn);
  return { grantIds, writtenAt, usedCharacters, maxCharacters, ...(valve && { valve }) };
}
