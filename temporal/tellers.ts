import { QueryNotRegisteredError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Target } from '../access/session';
import type { StoryStanding } from './activities/deps';
import { TASK_QUEUE } from './connect';
import { runsOf } from './reruns';
import {
  accessWorkflowId,
  BREAK_GLASS_REVIEW,
  breakGlassReviewId,
  ASSIGNMENTS,
  assignmentsWorkflowId,
  cutManySignal,
  cutSignal,
  endAskedSignal,
  lookAgainSignal,
  QUARANTINE,
  quarantineWorkflowId,
  recheckSignal,
  reconcileSignal,
  REVOCATION_LIST,
  revocationWorkflowId,
  shownKey,
  shownQuery,
  SWEEP_GRANT,
  sweepWorkflowId,
  WATCH_PEOPLE,
  type Cut,
  type Shown,
} from './workflows/protocol';

/** One signal holds at most so many cuts: about 100 kB of the 2 MB that it may. */
const MOST_CUTS = 1_000;

/** Says to the target's one writer which grants it must look at, starting it when it does not run. */
export const revocationListTeller =
  (client: Client, taskQueue = TASK_QUEUE) =>
  async (target: Target, ...cuts: Cut[]): Promise<void> => {
    const { workflow, ...list } = { ...writerOf(target), taskQueue };
    const [only, ...more] = cuts;
    if (only !== undefined && more.length === 0) {
      const signal = { signal: cutSignal, signalArgs: [only] as [Cut] };
      await client.workflow.signalWithStart(workflow, { ...list, ...signal });
      return;
    }
    for (let index = 0; index < cuts.length; index += MOST_CUTS) {
      const some = cuts.slice(index, index + MOST_CUTS);
      const signal = { signal: cutManySignal, signalArgs: [some] as [Cut[]] };
      await client.workflow.signalWithStart(workflow, { ...list, ...signal });
    }
  };

/** Sessions of a role are cut by its list; what stands by itself has a writer of its own. */
const writerOf = (target: Target) =>
  ROLE.test(target.arn)
    ? {
        workflow: REVOCATION_LIST,
        workflowId: revocationWorkflowId(target),
        args: [{ target, entries: [], cuts: [] }],
        staticSummary: `Revocation list of ${target.arn}`,
      }
    : {
        workflow: ASSIGNMENTS,
        workflowId: assignmentsWorkflowId(target),
        args: [{ target, asked: [] }],
        staticSummary: `Assignments of ${target.arn}`,
      };
const ROLE = /^arn:[\w-]+:iam::/;

/** Has the role's list written anew from the record, or its assignments settled, starting the writer when it does not run. */
export const listReconciler =
  (client: Client, taskQueue = TASK_QUEUE) =>
  async (target: Target): Promise<void> => {
    const { workflow, ...list } = { ...writerOf(target), taskQueue };
    await (workflow === REVOCATION_LIST
      ? client.workflow.signalWithStart(workflow, { ...list, signal: reconcileSignal })
      : client.workflow.signalWithStart(workflow, {
          ...list,
          signal: cutManySignal,
          signalArgs: [[]] as [Cut[]],
        }));
  };

/** Says to a request's workflow that its end is on record; false when it does not run (any more). */
export const endAskedTeller =
  (client: Client) =>
  async (requestId: string): Promise<boolean> => {
    try {
      await client.workflow.getHandle(accessWorkflowId(requestId)).signal(endAskedSignal);
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };

/** Says to a request's workflow that its holder has changed; one that is over has nothing to decide. */
export const recheckTeller =
  (client: Client) =>
  async (requestId: string): Promise<void> => {
    try {
      await client.workflow.getHandle(accessWorkflowId(requestId)).signal(recheckSignal);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  };

/** Has these people looked at now instead of within the minute; the same `occasion` is one look. */
export const peopleWatcher =
  (client: Client, taskQueue = TASK_QUEUE) =>
  async (occasion: string, only: string[]): Promise<void> => {
    try {
      await client.workflow.start(WATCH_PEOPLE, {
        workflowId: `watch-people-${occasion}`,
        taskQueue,
        args: [{ only }],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };

/** Starts the review of a break-glass. One that an operator ended is started anew; one that is done is not. */
export const reviewStarter =
  (client: Client, taskQueue = TASK_QUEUE) =>
  async (requestId: string): Promise<void> => {
    try {
      await client.workflow.start(BREAK_GLASS_REVIEW, {
        workflowId: breakGlassReviewId(requestId),
        taskQueue,
        args: [{ requestId }],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        staticSummary: `Review of the break-glass ${requestId}`,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };

/** Has a quarantine's workflow run as long as it is open on record; with news, it looks again at once. */
export const quarantineFollower =
  (client: Client, taskQueue = TASK_QUEUE) =>
  async (quarantineId: string, news: boolean): Promise<void> => {
    const options = {
      workflowId: quarantineWorkflowId(quarantineId),
      taskQueue,
      args: [{ quarantineId }],
      staticSummary: `Nobody asked for it: ${quarantineId}`,
    };
    try {
      await (news
        ? client.workflow.signalWithStart(QUARANTINE, { ...options, signal: lookAgainSignal })
        : client.workflow.start(QUARANTINE, options));
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };

/** How a request's workflow stands; the engine is asked for that one, not its lists, which lag. */
export const storyWatcher =
  (client: Client) =>
  async (requestId: string): Promise<StoryStanding> => {
    try {
      const { status } = await client.workflow.getHandle(accessWorkflowId(requestId)).describe();
      if (status.name === 'RUNNING') return 'runs';
      return status.name === 'COMPLETED' ? 'done' : 'stopped';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'forgotten';
      throw error;
    }
  };

/** What a request's workflow had shown, all its runs together; one that is gone altogether had shown nothing that can be found. */
export const shownReader =
  (client: Client) =>
  async (requestId: string): Promise<Shown[]> => {
    const workflowId = accessWorkflowId(requestId);
    const shownBy = async (runId?: string): Promise<Shown[]> => {
      try {
        return await client.workflow.getHandle(workflowId, runId).query(shownQuery);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError || error instanceof QueryNotRegisteredError)
          return [];
        throw error;
      }
    };
    const { runId, firstRunId } = (await runsOf(client, workflowId)) ?? {};
    const now = await shownBy(runId);
    // An operator reset it: what the first run had shown and this one has not stands still.
    const before =
      firstRunId === undefined || firstRunId === runId ? [] : await shownBy(firstRunId);
    return [...new Map([...before, ...now].map((one) => [shownKey(one), one])).values()];
  };

/**
 * Starts sweeping a request whose workflow is gone. One that is over on record is told of once; one that is still
 * open is swept again, whatever an earlier sweep came to: its workflow may have run again then.
 */
export const sweepStarter =
  (client: Client, taskQueue = TASK_QUEUE) =>
  async (requestId: string, standing: 'open' | 'over'): Promise<void> => {
    try {
      await client.workflow.start(SWEEP_GRANT, {
        workflowId: sweepWorkflowId(requestId),
        taskQueue,
        args: [{ requestId }],
        workflowIdReusePolicy:
          standing === 'open' ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
        staticSummary: `What the lost workflow of ${requestId} left`,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };
