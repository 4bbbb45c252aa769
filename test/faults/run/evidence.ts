import type { LedgerEntry } from '../../../access/ledger';
import type { Message } from '../../../bench/stack';
import type { Keys } from '../../support/aws-stand-in';
import type { Injury } from './draw-injuries';
import type { Part, Plan } from './plan';

/** A session that reached somebody: their terminal, or their browser at the access portal. */
export interface HandedOut {
  /** Whose grant it is. */
  requestId: string;
  through: 'terminal' | 'portal';
  keys: Keys;
  /** When it ends by itself, by what came with it or by the window; AWS's clock, milliseconds. */
  fence: number;
  askedAt: number;
}

/** One call with a session, or one look at who holds what, and what was known around it. AWS's clock, milliseconds. */
export interface Use {
  /** The access key, or what somebody holds. */
  what: string;
  /** Does AWS's own clock end it? What somebody holds ends when it is taken. */
  endsByClock: boolean;
  /** Why it may be there without this grant. */
  besides?: 'another grant' | 'permanent' | undefined;
  fence: number;
  /** Before the call was made, and after its answer came. */
  from: number;
  to: number;
  /** `ok`, or why not. */
  answer: string;
  /** The end was on record as observed, before the call. */
  wasObserved: boolean;
  /** The end was asked on record, after the call. */
  wasAsked: boolean;
}

/** The chat said of a grant that it ended; was that on record when it could first be read? */
export interface Said {
  requestId: string;
  text: string;
  wasObserved: boolean;
}

/** Everything that is known of one request of a scenario when all is over. */
export interface PartEvidence {
  part: Part;
  requestId: string | undefined;
  grantId: string | undefined;
  /** They were told that it is theirs. */
  wasActive: boolean;
  ledger: LedgerEntry[];
  uses: Use[];
  sessions: HandedOut[];
  /** Everything about this request that its people see in the end. */
  messages: Message[];
  said: Said[];
  /** What people tried in vain. */
  inVain: string[];
  /** Types of the history's events that matter here, in order; undefined when there is none. */
  history: string[] | undefined;
  /** A session that was given out after the person had left, or the window was over. */
  mintedTooLate: string[];
}

export interface Evidence {
  plan: Plan;
  parts: PartEvidence[];
  /** What was really done, with the time. */
  injuries: { at: string; injury: Injury; note: string }[];
  startedAt: string;
  endedAt: string;
}

/** Something that must never be, and how it was seen. */
export interface Violation {
  invariant: string;
  seed: string;
  requestId?: string | undefined;
  evidence: string;
}
