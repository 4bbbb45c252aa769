import { ScheduleAlreadyRunning, type Client, type ScheduleOptions } from '@temporalio/client';
import { DRIFT, FIND_LOST, WATCH_PEOPLE } from './workflows/protocol';

/**
 * What runs by the clock. No arguments: a run's id is made by the engine, and payloads are bound to the id of
 * their workflow.
 */
const SCHEDULES: Record<string, { workflowType: string; every: '1m' | '2m' }> = {
  'curfew-drift': { workflowType: DRIFT, every: '2m' },
  'curfew-find-lost': { workflowType: FIND_LOST, every: '1m' },
  'curfew-watch-people': { workflowType: WATCH_PEOPLE, every: '1m' },
};

/** Makes the schedules what this release wants, at every start. Safe to call twice, and from two workers at once. */
export async function ensureSchedules(client: Client, taskQueue: string): Promise<void> {
  for (const [scheduleId, { workflowType, every }] of Object.entries(SCHEDULES)) {
    const wanted = {
      spec: { intervals: [{ every }] },
      // A look that takes long is not joined by a second; looks that were missed are one look.
      policies: { overlap: 'SKIP', catchupWindow: '1m' },
      action: { type: 'startWorkflow', workflowType, workflowId: scheduleId, taskQueue },
    } satisfies Omit<ScheduleOptions, 'scheduleId'>;
    try {
      await client.schedule.create({ scheduleId, ...wanted });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await client.schedule.getHandle(scheduleId).update(({ state }) => ({ ...wanted, state }));
    }
  }
}
