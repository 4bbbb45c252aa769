import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  patched,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { connectionOf, enter, openCaseFile, viewOf, type CaseFile } from './case-file';
import { followBreakGlass } from './breaking-glass';
import { callForAnswers, receiveNudges } from './calling';
import { receiveReceivers } from './connecting';
import { waitUntilHeld } from './holding';
import {
  connectionQuery,
  cutWrittenSignal,
  settledSignal,
  shownQuery,
  viewQuery,
  type AccessRequestInput,
} from './protocol';
import { receiveRechecks } from './rechecking';
import { ownRefusal, refusalIn } from './refusing';
import { receiveReviews } from './reviewing';
import { activate, closeRequest, decideRequest } from './steps';
import { receiveStops } from './stopping';
import { takeBack } from './taking-back';
import { keepTelling } from './telling';

const HELD_UP_AFTER = '15s';

/**
 * One request, from the first word to the last look. Read this file and you know the product:
 * identify and decide → ask reviewers → grant → hold the window → take back → observe → close.
 */
export async function accessRequest({ signed }: AccessRequestInput): Promise<void> {
  const file = openCaseFile(signed);
  // Handlers stand before the first await: a click may come with the very first task.
  receiveReviews(file);
  receiveStops(file);
  receiveNudges(file);
  receiveReceivers(file);
  receiveRechecks(file);
  setHandler(viewQuery, () => viewOf(file));
  setHandler(shownQuery, () => [...file.shown.values()]);
  setHandler(connectionQuery, () => connectionOf(file));
  setHandler(cutWrittenSignal, ({ writtenAt }) => {
    file.writtenAt ??= writtenAt;
    if (file.ending) file.ending.writtenAt ??= writtenAt;
  });
  setHandler(settledSignal, (settled) => {
    file.settled ??= settled;
  });
  const loud = CancellationScope.nonCancellable(() => followBreakGlass(file));
  const called = CancellationScope.nonCancellable(() => callForAnswers(file));
  const told = CancellationScope.nonCancellable(() => keepTelling(file));

  try {
    if ((await mayBeAsked(file)) && (await isApproved(file))) await holdWindow(file);
  } catch (error) {
    // An operator cancelled the workflow. Whatever was granted is taken back like any other grant.
    if (!isCancellation(error)) throw error;
    cancelled(file);
  }

  await CancellationScope.nonCancellable(async () => {
    await (file.state === 'activating' || file.state === 'active'
      ? takeBack(file)
      : closeUngranted(file));
    file.closed = true;
    await told;
    await loud;
    await called;
    await condition(allHandlersFinished);
  });
}

/** Who is this, and does policy let them ask? */
async function mayBeAsked(file: CaseFile): Promise<boolean> {
  const decided = await decideOrSay(file);
  if (file.state !== 'deciding') return false;
  if (decided.verdict === 'deny') {
    file.note = decided.because;
    if (decided.wouldPass !== undefined) file.wouldPass = decided.wouldPass;
    if (decided.closed?.by) file.deniedBy = decided.closed.by;
    enter(file, decided.closed?.as ?? 'refused');
    return false;
  }
  file.decided = decided;
  if (decided.stage) file.stage = decided.stage;
  file.until = decided.expiresAt;
  enter(file, decided.verdict === 'grant' ? 'activating' : 'waiting');
  return true;
}

/** Decided in a second, as a rule. The directory may be down for hours: then the requester must know. */
async function decideOrSay(file: CaseFile): ReturnType<typeof decideRequest> {
  if (!patched('held-up')) return decideRequest({ requestSeal: file.seal });
  const patience = new CancellationScope({ cancellable: true });
  const said = patience.run(async () => {
    await sleep(HELD_UP_AFTER, { summary: 'the requester is told what it waits for' });
    if (file.state === 'deciding') file.heldUp = true;
  });
  said.catch(() => undefined);
  try {
    return await decideRequest({ requestSeal: file.seal });
  } finally {
    patience.cancel();
  }
}

/** Waits for the reviewers. The handlers move the state on; time alone never approves. */
async function isApproved(file: CaseFile): Promise<boolean> {
  if (file.state === 'waiting' && file.decided) {
    const answerBy = file.decided.answerBy;
    await condition(() => file.state !== 'waiting', msUntil(answerBy), {
      summary: `reviewers answer by ${answerBy}`,
    });
    // A timeout leaves the state at 'waiting', which is not an approval.
    if (file.state === 'waiting') expire(file);
  }
  return file.state === 'activating' && file.how !== 'natural';
}

function expire(file: CaseFile): void {
  const { heldUntil } = file.decided ?? {};
  if (heldUntil === undefined) {
    file.note = 'Nobody answered in time, so nothing was granted.';
    enter(file, 'expired');
    return;
  }
  // Granted before an operator ran it anew, and not said again since: its window is over all the same.
  file.until = heldUntil;
  file.how = 'natural';
  enter(file, 'activating');
}

/** From the decision to the end of the window, or to whoever stops it. */
async function holdWindow(file: CaseFile): Promise<void> {
  if (file.until === undefined) return;
  // The durable timer exists before the first grant call, so that nothing granted lacks an end.
  const over = condition(() => file.how !== undefined, msUntil(file.until), {
    summary: `the window ends ${file.until}`,
  });
  await Promise.race([over, activateGrant(file)]);
  await over;
  file.how ??= 'natural';
}

/** Makes it usable, or says why not. Never throws: the window's end does not depend on it. */
async function activateGrant(file: CaseFile): Promise<void> {
  try {
    const { from, until } = await activate({
      requestSeal: file.seal,
      reviewSeals: file.reviews.map(({ seal }) => seal),
    });
    await waitUntilHeld(file);
    if (file.state !== 'activating' || file.how !== undefined) return;
    file.from = from;
    file.until = until;
    enter(file, 'active');
  } catch (error) {
    if (isCancellation(error)) return;
    file.note =
      refusalIn(error)?.because ?? ownRefusal(error) ?? 'AWS did not answer within the window.';
    file.how ??= 'failed';
  }
}

async function closeUngranted(file: CaseFile): Promise<void> {
  const { state, note } = file;
  if (state !== 'withdrawn' && state !== 'expired' && state !== 'denied' && state !== 'refused')
    return;
  await closeRequest({ requestId: file.request.requestId, as: state, note: note ?? '' });
}

function cancelled(file: CaseFile): void {
  file.note ??= 'An operator cancelled the workflow.';
  if (file.state === 'deciding' || file.state === 'waiting') enter(file, 'withdrawn');
  file.how ??= 'end';
}

const msUntil = (instant: string): number => Math.max(1, Date.parse(instant) - Date.now());
