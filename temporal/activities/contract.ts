import type { Away, AwayEnd, AwayTold } from '../../access/away';
import type { EndSeconds } from '../../access/ending';
import type { RequestTrace } from '../../access/explanation';
import type { Issued, Receiver, Terms } from '../../access/grant';
import type { Alarm, Card, MessageRef, Named, Notice, ReviewTask } from '../../access/messages';
import type { ChatUser } from '../../access/chat-user';
import type { CatalogRole } from '../../access/catalog';
import type { Decision } from '../../access/decision';
import type { CutProgress } from '../../access/cut';
import type { Quarantine } from '../../access/quarantine';
import type { RevocationEntry, Target } from '../../access/session';
import type { Cut, Settled } from '../workflows/protocol';

/**
 * What workflows may ask of the world. Seals are signed statements: the activities read authority
 * from them and from the ledger alone, never from the other arguments.
 */
export interface Activities {
  /** Identifies the requester, asks policy, fixes the terms and the grant's id. A denial is an answer, not an error. */
  decideRequest: (order: { requestSeal: string }) => Promise<DecidedRequest>;
  /** Weighs all reviews so far with fresh facts; `latest` is the one just given. */
  weighReviews: (order: {
    requestSeal: string;
    reviewSeals: string[];
    latest: string;
  }) => Promise<Weighed>;
  /** Explains how policy sees a request as of now, from the record and fresh facts. Decides nothing. */
  lookAtRequest: (order: { requestId: string }) => Promise<NonNullable<RequestTrace['now']>>;
  /** Reminds those who may still answer, beside the card; once for each `key` and for each nudge. */
  remindReviewers: (order: CallOrder & ({ key: string } | { nudgeSeal: string })) => Promise<Named>;
  /** Tells those whom the route names that nobody has decided; once. Undefined: there is nothing to tell any more. */
  escalate: (order: CallOrder) => Promise<Alarm | undefined>;
  /** Says where it was escalated to that it is over. */
  closeEscalation: (order: { alarm: Alarm; outcome: string }) => Promise<void>;
  /** Puts on record who answers for whom, if they may. A refusal is an answer; said again, it is the same one. */
  recordAway: (order: { awaySeal: string }) => Promise<AwayAnswer>;
  /** Puts on record that it is over: by the word of whoever was away, or by the clock. Once. */
  endAway: (order: { awayId: string; backSeal?: string }) => Promise<{ at: string; how: AwayEnd }>;
  tellAway: (told: AwayTold) => Promise<MessageRef>;
  /** Decides everything again, records the window, mints one canary and throws it away. */
  activate: (order: {
    requestSeal: string;
    reviewSeals: string[];
  }) => Promise<{ from: string; until: string }>;
  /** Checks that the bringer of the code holds the keys; derives the words. */
  checkClaim: (order: {
    requestId: string;
    receiver: Receiver;
    proof: string;
  }) => Promise<{ words: string }>;
  /** Puts a connection on record: offered, bound, confirmed or refused. */
  recordConnection: (order: ConnectionRecord) => Promise<void>;
  /** Verifies the person's confirmation against the keys. */
  confirmConnection: (order: {
    requestSeal: string;
    connectSeal: string;
    receiver: Receiver;
  }) => Promise<void>;
  /** One session, sealed to the receiver. */
  mint: (order: {
    requestSeal: string;
    reviewSeals: string[];
    connectSeal: string;
    receiver: Receiver;
    proof: string;
  }) => Promise<Issued>;
  /** Looks at everybody with a live grant, or at `only`; whoever has changed has their grants decided again. */
  lookAtPeople: (order: { only?: string[] }) => Promise<void>;
  /** Decides a live grant again, as before a mint. Answers; both answers are on record. */
  stillEntitled: (order: {
    requestId: string;
    requestSeal: string;
    reviewSeals: string[];
  }) => Promise<{ allowed: true } | { allowed: false; because: string }>;
  /** Finds what is on record as open while its workflow does not run, and has each swept. */
  lookForLost: () => Promise<void>;
  /** Looks whether what was cut still stands in AWS; what somebody removed is written anew, and told. */
  compareLists: () => Promise<Alarm[]>;
  /** Looks who holds what Curfew hands out; whoever has it without the record knowing why is told of once. */
  compareHolders: () => Promise<Alarm[]>;
  /** Undefined when there is no such quarantine on record. */
  readQuarantine: (order: {
    quarantineId: string;
  }) => Promise<{ quarantine: Quarantine; lateAfterMinutes: number[] } | undefined>;
  /** Looks whether it is still there and unasked for; from its deadline on has it removed. */
  settleQuarantine: (order: { quarantineId: string }) => Promise<Quarantine>;
  /** Verifies who says it, asks policy whether they may end access of this role, and has it removed. */
  judgeRemoval: (order: { quarantineId: string; removalSeal: string }) => Promise<void>;
  /** Looks until it is gone, or a grant needs it; throws while neither is so. */
  observeRemoval: (order: { quarantineId: string }) => Promise<Quarantine>;
  /** To where whoever answers for the role looks, or to the holder. Again, it is the same message. */
  showQuarantine: (to: 'owner' | 'holder', quarantine: Quarantine) => Promise<MessageRef>;
  repaintQuarantine: (at: MessageRef, quarantine: Quarantine) => Promise<void>;
  /** What the record says of a request whose workflow is gone. */
  readLost: (order: { requestId: string }) => Promise<Lost>;
  /** Repaints the messages of a workflow that is gone, and tells the requester, unless they were told. */
  repaintLost: (order: { requestId: string; note: string; foundAt?: string }) => Promise<void>;
  /** Closes the pages and alarms that a workflow which is gone had raised and left open. */
  closeAlarms: (order: { requestId: string }) => Promise<void>;
  /** May this person stop this? Answers; a refused one is on record. */
  judgeStop: (order: { requestSeal: string; stopSeal: string }) => Promise<StopVerdict>;
  /** From here on nothing is minted. Says what was handed out. */
  askEnd: (order: { requestId: string; how: EndHow; stopSeal?: string }) => Promise<AskedEnd>;
  /** Tells the target role's revocation list, starting it when needed. */
  askCut: (order: { requestId: string; grantId: string; target: Target }) => Promise<void>;
  /** Looks at AWS until every Region in use denies the grant, each twice running; throws while one does not. */
  observeEnd: (order: { requestId: string; how: EndHow }) => Promise<ObservedEnd>;
  /** Says when this end shows that the promise of how long ends take is broken. */
  closeGrant: (order: {
    requestId: string;
    how: EndHow;
    statement: string;
  }) => Promise<{ missed?: Alarm; goesOnUntil?: string } | undefined>;
  /** Starts the review of a break-glass that was used; does nothing for any other grant, or a second time. */
  startBreakGlassReview: (order: { requestId: string }) => Promise<void>;
  /** The task of a review as the record has it. */
  openReviewTask: (order: { requestId: string }) => Promise<ReviewTask>;
  /** Verifies who says it, asks policy with fresh facts whether they may, and puts it on record. */
  judgeBreakGlass: (order: {
    requestId: string;
    reviewSeal: string;
  }) => Promise<NonNullable<ReviewTask['outcome']>>;
  /** A request that ended without a grant. */
  closeRequest: (order: { requestId: string; as: ClosedAs; note: string }) => Promise<void>;

  postCard: (card: Card) => Promise<MessageRef>;
  repaintCard: (at: MessageRef, card: Card) => Promise<void>;
  tell: (to: ChatUser, notice: Notice) => Promise<MessageRef>;
  repaintNotice: (at: MessageRef, notice: Notice) => Promise<void>;
  postTask: (task: ReviewTask) => Promise<MessageRef>;
  repaintTask: (at: MessageRef, task: ReviewTask) => Promise<void>;
  /** Tells those who look after security, unless they read the alarms anyway. */
  tellSecurity: (alarm: Alarm) => Promise<void>;
  raiseAlarm: (alarm: Alarm) => Promise<void>;
  /** `text` says what is over; by default that the grant has ended. */
  clearAlarm: (alarm: Alarm, text?: string) => Promise<void>;
  /** Opens the alarm's incident at every pager that has not opened it yet. */
  page: (alarm: Alarm) => Promise<void>;
  resolvePage: (alarm: Alarm) => Promise<void>;

  /** Who may, and what falls: a refusal is an answer. Only what is on record afterwards is cut. */
  planCut: (order: { cutSeal: string }) => Promise<CutPlan>;
  /** From here on nothing is minted for this part of the plan. */
  askCutEnds: (order: { cutId: string; from: number }) => Promise<{ next?: number }>;
  /** Tells each role's revocation list once, with all its grants that are not written yet. */
  tellCutLists: (order: { cutId: string }) => Promise<void>;
  /** Tells the requests' own workflows; what none runs for any more is swept. */
  tellCutGrants: (order: { cutId: string; from: number }) => Promise<{ next?: number }>;
  lookAtCut: (order: { cutId: string }) => Promise<CutSight>;
  closeCut: (order: { cutId: string; total: number; overAt?: string }) => Promise<void>;
  /** Whose word the end of this request is by the record; undefined when nobody asked for it. */
  readEnd: (order: {
    requestId: string;
  }) => Promise<{ by?: ChatUser; reason?: string } | undefined>;
  /** To the person who asked for the cut, or to where those on call look. */
  showCut: (to: ChatUser | 'on-call', progress: CutProgress) => Promise<MessageRef>;
  repaintCut: (at: MessageRef, progress: CutProgress) => Promise<void>;

  /** Makes the standing entitlements of one target what the ledger says; `all` looks at every one. */
  settleAssignments: (order: { target: Target; asked: Cut[]; all: boolean }) => Promise<Settlement>;

  /** Which of these may be on the list, by what the ledger says; with their last fences. */
  admitCuts: (order: {
    cuts: { grantId: string; requestId: string; seal?: string }[];
  }) => Promise<AdmittedCuts>;
  /** Writes the full list, reads it back, records it for each entry; or says that AWS has no room for it. */
  writeRevocations: (order: ListOrder) => Promise<WrittenList | { isFull: true }>;
  /**
   * Cuts everything that AWS issued on the role before an instant, in the place of the entries that this covers.
   * From the first moment on mints of the role wait, until it has passed.
   */
  openValve: (order: ListOrder) => Promise<WrittenList>;
  /**
   * Looks until every Region in use denies what is older, each twice running; throws while one does not. `lost`:
   * the canaries are gone, so that it can never be seen. `needless`: nobody waits for it any more.
   */
  observeValve: (order: { target: Target; valve: string }) => Promise<'seen' | 'lost' | 'needless'>;
}

/** A request that waits, and where its card stands. */
export interface CallOrder {
  requestSeal: string;
  reviewSeals: string[];
  card: MessageRef;
  answerBy: string;
}

export interface ListOrder {
  target: Target;
  entries: RevocationEntry[];
}

/** What stands in a role's list. How full it is was not said before there was an alarm about it. */
export interface WrittenList {
  /** Those that stand there, and those that a cut of everything older covers. */
  grantIds: string[];
  writtenAt: string;
  usedCharacters?: number;
  maxCharacters?: number;
  /** Stands there as long as anything that it cuts could live. */
  valve?: WrittenValve;
}

/** A cut of everything on a role that AWS issued before an instant. */
export interface WrittenValve {
  id: string;
  issuedBefore: string;
  /** Somebody's end waits until it was seen. */
  isAwaited: boolean;
}

export type CutPlan =
  | { verdict: 'refused'; because: string; wouldPass?: string }
  | {
      verdict: 'cut';
      total: number;
      /** Of pipelines and agents; not said before a cut of a person took theirs, too. */
      ofMachines?: number;
      leftOut: string[];
      lateAfterMinutes: number[];
    };

/** How many of a mass cut's grants and requests are how far. */
export interface CutSight {
  asked: number;
  /** Those of which a session was ever intended. */
  toWrite: number;
  written: number;
  observed: number;
  aliveUntil?: string;
  /** When the last of them was over. */
  overAt?: string;
}

/** `over`: nothing is left to do, or its workflow runs after all. `untold`: it is over on record, and perhaps nobody was told. */
export type Lost =
  | { stage: 'over' }
  | { stage: 'untold' }
  | { stage: 'ungranted'; alarm: Alarm }
  | {
      stage: 'granted';
      alarm: Alarm;
      grantId: string;
      role: string;
      target: Target;
      /** Access that stands by itself, and does not end at a fence. */
      standing: boolean;
      how: EndHow;
      lateAfterMinutes: number[];
    };

/** `lapsed`: the person's rights are gone. `lost`: its workflow was stopped. */
export type EndHow = 'natural' | 'end' | 'revoke' | 'lapsed' | 'lost' | 'failed';

/** How far one target is. */
export interface Settlement {
  told: (Cut & { settled: Settled })[];
  /** Of those asked about: not settled yet. */
  rest: Cut[];
  /** Something failed or is left to do: try again soon. */
  again: boolean;
  /** Something stands there that must be looked at now and then. */
  holds: boolean;
  /** When the clock alone changes what must be. */
  nextAt?: string;
  alarms: Alarm[];
}

export type DecidedRequest =
  | {
      verdict: 'deny';
      because: string;
      wouldPass?: string;
      /** It came to nothing before its workflow was begun anew; who denied it, where that is known. */
      closed?: { as: ClosedAs; by?: ChatUser };
    }
  | {
      verdict: 'grant' | 'ask';
      because: string;
      requester: { id: string; name: string };
      /** What asks when it is no person, in words. */
      workload?: string;
      role: CatalogRole;
      terms: Terms;
      termsHash: string;
      grantId: string;
      needed: number;
      policyHash: string;
      /** Who could say yes, and whether they are around, for whoever waits for them. */
      whoMay?: string;
      extends?: { grantId: string; until: string };
      /** Of when the facts are that it was decided on, when the directory could not be asked. */
      factsAt?: string;
      /** When an unanswered request lapses. */
      answerBy: string;
      /** It was active before its workflow was begun anew, and is so until then by the record. */
      heldUntil?: string;
      /** When on-call is told that the ending is late, in minutes after it was asked. */
      lateAfterMinutes?: number[];
      /** Where a route with stages begins. */
      stage?: Stage;
      expiresAt?: string;
    };

/** `until`: when it ends by itself. */
export type AwayAnswer =
  | { verdict: 'said'; away: Away; until: string }
  | { verdict: 'refused'; because: string };

/** Of a route with stages: which is asked now, from 1, and whom it asks. */
export type Stage = NonNullable<Decision['stage']>;

/** What becomes of a request that ends without a grant. */
export type ClosedAs = 'withdrawn' | 'expired' | 'denied' | 'refused';

export interface Weighed {
  verdict: 'grant' | 'ask' | 'deny';
  /** Did the latest review count, and why (not). */
  counted: boolean;
  because: string;
  counting: number;
  needed: number;
  /** The least that was approved so far, where that is less than was asked. */
  durationMinutes?: number;
  /** The narrowest scope that was approved so far. */
  scope?: string;
  expiresAt?: string;
  stage?: Stage;
  /** Whose approvals sit in the seat of somebody who is away, and of whom. */
  answering?: { by: ChatUser; for: ChatUser }[];
}

export interface StopVerdict {
  allowed: boolean;
  because: string;
  wouldPass?: string;
}

export interface AskedEnd {
  askedAt: string;
  /** Undefined when no session was ever intended for a receiver. */
  lastFence?: string;
  /** What is on record of it, which may be somebody else's word that came first. */
  recorded?: { how: EndHow; by?: ChatUser; reason?: string };
}

export interface ObservedEnd {
  observedAt: string;
  statement: string;
  /** Absent when nothing had to be written. */
  writtenAt?: string;
  seconds?: EndSeconds;
}

export interface ConnectionRecord {
  requestId: string;
  kind: 'connect.offered' | 'connect.bound' | 'connect.refused';
  by: ChatUser;
  note: string;
  /** The same event is recorded once. */
  key: string;
}

export interface AdmittedCuts {
  entries: RevocationEntry[];
  refused: { grantId: string; because: string }[];
}
