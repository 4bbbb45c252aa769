import { CancellationScope, condition, setHandler, sleep } from '@temporalio/workflow';
import { sameChatUser } from '../../access/chat-user';
import type { CallTerms } from '../../access/catalog';
import type { MessageRef } from '../../access/messages';
import type { NudgeStatement, Signed } from '../../access/statement';
import { notTold } from './being-late';
import type { CaseFile } from './case-file';
import { nudgeUpdate } from './protocol';
import { passingOnRefusals, refuse } from './refusing';
import {
  closeEscalation,
  escalate,
  nudgeReviewers,
  page,
  remindReviewers,
  resolvePage,
} from './steps';

/** So often the requester may have the others reminded, whoever had them reminded last. */
const NUDGE_EVERY_MINUTES = 10;

/**
 * Calls for an answer for as long as the request waits: reminders beside the card, then those whom the route
 * names. What the role said when the request was decided holds; requests from before there were calls have none.
 */
export async function callForAnswers(file: CaseFile): Promise<void> {
  await condition(() => file.state !== 'deciding');
  const calls = file.decided?.role.calls;
  if (file.state !== 'waiting' || !calls) return;
  const { remindSeconds, escalate: last } = calls;
  const waiting = new CancellationScope({ cancellable: true });
  const called = waiting.run(() =>
    Promise.all([
      ...remindSeconds.map((seconds) => remindAfter(file, seconds).catch(notTold)),
      ...(last ? [escalateAfter(file, last).catch(notTold)] : []),
    ]),
  );
  await condition(() => file.state !== 'waiting');
  waiting.cancel();
  await called;
}

async function remindAfter(file: CaseFile, seconds: number): Promise<void> {
  await sleep(seconds * 1000, { summary: `remind those who have not answered after ${seconds} s` });
  const card = await cardOf(file);
  if (!card) return;
  await remindReviewers({ ...orderOf(file, card), key: `after ${seconds} s` });
  file.remindedAt = now();
}

async function escalateAfter(
  file: CaseFile,
  { afterSeconds, page: pages }: NonNullable<CallTerms['escalate']>,
): Promise<void> {
  await sleep(afterSeconds * 1000, { summary: `others are told after ${afterSeconds} s` });
  const card = await cardOf(file);
  if (!card) return;
  // Not left in the middle: whoever was told of it is told that it is over.
  const alarm = await CancellationScope.nonCancellable(() => escalate(orderOf(file, card)));
  if (!alarm) return;
  const paged = pages ? page(alarm).catch(notTold) : undefined;
  try {
    await condition(() => false);
  } finally {
    await CancellationScope.nonCancellable(() =>
      Promise.allSettled([
        closeEscalation({ alarm, outcome: outcomeOf(file) }),
        paged?.then(() => resolvePage(alarm)),
      ]),
    );
  }
}

/** Lets the requester have those reminded who have not answered. */
export function receiveNudges(file: CaseFile): void {
  setHandler(nudgeUpdate, (signed) => nudge(file, signed), {
    validator: (signed) => requireNudgeable(file, signed),
  });
}

async function nudge(file: CaseFile, { seal }: Signed<NudgeStatement>): Promise<{ note: string }> {
  const card = file.shown.get('card')?.at;
  if (!card) throw refuse('Its card is not posted yet.', 'Press it again in a moment.');
  const before = file.remindedAt;
  // Before the first await: two presses at once are one reminder.
  file.remindedAt = now();
  try {
    const { known, others } = await passingOnRefusals(
      nudgeReviewers({ ...orderOf(file, card), nudgeSeal: seal }),
    );
    return { note: `Reminded ${known.length + others}.` };
  } catch (error) {
    if (before === undefined) delete file.remindedAt;
    else file.remindedAt = before;
    throw error;
  }
}

function requireNudgeable(file: CaseFile, { statement }: Signed<NudgeStatement>): void {
  const { request, state, remindedAt } = file;
  if (statement.requestId !== request.requestId || !sameChatUser(statement.by, request.requester))
    throw refuse('Only the requester can have the others reminded.');
  if (state !== 'waiting') throw refuse(`Nobody is waited for: the request is ${state}.`);
  const next = remindedAt === undefined ? 0 : Date.parse(remindedAt) + NUDGE_EVERY_MINUTES * 60_000;
  const minutes = Math.ceil((next - Date.now()) / 60_000);
  if (minutes > 0)
    throw refuse(
      `They were reminded less than ${NUDGE_EVERY_MINUTES} min ago.`,
      `Press it again in ${minutes} min.`,
    );
}

/** Where the card stands; undefined when the request was decided before it stood anywhere. */
async function cardOf(file: CaseFile): Promise<MessageRef | undefined> {
  await condition(() => file.shown.get('card')?.at !== undefined || file.state !== 'waiting');
  return file.state === 'waiting' ? file.shown.get('card')?.at : undefined;
}

const orderOf = (file: CaseFile, card: MessageRef) => ({
  requestSeal: file.seal,
  reviewSeals: file.reviews.map(({ seal }) => seal),
  card,
  answerBy: file.decided?.answerBy ?? '',
});

const outcomeOf = ({ state }: CaseFile): string =>
  state === 'activating' || state === 'active'
    ? 'It was approved; the card says by whom.'
    : `It is ${state}; nothing was granted.`;

const now = (): string => new Date().toISOString();
