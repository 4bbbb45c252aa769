import {
  allHandlersFinished,
  CancellationScope,
  condition,
  log,
  setHandler,
} from '@temporalio/workflow';
import { sameChatUser } from '../../access/chat-user';
import type { Alarm, ReviewTask } from '../../access/messages';
import type { BreakGlassReviewStatement, Signed } from '../../access/statement';
import { utcMinute } from './breaking-glass';
import { reviewBreakGlassUpdate, type BreakGlassReviewInput } from './protocol';
import { oneAtATime, passingOnRefusals, refuse } from './refusing';
import {
  clearAlarm,
  judgeBreakGlass,
  openReviewTask,
  postTask,
  raiseAlarm,
  repaintTask,
  tell,
  tellSecurity,
} from './steps';
import { follow } from './telling';

/** An overdue review is called for again so often. */
const REMIND = '1 day';

interface TaskFile {
  task?: ReviewTask;
  closed: boolean;
}

/**
 * The review of one break-glass, as long as it takes: ask, alarm when it is overdue, tell. It has a
 * workflow of its own, so that the grant's can close; nothing but somebody's answer ends it.
 */
export async function breakGlassReview({ requestId }: BreakGlassReviewInput): Promise<void> {
  const file: TaskFile = { closed: false };
  receiveReview(file);
  await CancellationScope.nonCancellable(async () => {
    const shown = follow(file, () => file.task, { post: postTask, repaint: repaintTask });
    file.task = await openReviewTask({ requestId });
    const task = await answered(file, file.task);
    file.closed = true;
    await Promise.all([shown, tellOutcome(task)]);
    await condition(allHandlersFinished);
  });
}

/** Time alone never reviews anything: it only makes the task louder. */
async function answered(file: TaskFile, opened: ReviewTask): Promise<ReviewTask> {
  const isDone = (): boolean => file.task?.outcome !== undefined;
  let alarm: Alarm | undefined;
  if (!(await condition(isDone, msUntil(opened.dueAt), { summary: `review due ${opened.dueAt}` })))
    file.task = { ...opened, overdue: true };
  for (let reminders = 1; !isDone(); reminders += 1) {
    alarm = overdue(opened, reminders);
    await Promise.allSettled([raiseAlarm(alarm), tellSecurity(alarm)]);
    await condition(isDone, REMIND, { summary: 'remind of the overdue review' });
  }
  if (alarm) await clearAlarm(alarm, 'It has been reviewed since.').catch(notTold);
  return file.task ?? opened;
}

function receiveReview(file: TaskFile): void {
  const turn = oneAtATime();
  setHandler(reviewBreakGlassUpdate, (signed) => turn(() => review(file, signed)), {
    validator: ({ statement }) => {
      requireOpen(file, statement);
    },
  });
}

async function review(
  file: TaskFile,
  { statement, seal }: Signed<BreakGlassReviewStatement>,
): Promise<{ note: string }> {
  const { requestId } = requireOpen(file, statement);
  const outcome = await passingOnRefusals(judgeBreakGlass({ requestId, reviewSeal: seal }));
  // It may have become overdue while that was looked at.
  if (file.task) file.task = { ...file.task, outcome };
  return { note: 'Recorded. The requester is told.' };
}

function requireOpen({ task }: TaskFile, statement: BreakGlassReviewStatement): ReviewTask {
  if (!task)
    throw refuse('Curfew is still looking at this break-glass.', 'Click again in a moment.');
  if (statement.requestId !== task.requestId)
    throw refuse('This button belongs to another break-glass.');
  if (task.outcome)
    throw refuse(`<@${task.outcome.by.user}> has reviewed it already: ${task.outcome.verdict}.`);
  if (sameChatUser(statement.by, task.requester))
    throw refuse('You broke the glass yourself.', 'Somebody else has to review it.');
  return task;
}

/** The requester hears it; that it was not justified, everybody does. */
async function tellOutcome({ outcome, requester, ...task }: ReviewTask): Promise<void> {
  if (!outcome) return;
  const { requestId, grantId, role, account } = task;
  const about = { requestId, grantId, role, account };
  const { at: _when, ...said } = outcome;
  const alarm: Alarm = {
    key: `break-glass-not-justified:${requestId}`,
    requestId,
    grantId,
    title: `NOT JUSTIFIED: break-glass of ${task.requesterName} on ${role.id}`,
    text: `Review: ${outcome.note ?? 'nothing more'} · Why it was done: ${task.reason}`,
  };
  await Promise.all([
    tell(requester, { ...about, ...said, kind: 'reviewed' }).catch(notTold),
    ...(outcome.verdict === 'not-justified'
      ? [raiseAlarm(alarm).catch(notTold), tellSecurity(alarm).catch(notTold)]
      : []),
  ]);
}

const overdue = (
  { requestId, grantId, requesterName, role, dueAt, reviewers }: ReviewTask,
  reminders: number,
): Alarm => ({
  key: `break-glass-review:${requestId}:${reminders}`,
  incident: `break-glass-review:${requestId}`,
  requestId,
  grantId,
  title: `The review of ${requesterName}'s break-glass on ${role.id} is overdue`,
  text: `It was due ${utcMinute(dueAt)}: ${reviewers}. Until then ${requesterName} has no other break-glass.`,
});

const msUntil = (instant: string): number => Math.max(1, Date.parse(instant) - Date.now());

function notTold(error: unknown): void {
  log.error('the outcome of a review could not be told', { error });
}
