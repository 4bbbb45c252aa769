import type { AwayTold } from './away';
import type { EndSeconds } from './ending';
import type { GrantState } from './states';
import type { ChatUser } from './chat-user';
import type { CutProgress } from './cut';
import type { Quarantine } from './quarantine';

/** Where a message stands. */
export interface MessageRef {
  channel: string;
  ts: string;
}

/** Somebody approved no more than this, which is less than was asked. */
export interface ApprovedForLess {
  durationMinutes: number;
  by: ChatUser;
  reason?: string;
}

/** Somebody approved no more than this scope of the role. */
export interface ApprovedWithin {
  scope: string;
  by: ChatUser;
  reason?: string;
}

/** The one card of a request, as everyone in its channel sees it. */
export interface Card {
  requestId: string;
  grantId?: string;
  termsHash: string;
  /** Channel's name with # or its id. */
  channel: string;
  state: GrantState;
  requester: ChatUser;
  requesterName: string;
  /** What asks when it is no person, which run of it, and who answers for it; shown as plain text. */
  workload?: string;
  role: { id: string; title: string };
  account: { id: string; name: string; env: string };
  risk: 'low' | 'medium' | 'high';
  /** What was asked. */
  durationMinutes: number;
  less?: ApprovedForLess;
  within?: ApprovedWithin;
  /** What may be approved instead of all of the role, from the widest to the narrowest. */
  scopes?: string[];
  reason: string;
  ticket?: string;
  /** Who must say yes, in words. */
  rule: string;
  needed: number;
  /** While it waits in a route with stages: which is asked now, from 1, and whom it asks. */
  stage?: { at: number; of: number; rule: string };
  /** `for`: in the seat of somebody who is away. */
  reviews: {
    by: ChatUser;
    verdict: 'approve' | 'deny';
    at: string;
    reason?: string;
    for?: ChatUser;
  }[];
  /** When an unanswered request lapses. */
  answerBy?: string;
  until?: string;
  /** Who asked for an end before its time, and why. */
  stopped?: { by: ChatUser; how: 'withdraw' | 'end' | 'revoke'; reason?: string };
  /** In state `overdue`: when the end was asked, and until when a session may live (absent: none was handed out). */
  overdue?: { askedAt?: string; aliveUntil?: string };
  /** In state `ended`: the three moments of the end, and how long it took. */
  ending?: EndTrail;
  /** The grant that this one goes on from, and when that one ends. */
  extends?: { grantId: string; until: string };
  /** An emergency: nobody was asked, and these must review it. `factsAt`: the directory could not be asked either. */
  breakGlass?: { reviewers: string; factsAt?: string };
  /** Why it is as it is: a refusal, what was seen at the end. Shown as plain text, so no `<@…>`. */
  note?: string;
}

/** Some people by name, and how many more there are. */
export interface Named {
  known: ChatUser[];
  others: number;
}

/** In the thread of a card: it still waits. Each `key` is said once. */
export type Reminder = {
  requestId: string;
  key: string;
  /** Whose answer is awaited, or who is told that it is. */
  to: Named;
  /** Who may answer, in words. */
  rule: string;
  answerBy: string;
} & (
  | { kind: 'reminder' }
  /** The requester asked for it. */
  | { kind: 'nudge'; by: ChatUser }
  /** To the members of a group, or to who is on a schedule. `missed`: why not to whom it should have been. */
  | { kind: 'escalation'; of: { group: string } | { schedule: string }; missed: string[] }
  /** Nobody can approve it any more: to the requester. */
  | { kind: 'stuck'; because: string }
);

/** Asked, written and observed, kept apart. */
export interface EndTrail {
  askedAt: string;
  /** Absent when nothing had to be written. */
  writtenAt?: string;
  observedAt: string;
  seconds?: EndSeconds;
}

/** A direct message. Each `kind` is sent at most once a request; `held-up`, `waiting` and `active` are repainted as they change. */
export type Notice = {
  requestId: string;
  grantId?: string;
  role: { id: string; title: string };
  account: { id: string; name: string; env: string };
} & (
  | {
      kind: 'waiting';
      rule: string;
      /** Who could say yes as it was asked, and whether they were around. */
      whoMay?: string;
      channel: string;
      answerBy: string;
      less?: ApprovedForLess & { askedMinutes: number };
      within?: ApprovedWithin;
      /** When they were reminded last. */
      remindedAt?: string;
      /** How the waiting ended ("approved"); with it the message is repainted without its button. */
      outcome?: string;
    }
  | {
      /** Nobody can decide yet: the directory, or another part, does not answer. */
      kind: 'held-up';
      breakGlass?: true;
      /** How it went on ("waiting"); with it the message is repainted without its button. */
      outcome?: string;
    }
  | { kind: 'refused'; because: string; wouldPass?: string }
  | { kind: 'denied'; by: ChatUser; reason?: string }
  | { kind: 'withdrawn' }
  | { kind: 'reviewed'; by: ChatUser; verdict: 'justified' | 'not-justified'; note?: string }
  | { kind: 'expired'; rule: string }
  | {
      kind: 'active';
      until: string;
      less?: ApprovedForLess & { askedMinutes: number };
      within?: ApprovedWithin;
      state: 'active' | 'ending' | 'ended';
      words?: string;
      connected?: boolean;
      /** The grant that it goes on from: a terminal connected to that one needs nothing new. */
      extends?: string;
      /** Where it is used, of access without sessions to hand out: there is nothing to connect. */
      signIn?: string;
    }
  | ({
      kind: 'ended';
      how: 'natural' | 'end' | 'revoke' | 'lapsed' | 'lost' | 'failed';
      by?: ChatUser;
      reason?: string;
      /** It was extended: until then another grant goes on. */
      goesOnUntil?: string;
      /** What was seen and where; "revoked" stands on nothing else. */
      statement: string;
    } & EndTrail)
);

/** A break-glass that somebody must look at: the task, until it is done and after. */
export interface ReviewTask {
  requestId: string;
  grantId: string;
  /** Channel's name with # or its id. */
  channel: string;
  requester: ChatUser;
  requesterName: string;
  role: { id: string; title: string };
  account: { id: string; name: string; env: string };
  reason: string;
  from: string;
  until: string;
  /** Who may review it, in words. */
  reviewers: string;
  /** The directory could not be asked: the facts were of then. */
  factsAt?: string;
  dueAt: string;
  overdue: boolean;
  /** With it the task has no buttons any more. */
  outcome?: { by: ChatUser; verdict: 'justified' | 'not-justified'; note?: string; at: string };
}

/** Something on-call must know: an ending is late, a probe proves nothing, a list is nearly full. */
export interface Alarm {
  /** One message for each key. */
  key: string;
  /** What belongs together: one page, however many alarms. The key itself when absent. */
  incident?: string;
  requestId?: string;
  grantId?: string;
  title: string;
  text: string;
}

/**
 * What may have happened before this very call: nothing, this call itself, or everything, because the workflow
 * was begun anew and another run of it said what it had to say.
 */
export type Before = 'nothing' | 'this call' | 'another run';

/** What the chat shows. Each call is safe to repeat: a message already there is found by its keys. */
export interface Messenger {
  /** Where it stands, when whoever posted it could not note the place any more. Undefined: it was never posted. */
  find(message: { card: Card } | { to: ChatUser; notice: Notice }): Promise<MessageRef | undefined>;
  postCard(card: Card): Promise<MessageRef>;
  repaintCard(at: MessageRef, card: Card): Promise<void>;
  tell(to: ChatUser, notice: Notice): Promise<MessageRef>;
  repaintNotice(at: MessageRef, notice: Notice): Promise<void>;
  /** Beside the card that stands there. */
  remind(card: MessageRef, reminder: Reminder): Promise<MessageRef>;
  postTask(task: ReviewTask): Promise<MessageRef>;
  repaintTask(at: MessageRef, task: ReviewTask): Promise<void>;
  alarm(channel: string, alarm: Alarm): Promise<MessageRef>;
  /** How a mass cut stands, to the person who asked for it or to a channel. */
  showCut(place: ChatUser | string, progress: CutProgress): Promise<MessageRef>;
  repaintCut(at: MessageRef, progress: CutProgress): Promise<void>;
  /** How a quarantine stands, to its holder or to a channel. */
  showQuarantine(place: ChatUser | string, quarantine: Quarantine): Promise<MessageRef>;
  repaintQuarantine(at: MessageRef, quarantine: Quarantine): Promise<void>;
  /** A direct message to whom `reader` names; each is said once. */
  tellAway(told: AwayTold): Promise<MessageRef>;
}
