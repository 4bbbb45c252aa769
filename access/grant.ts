import { z } from 'zod';
import { endSeconds } from './ending';
import { grantId, instant, requestId } from './ids';
import { chatUser } from './person';
import { GRANT_STATES } from './states';

/** What exactly is being agreed to. A vote names the hash of these. */
export const terms = z.object({
  requestId,
  /** Directory id of who receives the access, or a workload's stand-in for one. */
  person: z.string(),
  role: z.string(),
  account: z.string(),
  targetArn: z.string(),
  durationMinutes: z.int().positive(),
  reason: z.string(),
  ticket: z.string().optional(),
  breakGlass: z.literal(true).optional(),
  extends: requestId.optional(),
  /** When a pipeline or agent asks: which run of it, and the directory id of who answers for it. */
  workload: z.object({ run: z.string(), accountable: z.string() }).optional(),
});
export type Terms = z.infer<typeof terms>;

/** One grant as its owner, a reviewer or on-call may see it. */
export const grantView = z.object({
  requestId,
  grantId: grantId.optional(),
  state: z.enum(GRANT_STATES),
  requester: chatUser,
  requesterName: z.string(),
  role: z.string(),
  account: z.string(),
  durationMinutes: z.int(),
  reason: z.string(),
  ticket: z.string().optional(),
  from: instant.optional(),
  until: instant.optional(),
  /** Sessions that AWS issued before this instant are void: the role was cut by when they were issued. */
  reissueAfter: instant.optional(),
  /** How the taking back stands: asked, written to AWS, seen denied. */
  ending: z
    .object({
      askedAt: instant,
      writtenAt: instant.optional(),
      observedAt: instant.optional(),
      seconds: endSeconds.optional(),
      /** What was seen, or why nothing had to be. */
      statement: z.string().optional(),
    })
    .optional(),
});
export type GrantView = z.infer<typeof grantView>;

/** A public key as JSON Web Key: only public members, Ed25519 to sign or P-256 to encrypt. */
export const publicJwk = z.strictObject({
  kty: z.enum(['OKP', 'EC']),
  crv: z.enum(['Ed25519', 'P-256']),
  x: z.string(),
  y: z.string().optional(),
});
export type PublicJwk = z.infer<typeof publicJwk>;

/** The keys of one receiver, bound to one grant. */
export const receiver = z.object({ signing: publicJwk, encryption: publicJwk });
export type Receiver = z.infer<typeof receiver>;

/** Credentials in clear. Exist only in the minting activity and at the receiver. */
export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** The fence's instant, never later than STS said. */
  expiration: string;
}

/** What crosses the workflow: usable by the receiver alone. */
export const issued = z.object({
  /** Compact JWE (ECDH-ES, A256GCM). */
  sealed: z.string(),
  accessKeyId: z.string(),
  expiration: instant,
  /** By the clock of AWS; early ones do not say. */
  issuedAt: instant.optional(),
  /** The grant that it is a session of: another than was asked for when that one was extended. */
  grantId: grantId.optional(),
});
export type Issued = z.infer<typeof issued>;
