import { setHandler } from '@temporalio/workflow';
import { sameChatUser } from '../../access/chat-user';
import type { Signed, StopStatement } from '../../access/statement';
import { enter, type CaseFile } from './case-file';
import { endAskedSignal, stopSignal, stopUpdate } from './protocol';
import { passingOnRefusals, refuse } from './refusing';
import { judgeStop, readEnd } from './steps';

/** Withdraw, end, revoke: as a signal (durable) and as an update (answered). The same statement acts once. */
export function receiveStops(file: CaseFile): void {
  const judged = new Map<string, Promise<{ note: string }>>();
  const stopOnce = (signed: Signed<StopStatement>): Promise<{ note: string }> => {
    const known = judged.get(signed.seal);
    if (known) return known;
    const fresh = stop(file, signed);
    judged.set(signed.seal, fresh);
    return fresh;
  };
  setHandler(stopSignal, async (signed) => {
    // Nobody waits for a signal's answer; the refusal is on record already.
    await stopOnce(signed).catch(() => undefined);
  });
  setHandler(stopUpdate, stopOnce);
  setHandler(endAskedSignal, () => obeyRecord(file));
}

/** The signal is nobody's word: what is on record is. A request that still waits comes to nothing. */
async function obeyRecord(file: CaseFile): Promise<void> {
  if (!canStillEnd(file)) return;
  const ordered = await readEnd({ requestId: file.request.requestId });
  if (ordered === undefined || !canStillEnd(file)) return;
  file.ordered = ordered;
  if (file.state === 'deciding' || file.state === 'waiting') {
    file.note = ordered.reason;
    enter(file, 'denied');
  } else file.how = 'revoke';
}

const canStillEnd = ({ state, how }: CaseFile): boolean =>
  how === undefined &&
  (state === 'deciding' || state === 'waiting' || state === 'activating' || state === 'active');

async function stop(file: CaseFile, signed: Signed<StopStatement>): Promise<{ note: string }> {
  requireStoppable(file, signed.statement);
  const verdict = await passingOnRefusals(
    judgeStop({ requestSeal: file.seal, stopSeal: signed.seal }),
  );
  if (!verdict.allowed) throw refuse(verdict.because, verdict.wouldPass);
  requireStoppable(file, signed.statement);
  file.stop = signed;
  if (signed.statement.how === 'withdraw') {
    file.note = 'The requester withdrew it.';
    enter(file, 'withdrawn');
    return { note: 'Withdrawn. Nothing was granted.' };
  }
  file.how ??= signed.statement.how;
  return {
    note:
      signed.statement.how === 'end'
        ? 'Ending it now. You are told when it was seen denied.'
        : 'Revoking it now. The requester is told when it was seen denied.',
  };
}

function requireStoppable({ request, state, stop }: CaseFile, statement: StopStatement): void {
  if (statement.requestId !== request.requestId)
    throw refuse('This button belongs to another request.');
  if (statement.how === 'withdraw') {
    if (!sameChatUser(statement.by, request.requester)) {
      throw refuse('Only the requester can withdraw a request.', 'Reviewers can deny it.');
    }
    if (state !== 'deciding' && state !== 'waiting') {
      throw refuse(`It is too late to withdraw: the request is ${state}.`);
    }
    return;
  }
  if (state === 'deciding' || state === 'waiting') {
    throw refuse('Nothing is granted yet.', 'Deny the request instead.');
  }
  if (state === 'ending' || state === 'overdue')
    throw refuse('It is being taken back already; Curfew keeps trying until it is seen denied.');
  if (state !== 'activating' && state !== 'active')
    throw refuse(`This is over already: it is ${state}.`);
  if (stop) throw refuse(`<@${stop.statement.by.user}> is already ending it.`);
}
