import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { RevocationEntry } from '../../access/session';
import {
  accessWorkflowId,
  cutManySignal,
  cutSignal,
  cutWrittenSignal,
  entriesQuery,
  reconcileSignal,
} from './protocol';
import type { WrittenList } from '../activities/contract';
import { watchFilling } from './filling';
import { writeWhole, type ValveWatch } from './overflowing';
import type { Cut, RevocationListInput } from './protocol';
import { admitCuts } from './steps';

/** Somebody may have removed the policy; a full write every few minutes heals it. */
const RECONCILE = '5m';
/** An entry may go this long after the last session it cuts has ended by itself. */
const KEEP_AFTER_FENCE_MS = 900_000;
/** A workflow may have 2,000 signals to others under way. */
const TELL_AT_ONCE = 500;

/**
 * The only writer of one target role's revocation list. Cuts that arrive while one write is under
 * way go together into the next: IAM has no version to compare, so two writers would lose entries.
 */
export async function revocationList(input: RevocationListInput): Promise<void> {
  const { target } = input;
  const entries = new Map(input.entries.map((entry) => [entry.grantId, entry]));
  let waiting = input.cuts;
  let { nearlyFull } = input;
  let written: WrittenList = {
    grantIds: [],
    writtenAt: '',
    ...(input.valve && { valve: input.valve }),
  };
  const watch: ValveWatch = { lost: false };
  setHandler(cutSignal, (cut) => {
    waiting = [...waiting, cut];
  });
  setHandler(cutManySignal, (cuts) => {
    waiting = [...waiting, ...cuts];
  });
  let isStale = false;
  setHandler(reconcileSignal, () => {
    isStale = true;
  });
  setHandler(entriesQuery, () => [...entries.values()]);

  // What a valve is looked at with would be lost with the run that looks.
  while (!mayStartAnew() || watch.looking !== undefined) {
    const hasNews = (): boolean => waiting.length > 0 || isStale || watch.lost;
    if (entries.size === 0 && !written.valve) await condition(hasNews);
    else await condition(hasNews, RECONCILE, { summary: 'reconcile the list' });

    const cuts = waiting;
    waiting = [];
    const admitted = cuts.length === 0 ? [] : (await admitCuts({ cuts })).entries;
    // A cut may come twice, from the desk and from its request: it stands already, and is only told again.
    const reconciling = cuts.length === 0 || isStale;
    isStale = false;
    if (reconciling || admitted.some(({ grantId }) => !written.grantIds.includes(grantId))) {
      for (const entry of admitted) entries.set(entry.grantId, entry);
      purge(entries, Date.now());
      written = await writeWhole({ target, entries: [...entries.values()] }, watch);
      nearlyFull = watchFilling(target, written, nearlyFull);
    }
    const { grantIds, writtenAt } = written;
    const standing = new Set(grantIds);
    const told = cuts.filter(({ grantId }) => standing.has(grantId));
    for (let index = 0; index < told.length; index += TELL_AT_ONCE) {
      const some = told.slice(index, index + TELL_AT_ONCE);
      await Promise.all(some.map((cut) => tellWritten(cut, writtenAt)));
    }
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof revocationList>({
    target,
    entries: [...entries.values()],
    cuts: waiting,
    ...(nearlyFull && { nearlyFull }),
    ...(written.valve && { valve: written.valve }),
  });
}

const mayStartAnew = (): boolean => workflowInfo().continueAsNewSuggested;

function purge(entries: Map<string, RevocationEntry>, now: number): void {
  for (const { grantId, lastFence } of entries.values()) {
    if (Date.parse(lastFence) + KEEP_AFTER_FENCE_MS < now) entries.delete(grantId);
  }
}

/** The request's own workflow may be gone (terminated, closed): the entry stands all the same. */
async function tellWritten({ requestId }: Cut, writtenAt: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(accessWorkflowId(requestId)).signal(cutWrittenSignal, {
      writtenAt,
    });
  } catch {
    return;
  }
}
