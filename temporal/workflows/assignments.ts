import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  accessWorkflowId,
  cutManySignal,
  cutSignal,
  cutWrittenSignal,
  settledSignal,
  type AssignmentsInput,
  type Cut,
  type Settled,
} from './protocol';
import { raiseAlarm, settleAssignments } from './steps';

/** Somebody may have changed it by hand; a full look every few minutes finds that. */
const RECONCILE_MS = 300_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * The only writer of one target's standing entitlements: a permission set's in all accounts, or a group's. No grant
 * stands in them, so whether somebody keeps one is counted from the ledger, here alone. What arrives while one
 * settling is under way goes together into the next. Ends by the clock even where a grant's own workflow is gone.
 */
export async function assignments({ target, asked }: AssignmentsInput): Promise<void> {
  let waiting = asked;
  let news = true;
  let failures = 0;
  const take = (cuts: readonly Cut[]): void => {
    waiting = [...waiting, ...cuts];
    news = true;
  };
  setHandler(cutSignal, (cut) => take([cut]));
  setHandler(cutManySignal, take);

  while (!workflowInfo().continueAsNewSuggested) {
    const now = waiting;
    const all = !news;
    waiting = [];
    news = false;
    const done = await settleAssignments({ target, asked: now, all });
    waiting = [...done.rest, ...waiting];
    await Promise.all([
      ...done.told.map((cut) => tell(cut, cut.settled)),
      ...done.alarms.map((alarm) => raiseAlarm(alarm).catch(notTold)),
    ]);
    failures = done.again ? failures + 1 : 0;
    const pause = done.again
      ? Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures)
      : done.holds
        ? Math.min(
            RECONCILE_MS,
            Math.max(1, Date.parse(done.nextAt ?? '') - Date.now() || RECONCILE_MS),
          )
        : undefined;
    if (pause === undefined) await condition(() => news);
    else await condition(() => news, pause, { summary: 'look again, or go on' });
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof assignments>({ target, asked: waiting });
}

/** The request's own workflow may be gone (terminated, closed): it is done all the same. */
async function tell({ requestId }: Cut, settled: Settled): Promise<void> {
  const story = getExternalWorkflowHandle(accessWorkflowId(requestId));
  try {
    if (settled.as === 'written') await story.signal(cutWrittenSignal, settled);
    else await story.signal(settledSignal, settled);
  } catch {
    return;
  }
}

const notTold = (error: unknown): void => log.error('on-call could not be told', { error });
