import { z } from 'zod';
import type { ChatUser } from './chat-user';
import { instant } from './ids';
import type { Person } from './person';

/** What the directory's issuer said of a sign-in that has just been verified. */
export const signedIn = z.object({
  issuer: z.string().min(1),
  /** The directory's id of whoever signed in. */
  subject: z.string().min(1),
  /** When they did; absent where that was not asked for. */
  authTime: instant.optional(),
  /** How they did, in the issuer's words. */
  acr: z.string().optional(),
});
export type SignedIn = z.infer<typeof signedIn>;

/** A sign-in that is to be fresh: nobody rides on a session that is there already. */
export const freshness = z.object({
  maxAgeSeconds: z.int().positive(),
  /** Any of these; empty: whatever the issuer does. */
  acr: z.array(z.string()),
});
export type Freshness = z.infer<typeof freshness>;

/** What the answer to one sign-in must fit. Secret: only the browser that began may bring it back, sealed. */
export const signInFlow = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  begunAt: instant,
  fresh: freshness.optional(),
});
export type SignInFlow = z.infer<typeof signInFlow>;

/** Signing in at the company directory: authorization code with PKCE. */
export interface SignIn {
  readonly issuer: string;
  /** Where to send the browser, and what to ask of it when it comes back. */
  begin(fresh?: Freshness): Promise<{ url: string; flow: SignInFlow }>;
  /**
   * Judges what the browser came back with (the query of the callback's address). Throws {@link Refused} when it
   * does not fit the flow or was not said by the issuer; anything else when the issuer cannot be asked.
   */
  finish(flow: SignInFlow, query: string): Promise<SignedIn>;
}

/** Links chat users by what they signed in as. */
export interface Linking {
  /** Is a sign-in all that is missing? */
  mustSignIn(user: ChatUser): boolean;
  /** Throws {@link Refused} when nobody has this id. */
  whoSignedIn(said: SignedIn): Promise<Person>;
  /** Both sides, for a person to look at. Throws {@link Refused} unless they may be linked. */
  compare(user: ChatUser, said: SignedIn): Promise<{ chatName: string; person: Person }>;
  /** Compares again and puts the link on record. Safe to call twice. */
  link(user: ChatUser, said: SignedIn): Promise<Person>;
  /** The chat user that this person is linked to. */
  userOf(person: string): ChatUser | undefined;
}
