import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Connection } from '../../access/desk';
import type { GrantView, Issued, Receiver } from '../../access/grant';
import type { ChatUser } from '../../access/chat-user';
import type {
  AwayStatement,
  BackStatement,
  BreakGlassReviewStatement,
  NudgeStatement,
  RequestStatement,
  ReviewStatement,
  Signed,
  StopStatement,
  ConnectStatement,
  CutStatement,
  RemovalStatement,
} from '../../access/statement';
import type { Alarm, Card, MessageRef, Notice } from '../../access/messages';
import type { RevocationEntry, Target } from '../../access/session';
import type { WrittenValve } from '../activities/contract';

/** What workflows and their callers say to each other. Names are on record in histories: never rename. */

export const ACCESS_REQUEST = 'accessRequest';
export const REVOCATION_LIST = 'revocationList';
export const MASS_CUT = 'massCut';
export const SWEEP_GRANT = 'sweepGrant';
export const DRIFT = 'drift';
export const FIND_LOST = 'findLost';
export const ASSIGNMENTS = 'assignments';

export const BREAK_GLASS_REVIEW = 'breakGlassReview';
export const WATCH_PEOPLE = 'watchPeople';
export const EXPLAIN_REQUEST = 'explainRequest';
export const explainWorkflowId = (requestId: string): string => `explain-${requestId}`;

export const accessWorkflowId = (requestId: string): string => `access-${requestId}`;
export const revocationWorkflowId = (target: Target): string =>
  `revocations-${target.accountId}-${target.arn.slice(target.arn.lastIndexOf('/') + 1)}`;

/** One writer for a permission set in all accounts: its fences stand in one document. */
export const assignmentsWorkflowId = ({ arn }: Target): string => `assignments-${arn}`;

export const cutWorkflowId = (cutId: string): string => `cut-${cutId}`;

export interface AccessRequestInput {
  signed: Signed<RequestStatement>;
}

export interface BreakGlassReviewInput {
  requestId: string;
}
export const breakGlassReviewId = (requestId: string): string => `break-glass-review-${requestId}`;
export const reviewBreakGlassUpdate = defineUpdate<
  { note: string },
  [Signed<BreakGlassReviewStatement>]
>('reviewBreakGlass');

export interface ReviewResult {
  effect: 'counted' | 'approved' | 'denied';
  note: string;
}
export const reviewUpdate = defineUpdate<ReviewResult, [Signed<ReviewStatement>]>('review');

/** Has those reminded who have not answered. */
export const nudgeUpdate = defineUpdate<{ note: string }, [Signed<NudgeStatement>]>('nudge');

/** Withdraw, end or revoke. The signal is durable without a worker; the update gives the answer. */
export const stopUpdate = defineUpdate<{ note: string }, [Signed<StopStatement>]>('stop');
export const stopSignal = defineSignal<[Signed<StopStatement>]>('stopDurably');

export interface Offer {
  codeHash: string;
  expiresAt: string;
  by: ChatUser;
  shownIn: string;
}
export const offerUpdate = defineUpdate<void, [Offer]>('connect');

export interface Claim {
  codeHash: string;
  receiver: Receiver;
  proof: string;
}
export interface Bound {
  words: string;
  shownIn: string;
  by: ChatUser;
  grant: GrantView;
}
export const bindUpdate = defineUpdate<Bound, [Claim]>('bind');
export const confirmUpdate = defineUpdate<void, [Signed<ConnectStatement>]>('confirmConnection');
export const rejectUpdate = defineUpdate<void, [ChatUser]>('rejectConnection');
/** A receiver and the person's signed word that it is theirs; the seal alone counts. */
export interface ConfirmedReceiver {
  receiver: Receiver;
  seal: string;
}
/** `carried`: of a grant that this one extends, whose terminal goes on asking. */
export const issueUpdate = defineUpdate<Issued, [IssueOrder]>('issueCredentials');
export interface IssueOrder {
  proof: string;
  carried?: ConfirmedReceiver;
  /** What was issued before this instant is void. A hint: it can cause no more than a mint. */
  reissueAfter?: string;
}

/** The holder was seen to have changed in the directory. A hint: whether the grant goes on is decided again. */
export const recheckSignal = defineSignal<[]>('recheck');

export interface WatchPeopleInput {
  /** Directory ids; everybody with a live grant when absent. */
  only?: string[];
}

export interface SweepInput {
  requestId: string;
}
export const sweepWorkflowId = (requestId: string): string => `sweep-${requestId}`;

/** A message of a request as it was last painted. Without its place, nobody could note yet that it was posted. */
export type Shown = { at?: MessageRef } & ({ card: Card } | { notice: Notice });
/** A request has one message of each. */
export const shownKey = (shown: Shown): string => ('card' in shown ? 'card' : shown.notice.kind);
/** Answered by a terminated workflow too, as long as the engine keeps its history. */
export const shownQuery = defineQuery<Shown[]>('shown');

export interface QuarantineInput {
  quarantineId: string;
}
export const QUARANTINE = 'quarantine';
export const quarantineWorkflowId = (quarantineId: string): string => `quarantine-${quarantineId}`;
export const removeNowUpdate = defineUpdate<{ note: string }, [Signed<RemovalStatement>]>(
  'removeNow',
);
/** What it is about was seen to have changed: look. */
export const lookAgainSignal = defineSignal<[]>('lookAgain');

export const viewQuery = defineQuery<GrantView>('view');
export interface ConnectionState {
  connection: Connection;
  receiver?: Receiver;
  confirmed?: ConfirmedReceiver;
}
export const connectionQuery = defineQuery<ConnectionState>('connection');

/** The end of this request was put on record by somebody else: look there. */
export const endAskedSignal = defineSignal('endAsked');

/** From the revocation list: the grant's entry was written and read back. */
export const cutWrittenSignal = defineSignal<[{ writtenAt: string }]>('cutWritten');

export interface RevocationListInput {
  target: Target;
  entries: RevocationEntry[];
  /** Cuts that the run before had not served yet. */
  cuts: Cut[];
  /** What on-call was told about how full it is, while it is so. */
  nearlyFull?: Alarm;
  /** A cut of everything older that stands in it. */
  valve?: WrittenValve;
}

export interface Cut {
  grantId: string;
  requestId: string;
  /** Seal of the stop statement when it comes straight from the desk. */
  seal?: string;
}
export const cutSignal = defineSignal<[Cut]>('cut');
/** All that a mass cut takes on this role. */
export const cutManySignal = defineSignal<[Cut[]]>('cutMany');
export interface AssignmentsInput {
  target: Target;
  /** Grants to be looked at first; the run before had not settled them yet. */
  asked: Cut[];
}

/** What came of a grant whose access stands by itself. */
export type Settled =
  | { as: 'held' | 'permanent'; signIn: string }
  | { as: 'refused'; because: string; wouldPass?: string }
  | { as: 'written'; writtenAt: string };
/** From the target's one writer: the entitlement is there, or never will be. */
export const settledSignal = defineSignal<[Exclude<Settled, { as: 'written' }>]>('settled');

/** Somebody else has changed the list: write it anew. */
export const reconcileSignal = defineSignal<[]>('reconcile');
export const entriesQuery = defineQuery<RevocationEntry[]>('entries');

export const AWAY = 'away';
export const awayWorkflowId = (awayId: string): string => `away-${awayId}`;
export interface AwayInput {
  signed: Signed<AwayStatement>;
  /** Another run of it has told that it was said. */
  begunAnew?: boolean;
}
/** Answers once it is on record, or refused. */
export const awayVerdictUpdate = defineUpdate<{ until: string }>('awayVerdict');
/** Durable without a worker. */
export const backSignal = defineSignal<[Signed<BackStatement>]>('back');

export interface MassCutInput {
  signed: Signed<CutStatement>;
  /** The messages of the run before. */
  shown?: { speaker?: MessageRef; onCall?: MessageRef };
}
/** Answers once it was decided who may and what falls. */
export const cutVerdictUpdate = defineUpdate<CutVerdict>('verdict');

/** How many fall, of those how many of machines, and how many are left alone. */
export interface CutVerdict {
  total: number;
  ofMachines?: number;
  leftOut: number;
}
