import type { KnownBlock } from '@slack/types';
import type { ReviewTask } from '../../access/messages';
import { ACTIONS } from '../surface';
import { button, buttons } from './button';
import { factsText, type MessageContent } from './card';
import { escaped, fit, formatted, mention, moment, plain } from './text';

/** The review of one break-glass: what was done, who must look at it until when, and what they said. */
export function taskContent(task: ReviewTask): MessageContent {
  const title = `Review: break-glass of ${task.requesterName} on ${task.role.id} in ${task.account.name}`;
  const standing = standingOf(task);
  const note = task.outcome?.note;
  return {
    text: [
      escaped(fit(`${title}. Why: ${task.reason}. Reviewers: ${task.reviewers}.`, 1500)),
      `${whenText(task)}. ${standing}.`,
      ...(note ? [escaped(fit(note, 1000))] : []),
    ].join(' '),
    blocks: [
      { type: 'header', text: plain(title, 150) },
      { type: 'section', text: formatted(`${mention(task.requester)} ${whenText(task)}`) },
      { type: 'section', text: plain(`Why: ${task.reason}`, 1000) },
      { type: 'context', elements: [plain(`Reviewers: ${task.reviewers}`, 500)] },
      { type: 'section', text: formatted(standing) },
      ...(note ? [{ type: 'context' as const, elements: [plain(note, 1000)] }] : []),
      ...(task.outcome ? [] : [reviewButtons(task)]),
    ],
  };
}

const whenText = ({ from, until, factsAt }: ReviewTask): string =>
  [
    `had it from ${moment(from)}, until ${moment(until)} at the latest`,
    ...(factsAt === undefined ? [] : [factsText(factsAt)]),
  ].join('; ');

function standingOf({ outcome, dueAt, overdue }: ReviewTask): string {
  if (outcome) return `${VERDICT[outcome.verdict]} by ${mention(outcome.by)} ${moment(outcome.at)}`;
  return overdue
    ? `*Overdue* since ${moment(dueAt)}: was it an emergency?`
    : `Was it an emergency? Due ${moment(dueAt)}`;
}

const VERDICT = { justified: 'Found justified', 'not-justified': 'Found NOT justified' } as const;

const reviewButtons = ({ requestId, grantId }: ReviewTask): KnownBlock =>
  buttons(
    `review:${requestId}`,
    button(ACTIONS.justified, { requestId, grantId }, 'primary'),
    button(ACTIONS.notJustified, { requestId, grantId }, 'danger'),
  );
