import { condition } from '@temporalio/workflow';
import type { CaseFile } from './case-file';
import { refuse } from './refusing';
import { askCut } from './steps';
import { targetOf } from './target-of';

/** Access that stands by itself on the other side, instead of sessions that Curfew hands out. */
export const isStanding = ({ decided }: CaseFile): boolean =>
  decided !== undefined && decided.role.mechanism !== 'role-session';

/**
 * Waits until the target's one writer says that it is there, or why it never will be. Its window's end does not
 * wait with it.
 */
export async function waitUntilHeld(file: CaseFile): Promise<void> {
  const { decided, request } = file;
  if (!decided || !isStanding(file)) return;
  const { requestId } = request;
  while (!file.settled && file.how === undefined) {
    await askCut({ requestId, grantId: decided.grantId, target: targetOf(file) });
    await condition(() => file.settled !== undefined || file.how !== undefined, '30s', {
      summary: 'the assignment is made',
    });
  }
  if (file.settled?.as === 'refused') throw refuse(file.settled.because, file.settled.wouldPass);
  if (file.settled?.as === 'permanent')
    file.note = `${decided.requester.name} had this before, by other means: it stays when this grant ends.`;
}
