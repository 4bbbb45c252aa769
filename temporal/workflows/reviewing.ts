import { condition, setHandler } from '@temporalio/workflow';
import { sameChatUser } from '../../access/chat-user';
import { durationText } from '../../access/duration';
import type { ReviewStatement, Signed } from '../../access/statement';
import { enter, type CaseFile } from './case-file';
import type { Weighed } from '../activities/contract';
import { reviewUpdate, type ReviewResult } from './protocol';
import { oneAtATime, passingOnRefusals, refuse } from './refusing';
import { weighReviews } from './steps';

/** Lets reviewers approve and deny. The validator is synchronous: an async one would hang every click. */
export function receiveReviews(file: CaseFile): void {
  const turn = oneAtATime();
  setHandler(reviewUpdate, (signed) => turn(() => review(file, signed)), {
    validator: ({ statement }) => {
      // Nobody has seen its card yet: these are clicks that came before an operator ran the request anew.
      if (file.state === 'deciding') return;
      requireWaiting(file);
      requireSameTerms(file, statement);
    },
  });
}

/** Two clicks at once come here one after the other, and the second meets the first one's effect. */
async function review(file: CaseFile, signed: Signed<ReviewStatement>): Promise<ReviewResult> {
  if (file.state === 'deciding') {
    await condition(() => file.state !== 'deciding');
    requireWaiting(file);
    requireSameTerms(file, signed.statement);
  }
  requireWaiting(file);
  const weighed = await passingOnRefusals(
    weighReviews({
      requestSeal: file.seal,
      reviewSeals: [...file.reviews.map(({ seal }) => seal), signed.seal],
      latest: signed.seal,
    }),
  );
  // It may have expired or been withdrawn while the review was weighed.
  requireWaiting(file);
  if (!weighed.counted) throw refuse(weighed.because);
  file.reviews.push(signed);
  if (weighed.durationMinutes !== undefined) file.approvedMinutes = weighed.durationMinutes;
  if (weighed.answering) file.answering = weighed.answering;
  if (weighed.scope !== undefined) file.approvedScope = weighed.scope;
  if (weighed.stage) file.stage = weighed.stage;
  const less = lessText(file);
  switch (weighed.verdict) {
    case 'grant':
      file.until = weighed.expiresAt;
      enter(file, 'activating');
      return { effect: 'approved', note: `Approved${less}. The grant is being activated.` };
    case 'deny':
      file.note = signed.statement.reason;
      enter(file, 'denied');
      return { effect: 'denied', note: 'Denied. The requester is told.' };
    case 'ask':
      return {
        effect: 'counted',
        note: `Counted: ${weighed.counting} of ${weighed.needed}${less}. ${nextText(weighed)}`,
      };
  }
}

const nextText = ({ stage }: Weighed): string =>
  stage === undefined
    ? 'Another reviewer is needed.'
    : `Another reviewer is needed: stage ${stage.at} of ${stage.of}, ${stage.rule}.`;

function lessText({ approvedMinutes: minutes, approvedScope: scope, request }: CaseFile): string {
  const asked = durationText(request.durationMinutes);
  const time = minutes === undefined ? '' : ` for ${durationText(minutes)} of the ${asked} asked`;
  return scope === undefined ? time : `${time}, within ${scope}`;
}

function requireWaiting(file: CaseFile): void {
  const last = file.reviews.at(-1)?.statement;
  if (file.ordered) {
    const by = file.ordered.by ? `<@${file.ordered.by.user}> cut it` : 'It was cut';
    throw refuse(`This request is closed: ${by}, with others at once.`);
  }
  switch (file.state) {
    case 'waiting':
      return;
    case 'deciding':
      throw refuse('Curfew is still looking at this request.', 'Click again in a moment.');
    case 'denied':
    case 'activating':
    case 'active':
    case 'ending':
    case 'overdue':
    case 'ended':
      throw refuse(
        last
          ? `Already decided: <@${last.by.user}> ${last.verdict === 'approve' ? 'approved' : 'denied'} it.`
          : 'Already decided: policy approved it without a reviewer.',
      );
    case 'refused':
      throw refuse(`Policy refused this request: ${file.note}`);
    case 'withdrawn':
      throw refuse('The requester withdrew this request.');
    case 'expired':
      throw refuse('This request expired before anybody decided.', 'The requester can ask again.');
  }
}

function requireSameTerms(file: CaseFile, statement: ReviewStatement): void {
  if (
    statement.requestId !== file.request.requestId ||
    statement.termsHash !== file.decided?.termsHash
  ) {
    throw refuse('The button belongs to other terms than these.', 'Use the newest card.');
  }
  if (sameChatUser(statement.by, file.request.requester)) {
    throw refuse('You asked for this yourself.', 'Somebody else has to decide.');
  }
  if (file.reviews.some((review) => sameChatUser(review.statement.by, statement.by))) {
    throw refuse('You have already decided on this request; your answer counts once.');
  }
}
