import { condition } from '@temporalio/workflow';
import { durationText } from '../../access/duration';
import type { Alarm } from '../../access/messages';
import type { Approvable, CaseFile } from './case-file';
import { page, raiseAlarm, resolvePage, startBreakGlassReview, tellSecurity } from './steps';

/** What a break-glass does besides being a grant: it is loud at once, and somebody must review it. */
export async function followBreakGlass(file: CaseFile): Promise<void> {
  if (!file.request.breakGlass) return;
  await condition(() => file.state !== 'deciding');
  const { decided } = file;
  if (decided) await Promise.all([beLoud(file, decided), askForReview(file)]);
}

/** The alarm channel, security, and the pager where the role says so: each on its own, none in the way of access. */
async function beLoud(file: CaseFile, decided: Approvable): Promise<void> {
  const alarm = alarmOf(file, decided);
  const { page: pages } = decided.role.breakGlass ?? {};
  const told = [raiseAlarm(alarm), tellSecurity(alarm), ...(pages ? [page(alarm)] : [])];
  await Promise.allSettled(told);
  if (!pages) return;
  await condition(() => file.closed);
  await resolvePage(alarm).catch(() => undefined);
}

/**
 * Once it was made ready, or at the end, when nobody can make it ready any more: the record says whether
 * it was used, and so whether there is something to review.
 */
async function askForReview(file: CaseFile): Promise<void> {
  await condition(() => file.from !== undefined || file.closed);
  await startBreakGlassReview({ requestId: file.request.requestId });
}

function alarmOf(
  { request, until }: CaseFile,
  { requester, role, grantId, factsAt }: Approvable,
): Alarm {
  return {
    key: `break-glass:${request.requestId}`,
    requestId: request.requestId,
    grantId,
    title: `BREAK-GLASS: ${requester.name} has ${role.id} in ${role.account.name}`,
    // One line, because a chat makes one of it; what somebody typed comes last.
    text: [
      `For ${durationText(request.durationMinutes)}, until ${utcMinute(until)}, without asking anybody.`,
      ...(factsAt === undefined
        ? []
        : [`The directory could not be asked: decided on facts of ${utcMinute(factsAt)}.`]),
      `To be reviewed by ${role.breakGlass?.reviewers ?? 'nobody'}; whoever is on call can end it with /revoke.`,
      `Why: ${request.reason}`,
    ].join(' '),
  };
}

/** `2026-11-24 09:12 UTC`; alarms are plain text. */
export const utcMinute = (instant: string | undefined): string =>
  instant === undefined ? 'its end' : `${instant.slice(0, 16).replace('T', ' ')} UTC`;
