import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import type {
  ActivityInboundCallsInterceptor,
  NativeConnection,
  WorkflowBundleOption,
} from '@temporalio/worker';
import { RateLimited } from '../access/rate-limited';
import { Refused, refusal } from '../access/refused';
import type { Activities } from './activities/contract';
import { dataConverter } from './codec';
import { TASK_QUEUE } from './connect';

/** Idle workflows cost 170–330 kB each; 500 of them stay warm, the others are replayed when needed. */
const CACHED_WORKFLOWS = 500;

export interface WorkerOptions {
  connection: NativeConnection;
  namespace: string;
  activities: Activities;
  workflowBundle: WorkflowBundleOption;
  codecKey?: Buffer | undefined;
  taskQueue?: string;
  /** What each activity runs within: one policy from its beginning to its end. */
  within?: <T>(work: () => T) => T;
}

/** A worker over the given activities. Throws when the bundle cannot run. */
export const createWorker = ({
  codecKey,
  taskQueue = TASK_QUEUE,
  within = (work) => work(),
  ...options
}: WorkerOptions): Promise<Worker> =>
  Worker.create({
    ...options,
    taskQueue,
    dataConverter: dataConverter(codecKey),
    maxCachedWorkflows: CACHED_WORKFLOWS,
    shutdownGraceTime: '5s',
    interceptors: {
      activity: [({ info }) => ({ inbound: translating(info.activityType, within) })],
    },
  });

/** Ending never gives up, so nothing in it may be called final: what is refused now may be mended. */
const NEVER_FINAL: readonly string[] = [
  'askEnd',
  'askCut',
  'observeEnd',
  'closeGrant',
  'closeRequest',
  'readLost',
  'readQuarantine',
  'settleQuarantine',
  'observeRemoval',
  'startBreakGlassReview',
  'openReviewTask',
  'admitCuts',
  'writeRevocations',
  'openValve',
  'observeValve',
  'settleAssignments',
  'askCutEnds',
  'tellCutLists',
  'tellCutGrants',
  'lookAtCut',
  'closeCut',
  'readEnd',
] satisfies (keyof Activities)[];

/** The one place where our errors become the engine's: a refusal is final, a pause is kept. */
const translating = (
  activityType: string,
  within: NonNullable<WorkerOptions['within']>,
): ActivityInboundCallsInterceptor => ({
  async execute(input, next) {
    try {
      return await within(() => next(input));
    } catch (error) {
      throw translated(error, !NEVER_FINAL.includes(activityType));
    }
  },
});

function translated(error: unknown, final: boolean): unknown {
  if (error instanceof Refused) {
    return ApplicationFailure.create({
      type: 'Refused',
      message: error.message,
      details: [refusal(error)],
      nonRetryable: final,
      category: ApplicationFailureCategory.BENIGN,
    });
  }
  if (error instanceof RateLimited) {
    return ApplicationFailure.create({
      type: 'RateLimited',
      message: error.message,
      nextRetryDelay: `${error.retryAfterSeconds}s`,
    });
  }
  return error;
}
