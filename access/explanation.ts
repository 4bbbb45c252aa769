import type { ChatUser } from './chat-user';
import type { Decision } from './decision';

/** Why something is decided as it is, in plain sentences for whoever wants to know. Names people as the question does. */
export interface Explanation {
  verdict: Decision['verdict'];
  /** The moment that was asked about. */
  at: string;
  policyHash: string;
  /** In the order in which it is decided: who asks, which rule lets them, limits, seats. */
  parts: { title: string; lines: string[] }[];
  /** Ids of the rules that forbid it. */
  forbiddenBy: string[];
  /** Who could still say yes, and whether they are around. Absent when nobody is waited for. */
  whoMay?: string;
  /** The nearest request that would not be refused; absent when there is none near. */
  wouldPass?: string;
}

/** A decision as it was put on record. */
export interface DecisionOnRecord {
  at: string;
  what: 'request' | 'review';
  /** Who gave the review. */
  by?: ChatUser;
  /** What the review said. */
  said?: 'approve' | 'deny';
  /** Absent on entries from before it was kept. */
  verdict?: Decision['verdict'];
  because: string;
  policies: string[];
  policyHash: string;
}

/** How one request looks to policy now, and what was decided before. */
export interface RequestTrace {
  /** Absent when no worker answered in time. */
  now?: Pick<Explanation, 'verdict' | 'at' | 'policyHash' | 'parts'>;
  record: DecisionOnRecord[];
}

/** The advice of a rule says what to do; its name says where to look it up. */
export const ruleText = (forbiddenBy: readonly string[]): string[] =>
  forbiddenBy.length === 0 ? [] : [`By the rule ${forbiddenBy.join(', ')}.`];
