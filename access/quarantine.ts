import type { ChatUser } from './chat-user';

/**
 * Access that was ours, was seen removed, and is there again although nobody asked for it: as whoever answers for
 * the role and whoever holds it see it, one message each, repainted.
 */
export interface Quarantine {
  quarantineId: string;
  /** The last grant of this person on this target: by it the record knows that it was ours, and whose it is. */
  requestId: string;
  grantId: string;
  /** Channel's name with # or its id. */
  channel: string;
  /** Undefined when the record does not know their chat user. */
  holder?: ChatUser;
  holderName: string;
  role: { id: string; title: string };
  account: { id: string; name: string; env: string };
  /** When it was seen removed, and when it was seen again. */
  removedAt: string;
  foundAt: string;
  /** From then on nobody is waited for: it is removed. */
  removeAt: string;
  standing:
    | { stage: 'open' }
    /** So many were found together that it may be a mistake of ours: only a person has it removed. */
    | { stage: 'held' }
    /** Asked, and not yet seen gone. `by` is absent when it was the deadline. */
    | { stage: 'removing'; by?: ChatUser; askedAt: string }
    | { stage: 'removed'; by?: ChatUser; at: string; statement: string }
    /** A grant needs it now. */
    | { stage: 'kept'; at: string; statement: string }
    /** Somebody else has removed it. */
    | { stage: 'gone'; at: string };
}
