import type { GrantView, Issued, Receiver } from './grant';
import type { ChatUser } from './chat-user';
import type { Away } from './away';
import type { CutPreview } from './cut';
import type { RequestTrace } from './explanation';
import type { Refusal } from './refused';
import type {
  AwayStatement,
  BackStatement,
  BreakGlassReviewStatement,
  ConnectStatement,
  CutStatement,
  NudgeStatement,
  CutWhat,
  RemovalStatement,
  RequestStatement,
  ReviewStatement,
  Signed,
  StopStatement,
} from './statement';

/**
 * What became of something a person asked for. `pending` means nobody knows yet (the engine or the
 * worker did not answer in time): the same call with the same key finds out, and may still be done.
 */
export type Outcome<T extends object = object> =
  | ({ outcome: 'done' } & T)
  | ({ outcome: 'refused' } & Refusal)
  | { outcome: 'pending'; because: string };

/** A grant that a receiver may be connected to, and how that stands. */
export type Connection =
  | { stage: 'none' }
  | { stage: 'offered' }
  | { stage: 'bound'; words: string }
  | { stage: 'confirmed' };

/**
 * The front desk: everything the chat, the API and the command line ask of the workflows.
 * Every call is safe to repeat with the same arguments.
 */
export interface AccessDesk {
  /** Opens the request, or finds the one that this same submission opened before. */
  open(signed: Signed<RequestStatement>): Promise<Outcome<{ requestId: string }>>;
  review(
    signed: Signed<ReviewStatement>,
    clickId: string,
  ): Promise<Outcome<{ effect: 'counted' | 'approved' | 'denied'; note: string }>>;
  /** Reminds those who have not answered, once in a while. */
  nudge(signed: Signed<NudgeStatement>, clickId: string): Promise<Outcome<{ note: string }>>;
  /** What somebody whom the role names says about a break-glass. */
  reviewBreakGlass(
    signed: Signed<BreakGlassReviewStatement>,
    clickId: string,
  ): Promise<Outcome<{ note: string }>>;
  /** Withdraws, ends or revokes, by what the statement says. Durable without a worker. */
  stop(signed: Signed<StopStatement>): Promise<Outcome<{ note: string }>>;
  /** What a mass cut would take now. */
  cuttable(what: CutWhat): Promise<CutPreview>;
  /** Cuts many grants at once, or finds the cut that this same submission began. Durable without a worker. */
  cut(signed: Signed<CutStatement>): Promise<Outcome<{ note: string }>>;
  /** Somebody says who answers for them, or finds what these same words came to. Durable without a worker. */
  sayAway(signed: Signed<AwayStatement>): Promise<Outcome<{ note: string }>>;
  /** Takes that back. Durable without a worker. */
  sayBack(signed: Signed<BackStatement>): Promise<Outcome<{ note: string }>>;
  /** What is in force of this person now: said by them, or naming them. */
  aways(of: ChatUser): Promise<{ own: Away[]; forOthers: Away[] }>;
  /** Has access that nobody asked for removed now, when policy lets whoever says it. */
  removeNow(signed: Signed<RemovalStatement>, clickId: string): Promise<Outcome<{ note: string }>>;
  /** Who holds it, and which role it is to be asked for by. Undefined when there is no such quarantine on record. */
  quarantine(
    quarantineId: string,
  ): Promise<{ role: string; holder?: ChatUser; over: boolean } | undefined>;
  /** Remembers the hash of a connect code that was just shown to `by`, and where. */
  offerConnection(offer: {
    grantId: string;
    codeHash: string;
    expiresAt: string;
    by: ChatUser;
    /** Where the code is shown, so that the words can take its place. */
    shownIn: string;
  }): Promise<Outcome>;
  /** A command line brings the code and its keys; the words are what both sides then show. */
  bind(claim: {
    grantId: string;
    codeHash: string;
    receiver: Receiver;
    proof: string;
  }): Promise<Outcome<{ words: string; shownIn: string; by: ChatUser; grant: GrantView }>>;
  confirm(signed: Signed<ConnectStatement>): Promise<Outcome>;
  /** The person says the words are not theirs: the receiver is forgotten. */
  rejectConnection(grantId: string, by: ChatUser): Promise<Outcome>;
  connection(grantId: string): Promise<{ connection: Connection; receiver?: Receiver }>;
  issue(order: { grantId: string; proof: string }): Promise<Outcome<{ issued: Issued }>>;
  /** Undefined when there is no such grant. */
  grant(grantId: string): Promise<GrantView | undefined>;
  /** The live grant that goes on longest, of this one and what extends it; itself when none is live. */
  current(grantId: string): Promise<GrantView | undefined>;
  request(requestId: string): Promise<GrantView | undefined>;
  /** Why a request stands as it does: as of now, and as it was decided. Undefined when it is not on record. */
  explain(requestId: string): Promise<RequestTrace | undefined>;
  /** Open requests and live grants, newest first; of one person, or of everyone. */
  live(of?: ChatUser): Promise<GrantView[]>;
  /** Is the engine reachable and a worker polling? */
  health(): Promise<{ ok: boolean; endpoint: string }>;
}
