import type { Info } from '@temporalio/activity';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Before } from '../access/messages';

/** Where a workflow stands in the row of runs that one id may have: an operator reset it, or it goes on as new. */
export async function runsOf(
  client: Client,
  workflowId: string,
  ofRun?: string,
): Promise<{ runId: string; firstRunId?: string } | undefined> {
  try {
    const { runId, raw } = await client.workflow.getHandle(workflowId, ofRun).describe();
    // Empty on servers that do not say it yet.
    const first = raw.workflowExecutionInfo?.firstRunId;
    return { runId, ...(first && { firstRunId: first }) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** What may have been said before a try of an activity. Nobody can tell: then it may have been everything. */
export const beforeTry =
  (client: Client) =>
  async ({
    attempt,
    workflowExecution,
  }: Pick<Info, 'attempt' | 'workflowExecution'>): Promise<Before> => {
    if (!workflowExecution) return 'another run';
    const { workflowId, runId } = workflowExecution;
    const runs = await runsOf(client, workflowId, runId).catch(() => undefined);
    if (runs?.firstRunId !== runId) return 'another run';
    return attempt > 1 ? 'this call' : 'nothing';
  };
