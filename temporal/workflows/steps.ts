import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { ActivityOptions, RetryPolicy } from '@temporalio/workflow';
import type { Activities } from '../activities/contract';

/** A refusal is an answer; everything else is tried again. */
const answering: RetryPolicy = {
  initialInterval: '500ms',
  backoffCoefficient: 2,
  maximumInterval: '20s',
  nonRetryableErrorTypes: ['Refused'],
};

/** Ending never gives up, whatever the error is called: a broken authorisation must keep retrying. */
const forEver: RetryPolicy = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '30s',
};

const activity = (summary: string, options: ActivityOptions): Activities =>
  proxyActivities<Activities>({ summary, ...options });

/** A person or a receiver waits for the answer, so it comes within a minute or is "not now". */
const answer: ActivityOptions = {
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '1m',
  retry: answering,
};

/** Opening survives an outage of the directory: nobody waits in front of it. */
export const { decideRequest } = activity('Who is this, and may they ask?', {
  startToCloseTimeout: '15s',
  retry: answering,
});
export const { weighReviews } = activity('Does this review count, and is it enough?', answer);
/** Somebody waits in front of an open window, and nothing depends on it. */
export const { lookAtRequest } = activity('How does policy see it now?', {
  startToCloseTimeout: '8s',
  scheduleToCloseTimeout: '10s',
  retry: answering,
});
export const { judgeStop } = activity('May this person stop it?', answer);
export const { checkClaim } = activity('Does the terminal hold its keys?', answer);
export const { recordConnection } = activity('Put the connection on record', answer);
export const { confirmConnection } = activity('The person confirmed the words', answer);

/** It holds from when it is on record; a directory that is down is waited for. */
const noting: ActivityOptions = { startToCloseTimeout: '15s', retry: answering };
export const { recordAway } = activity('May this person answer for them?', noting);
export const { endAway } = activity('Put on record that it is over', noting);

/** Mints once a call: STS has answered or not within 10 s, and the receiver asks again. */
export const { mint } = activity('Mint a session, sealed to the receiver', answer);

/**
 * Retried until the window is over (the story stops waiting then). Short, because a person waits: when a
 * worker dies in the middle, the next attempt comes after this time.
 */
export const { activate } = activity('Decide again, record the window, mint a canary', {
  startToCloseTimeout: '10s',
  retry: answering,
});

/** Asked when somebody saw a change; when nobody can tell within 5 minutes, the next look asks again. */
export const { stillEntitled } = activity('Does the grant go on?', {
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '5m',
  retry: answering,
});
/** One or two calls to the directory for each person with a live grant. */
export const { lookAtPeople } = activity('Who has changed in the directory?', {
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '5m',
  retry: answering,
});

/** One question to the engine for each open request and live grant. The next look waits while one hangs. */
export const { lookForLost } = activity('Whose workflow is gone?', {
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '10m',
  retry: answering,
});
/** One read for each role on which something is cut. */
export const { compareLists } = activity('Does what was cut still stand?', {
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '10m',
  retry: answering,
});
/** One listing for each permission set in an account, and for each group. */
export const { compareHolders } = activity('Who holds it, and does the record know why?', {
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '10m',
  retry: answering,
});
export const { readQuarantine } = activity('What was found?', {
  startToCloseTimeout: '10s',
  retry: forEver,
});
export const { settleQuarantine } = activity('Is it still there, and unasked for?', {
  startToCloseTimeout: '1m',
  retry: forEver,
});
export const { judgeRemoval } = activity('May this person have it removed?', answer);
export const { observeRemoval } = activity('Look until it is gone', {
  startToCloseTimeout: '1m',
  heartbeatTimeout: '15s',
  retry: { ...forEver, maximumInterval: '10s' },
});
export const { readLost } = activity('What does the record say of it?', {
  startToCloseTimeout: '10s',
  retry: forEver,
});

export const { askEnd } = activity('Nothing more is minted', {
  startToCloseTimeout: '10s',
  retry: forEver,
});
export const { askCut } = activity('Tell the revocation list', {
  startToCloseTimeout: '10s',
  retry: forEver,
});
/** One try polls for up to 45 s; the heartbeat notices a dead worker earlier. */
export const { observeEnd } = activity('Look at AWS until it is denied', {
  startToCloseTimeout: '1m',
  heartbeatTimeout: '15s',
  retry: { ...forEver, maximumInterval: '10s' },
});
export const { closeGrant } = activity('Put the end on record', {
  startToCloseTimeout: '10s',
  retry: forEver,
});
export const { closeRequest } = activity('Put the outcome on record', {
  startToCloseTimeout: '10s',
  retry: forEver,
});

/** A break-glass without its review would block the person for ever, so neither gives up. */
export const { startBreakGlassReview } = activity('Start the review of the break-glass', {
  startToCloseTimeout: '10s',
  retry: forEver,
});
export const { openReviewTask } = activity('What is to be reviewed?', {
  startToCloseTimeout: '10s',
  retry: forEver,
});
export const { judgeBreakGlass } = activity('May this person review it?', answer);

export const { remindReviewers: nudgeReviewers } = activity(
  'The requester has them reminded',
  answer,
);
/** A reminder that comes late says nothing new; the request goes on without it. */
const calling: ActivityOptions = {
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '1h',
  retry: answering,
};
export const { remindReviewers } = activity('Remind those who have not answered', calling);
export const { escalate } = activity('Tell those whom the route names', calling);

/** Slack may be down for long; the story does not wait for it, and a day later nobody reads it. */
const telling: ActivityOptions = {
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '24h',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
};
export const { postCard } = activity('Post the card', telling);
export const { repaintCard } = activity('Repaint the card', telling);
export const { closeEscalation } = activity('Say that it is decided', telling);
export const { tell } = activity('Tell the requester', telling);
export const { repaintNotice } = activity('Repaint the direct message', telling);
export const { tellAway } = activity('Tell who answers for whom', telling);
export const { postTask } = activity('Post the review task', telling);
export const { repaintTask } = activity('Repaint the review task', telling);
export const { tellSecurity } = activity('Tell security', telling);
export const { repaintLost } = activity('Repaint what a lost workflow left', telling);
export const { closeAlarms } = activity('Close what it had raised', telling);
export const { raiseAlarm } = activity('Alarm on-call', telling);
export const { clearAlarm } = activity('Clear the alarm', telling);
/**
 * Beside the alarm channel, never in its way. When the ending is done in the middle of a try, that try is
 * waited for: a page that arrived after its own resolution would stay open.
 */
export const { page } = activity('Page on-call', {
  ...telling,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});
export const { resolvePage } = activity('Resolve the page', telling);

/** Deciding a mass cut asks the directory about each holder, and waits for one that is down. */
export const { planCut } = activity('Who may, and what falls?', {
  startToCloseTimeout: '2m',
  retry: answering,
});
const following: ActivityOptions = { startToCloseTimeout: '30s', retry: forEver };
export const { askCutEnds } = activity('Nothing more is minted for any of them', following);
export const { tellCutLists } = activity("Tell the roles' revocation lists", following);
export const { tellCutGrants } = activity("Tell the grants' own workflows", following);
export const { lookAtCut } = activity('How far is it, by the record?', following);
export const { closeCut } = activity('Put the end of the cut on record', following);
export const { readEnd } = activity('Whose word is the end, by the record?', following);
export const { showQuarantine } = activity('Say what nobody asked for', telling);
export const { repaintQuarantine } = activity('Repaint what nobody asked for', telling);
export const { showCut } = activity('Say how the cut stands', telling);
export const { repaintCut } = activity('Repaint how the cut stands', telling);

/** The other side may take long over each change; the heartbeat notices a dead worker earlier. */
export const { settleAssignments } = activity('Make the assignments what the record says', {
  startToCloseTimeout: '5m',
  heartbeatTimeout: '15s',
  retry: forEver,
});

export const { admitCuts } = activity('Check what is to be cut', {
  startToCloseTimeout: '10s',
  retry: forEver,
});
/** IAM's control plane may be slow or down: the next attempt writes the full list again. Somebody waits to be cut. */
export const { writeRevocations } = activity('Write the revocation list and read it back', {
  startToCloseTimeout: '30s',
  retry: { ...forEver, maximumInterval: '10s' },
});
/** Canaries of every Region, then a write; what fails is done again with a later instant. */
export const { openValve } = activity('The list is full: cut everything older', {
  startToCloseTimeout: '45s',
  retry: { ...forEver, maximumInterval: '10s' },
});
export const { observeValve } = activity('Look at AWS until everything older is denied', {
  startToCloseTimeout: '1m',
  heartbeatTimeout: '15s',
  retry: { ...forEver, maximumInterval: '10s' },
});
