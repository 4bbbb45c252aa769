import type { ChatUser } from './chat-user';

/** Somebody is away, and who answers for them until when. */
export interface Away {
  awayId: string;
  by: ChatUser;
  to: ChatUser;
  /** Since it was on record. */
  from: string;
  until: string;
}

/** What is said about it, to one of the two. */
export type AwayTold = Away & {
  reader: 'by' | 'to';
} & (
    | { what: 'said' }
    | { what: 'ended'; how: AwayEnd; at: string }
    /** To whoever said it, when they were not answered at once. */
    | { what: 'refused'; because: string; wouldPass?: string }
  );

/** `back`: taken back. `over`: its time has come. */
export type AwayEnd = 'back' | 'over';
