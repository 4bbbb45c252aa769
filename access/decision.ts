import { z } from 'zod';
import type { Explanation } from './explanation';
import { instant } from './ids';
import { person, type Person } from './person';
import { workloadFacts } from './workload';

/** A vote, by a directory person. */
export const vote = z.object({
  by: z.string(),
  verdict: z.enum(['approve', 'deny']),
  /** Approved for no longer than this; as long as was asked when absent. */
  durationMinutes: z.int().positive().optional(),
  /** Approved for no more than this scope of the role; for all of it when absent. */
  scope: z.string().optional(),
  at: instant,
});
export type Vote = z.infer<typeof vote>;

/** Someone as a question brings them along: a {@link person}, with or without the name. */
export const personFacts = person.partial({ name: true });
export type PersonFacts = z.infer<typeof personFacts>;

/**
 * Somebody is away, and somebody else answers for them: by their id or address, like everybody in a
 * question. It gives the right to fill a seat of `by`, once, and only to whom the rules let approve.
 */
export const delegation = z.object({
  by: z.string(),
  to: z.string(),
  from: instant,
  until: instant,
});
export type Delegation = z.infer<typeof delegation>;

/** A grant that is or was, as far as policy may ask about it. */
export const priorGrant = z.object({
  person: z.string(),
  role: z.string(),
  account: z.string().optional(),
  from: instant,
  until: instant,
  state: z.string(),
  /** Was it given by break-glass? */
  breakGlass: z.boolean().optional(),
  /** Of a break-glass: has it been reviewed? Absent counts as no. */
  reviewed: z.boolean().optional(),
});
export type PriorGrant = z.infer<typeof priorGrant>;

/** What a ticket says, as whoever keeps it told it at this moment. */
export const ticketFacts = z.strictObject({
  /** In the words of the tracker, such as `In Progress`. */
  status: z.string(),
  assignedToRequester: z.boolean(),
  /** Its key there, such as `PAY`. */
  project: z.string(),
});
export type TicketFacts = z.infer<typeof ticketFacts>;

/** Facts that are looked up outside of the directory and may be unknown: that is never yes, and a forbid on one forbids. */
export const UNCERTAIN_FACTS = [
  'onCall',
  'liveGrants',
  'ticketFacts',
  'openRequests',
  'lastUsedDays',
  'manager',
] as const;
export type UncertainFact = (typeof UNCERTAIN_FACTS)[number];

/**
 * Everything a decision rests on (contracts.md, "Decisions as data"). `requester` and a vote's `by`
 * are a person's id or e-mail address; case of addresses never matters, ids are exact. When a pipeline
 * or an agent asks, `requester` is its id, and `workload` says who answers for it.
 */
export const question = z.strictObject({
  requester: z.string().min(1),
  role: z.string().min(1),
  account: z.string().optional(),
  durationMinutes: z.number(),
  reason: z.string(),
  ticket: z.string().optional(),
  /** The moment that is asked about: the request, a click, a mint. Facts and rules on time are of then. */
  at: instant,
  /** An emergency: at once, without reviewers. Needs `grants`, of everybody: unknown is no. */
  breakGlass: z.boolean().optional(),
  workload: workloadFacts.optional(),
  people: z.array(personFacts),
  reviews: z.array(vote).optional(),
  grants: z.array(priorGrant).optional(),
  /** Of the ticket that is named. Absent: nobody could tell. */
  ticketFacts: z.union([ticketFacts, z.literal('not-found')]).optional(),
  /** Earlier requests of the requester that still wait for an answer. Absent: nobody could tell. */
  openRequests: z.int().nonnegative().optional(),
  /** Since the requester had this role last, counted at the request. Absent: nobody could tell. */
  lastUsedDays: z.union([z.int().nonnegative(), z.literal('never')]).optional(),
  /** Who answers for whom, and when. Judged at the time of each vote, and at `at` for who could still vote. */
  delegations: z.array(delegation).optional(),
});
export type Question = z.infer<typeof question>;

export const decision = z.object({
  verdict: z.enum(['grant', 'ask', 'deny']),
  /** Why, in sentences; for a denial also what would pass. */
  because: z.array(z.string()),
  /** Ids of the policies that decided. */
  policies: z.array(z.string()),
  /** Ids of the people of the question who could still fill a seat. */
  approvers: z.array(z.string()),
  /** Seats of the route in total, of all its stages. */
  needed: z.int().nonnegative(),
  countedReviews: z.array(
    z.object({
      by: z.string(),
      counted: z.boolean(),
      because: z.string(),
      /** Of an approval in the seat of somebody who is away: whose, and until when they are. */
      for: z.object({ id: z.string(), until: instant }).optional(),
    }),
  ),
  /** The least that approvals which count are for, where that is less than was asked. */
  durationMinutes: z.int().positive().optional(),
  /** The narrowest scope that approvals which count are for. Absent: all that the role may. */
  scope: z.string().optional(),
  /** Whom this request asks, when that is not what the role says in general. */
  rule: z.string().optional(),
  /** While it waits in a route with stages: which is asked now, from 1, and whom it asks. */
  stage: z.object({ at: z.int(), of: z.int(), rule: z.string() }).optional(),
  /** Nothing but the people is missing: with others in the question, who could fill the seats, it is asked. */
  lacksPeople: z.literal(true).optional(),
  /** Only with verdict `grant`: the deciding moment plus the duration. */
  expiresAt: instant.optional(),
});
export type Decision = z.infer<typeof decision>;

/** Of somebody who would answer for another. */
export type AnswersFor = { may: true } | { may: false; because: string; wouldPass: string };

/** Policy as code, already loaded. Pure: same question, same decision. */
export interface Policy {
  /** SHA-256 of the bundle, as in {@link Catalog}. */
  readonly hash: string;
  /** May this be asked for, and is it now approved? */
  decide(question: Question): Decision;
  /** Why {@link decide} answers as it does, who could say yes, and what would pass. */
  explain(question: Question): Explanation;
  /**
   * Asked again just before each mint with fresh facts; forbids that appeared since the approval win.
   * Give it the reviews up to the deciding one: when its giver has lost the right, a later one would
   * decide, and the window with it. Names no `expiresAt` where nobody is asked (`needed` 0): that window
   * began at the request.
   */
  mayMint(question: Question): Decision;
  /** May this person cut somebody else's live grant on this role? */
  mayRevoke(question: { by: Person; holder: Person; role: string; at: string }): Decision;
  /** May this person cut every live grant at once, whoever holds it? */
  mayRevokeAll(question: { by: Person; at: string }): Decision;
  /** May this person review the break-glass of `requester` on this role? */
  mayReviewBreakGlass(question: {
    by: PersonFacts;
    requester: PersonFacts;
    role: string;
  }): Decision;
  /** Could `to` ever fill a seat of `by`? What rules say to the request or the hour is another matter. */
  mayAnswerFor(question: { by: PersonFacts; to: PersonFacts }): AnswersFor;
  /** Does any rule, or any of these, read this fact? What none reads need not be looked up. */
  reads(fact: UncertainFact, policies?: readonly string[]): boolean;
  /** The groups whose members the question must bring along for this role (owners, seats). */
  groupsFor(role: string): string[];
  /** Must the question bring along the requester’s manager: has a route a seat for them, or reads a rule of them? */
  asksManager(role: string): boolean;
}
