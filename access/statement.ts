import { z } from 'zod';
import { awayId, cutId, grantId, instant, quarantineId, requestId } from './ids';
import { chatUser } from './person';
import { accessRequest, REASON_MAX } from './request';

/** That whoever says something signed in afresh for it, as the edge verified. */
export const stepUpEvidence = z.object({
  issuer: z.string().min(1),
  /** Of the issuer and the directory's id of whoever signed in. */
  subjectHash: z.string().min(1),
  authTime: instant,
  acr: z.string().optional(),
});
export type StepUpEvidence = z.infer<typeof stepUpEvidence>;

/**
 * What a human said, signed at the edge (the bot) the moment they said it. Workflows carry
 * statements about; only their seal gives them authority, and only activities check it.
 */
export const requestStatement = z.object({
  kind: z.literal('request'),
  request: accessRequest,
  /** Only of a break-glass, and only where the role demands it. */
  stepUp: stepUpEvidence.optional(),
});

export const reviewStatement = z.object({
  kind: z.literal('review'),
  requestId,
  /** Hash of the terms the reviewer saw. */
  termsHash: z.string(),
  by: chatUser,
  verdict: z.enum(['approve', 'deny']),
  /** Only where the role demands it. */
  stepUp: stepUpEvidence.optional(),
  /** Approved for no longer than this: shorter than the terms say. */
  durationMinutes: z.int().positive().optional(),
  /** Approved for no more than this scope of the role. */
  scope: z.string().min(1).max(75).optional(),
  reason: z.string().max(500).optional(),
  at: instant,
});

/** The requester confirmed in the chat that these keys are theirs. */
export const connectStatement = z.object({
  kind: z.literal('connect'),
  grantId,
  /** RFC 7638 thumbprints (SHA-256, base64url). */
  signingThumbprint: z.string(),
  encryptionThumbprint: z.string(),
  by: chatUser,
  /** Only where the role demands it. */
  stepUp: stepUpEvidence.optional(),
  at: instant,
});

/** Withdrawing a request, ending one's own grant, or cutting somebody else's. */
export const stopStatement = z.object({
  kind: z.literal('stop'),
  how: z.enum(['withdraw', 'end', 'revoke']),
  requestId,
  by: chatUser,
  reason: z.string().max(500),
  at: instant,
});

/** The requester wants those who have not answered reminded. */
export const nudgeStatement = z.object({
  kind: z.literal('nudge'),
  requestId,
  by: chatUser,
  at: instant,
});

/** What a mass cut takes: of one person, on one role, or everything. */
export const cutWhat = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('person'), person: chatUser }),
  z.strictObject({ of: z.literal('role'), role: z.string().min(1).max(75) }),
  z.strictObject({ of: z.literal('all') }),
]);
export type CutWhat = z.infer<typeof cutWhat>;

/** Cutting many grants at once. */
export const cutStatement = z.object({
  kind: z.literal('cut'),
  cutId,
  what: cutWhat,
  reason: z.string().trim().min(1).max(REASON_MAX),
  by: chatUser,
  at: instant,
});

/** Looked at afterwards, by somebody whom the role names: was it an emergency? No approval of anything. */
export const breakGlassReviewStatement = z.object({
  kind: z.literal('breakGlassReview'),
  requestId,
  by: chatUser,
  verdict: z.enum(['justified', 'not-justified']),
  note: z.string().max(500),
  at: instant,
});

/** Access that nobody asked for is to be removed now, before its deadline. */
export const removalStatement = z.object({
  kind: z.literal('removal'),
  quarantineId,
  by: chatUser,
  at: instant,
});

/** Until then somebody else answers for whoever says this: in their seat, once, and only whom the rules let. */
export const awayStatement = z.object({
  kind: z.literal('away'),
  awayId,
  by: chatUser,
  to: chatUser,
  until: instant,
  at: instant,
});

/** Whoever was away is back before that: nobody answers for them any more. */
export const backStatement = z.object({
  kind: z.literal('back'),
  awayId,
  by: chatUser,
  at: instant,
});

export const statement = z.discriminatedUnion('kind', [
  requestStatement,
  reviewStatement,
  connectStatement,
  stopStatement,
  nudgeStatement,
  breakGlassReviewStatement,
  cutStatement,
  removalStatement,
  awayStatement,
  backStatement,
]);
export type Statement = z.infer<typeof statement>;
export type RequestStatement = z.infer<typeof requestStatement>;
export type ReviewStatement = z.infer<typeof reviewStatement>;
export type ConnectStatement = z.infer<typeof connectStatement>;
export type BreakGlassReviewStatement = z.infer<typeof breakGlassReviewStatement>;
export type StopStatement = z.infer<typeof stopStatement>;
export type NudgeStatement = z.infer<typeof nudgeStatement>;
export type CutStatement = z.infer<typeof cutStatement>;
export type RemovalStatement = z.infer<typeof removalStatement>;

export type AwayStatement = z.infer<typeof awayStatement>;
export type BackStatement = z.infer<typeof backStatement>;

/** A statement with the edge's signature over it (compact JWS whose payload is the statement). */
export interface Signed<S extends Statement = Statement> {
  statement: S;
  seal: string;
}

/** Held by the bot alone. */
export interface EdgeSigner {
  sign<S extends Statement>(statement: S): Promise<Signed<S>>;
}

/** Held by the worker: knows only the public key. */
export interface EdgeVerifier {
  /** The statement inside the seal. Throws {@link Refused} when it was not signed by the edge or is of another kind. */
  verify<K extends Statement['kind']>(
    seal: string,
    kind: K,
  ): Promise<Extract<Statement, { kind: K }>>;
}
