import type { ChatUser } from './chat-user';
import type { CutWhat } from './statement';

/** What a mass cut would take if it were asked for now. */
export interface CutPreview {
  /** Grants that are live or being made ready. */
  grants: number;
  /** Requests that are not decided yet, or wait for reviewers. */
  requests: number;
  /** Whose, each once. */
  holders: ChatUser[];
  /** On which roles, with how many of both. */
  roles: { role: string; count: number }[];
  /** Which pipelines and agents are among the holders, with how many of both. */
  machines: { id: string; count: number }[];
}

/** One mass cut, as the person who asked for it and on-call see it: one message, repainted. */
export interface CutProgress {
  cutId: string;
  what: CutWhat;
  by: ChatUser;
  reason: string;
  askedAt: string;
  standing:
    | { stage: 'planning' }
    | { stage: 'refused'; because: string; wouldPass?: string }
    | {
        stage: 'cutting' | 'over';
        /** Grants and open requests that are taken; what was being taken back already is not among them. */
        total: number;
        /** How many of them are of pipelines and agents. */
        ofMachines?: number;
        asked: number;
        /** Those of which sessions had been handed out, so that AWS has to be told. */
        toWrite: number;
        written: number;
        /** Seen denied, or over without anything that could be denied. */
        observed: number;
        /** Until when a session of what is not yet seen denied may be alive, whatever fails. */
        aliveUntil?: string;
        /** What the speaker may not cut, in sentences. */
        leftOut: string[];
        overAt?: string;
      };
}
