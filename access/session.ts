import type { SessionScope } from './catalog';
import type { SessionCredentials } from './grant';

/** Where a grant leads: one pre-created role in one account. */
export interface Target {
  arn: string;
  accountId: string;
  /** Where its sessions are minted. */
  region: string;
  /** Every Region in use, that one among them; just that one when absent. */
  regions?: readonly string[];
}

/** Hands out sessions of a target role, each of which ends by itself at its fence. */
export interface RoleSessions {
  /**
   * One session. The caller fixed `fence` before calling and recorded the intent.
   * Throws {@link Refused} when the target does not trust us; anything else may be tried again.
   */
  mint(order: {
    target: Target;
    grantId: string;
    /** Directory id, or a stable hash of it: 2–64 of `[\w+=,.@-]`. */
    sourceIdentity: string;
    /** After this instant AWS itself denies everything to the session. */
    fence: string;
    /** What it may do at most, besides what the role may. */
    scope?: SessionScope;
  }): Promise<MintedSession>;
}

/** `issuedAt`: by the clock of AWS. */
export type MintedSession = SessionCredentials & { issuedAt: string };

/** One line of a target role's revocation list. */
export interface RevocationEntry {
  grantId: string;
  /** Fence of the last mint that was intended: the entry may go 900 s after it. */
  lastFence: string;
}

/** The one inline policy on a target role that cuts grants early. Called by that role's list workflow only. */
export interface RevocationLists {
  /**
   * Writes the full list, reads it back and says what is really there. Only what stands in `purge` (grants, and
   * instants of `issuedBefore`) is ever dropped: foreign entries are kept, and so are grants that the caller did not
   * know (they are in `grantIds`, for the caller to take over), so a caller that lost its memory revives nobody.
   * With `issuedBefore` (a plain second, see fence.ts) every session of the role that AWS issued before that instant is denied.
   * Throws {@link ListFull}, with nothing changed, when AWS has no room for it.
   */
  write(
    target: Target,
    entries: readonly RevocationEntry[],
    purge?: readonly string[],
    issuedBefore?: string,
  ): Promise<ListContent & { writtenAt: string; usedCharacters: number; maxCharacters: number }>;
  read(target: Target): Promise<ListContent>;
}

/** What stands in a role's list. */
export interface ListContent {
  grantIds: string[];
  /** What was issued before any of these instants is denied, whosever it is. */
  issuedBefore: string[];
  /** What others put there, for people to read. */
  adopted: string[];
}

/** What a look at AWS showed. `unproven`: the control was denied too, so the denial says nothing. */
export interface Sighting {
  seen: 'denied' | 'allowed' | 'unproven';
  at: string;
  /** "at STS in eu-central-1". */
  where: string;
  /** Access key ids of the canaries, never handed out; evidence excludes exactly these. */
  canaries: string[];
}

/** Looks whether a grant's sessions still work, with canaries that never leave the call. */
export interface Probe {
  /**
   * Mints a canary named like the grant and a control that is on no list, tries one harmless call with each.
   * `beforeUse` is awaited with the canaries' key ids before they are used, so that the ledger has them first.
   */
  look(order: {
    target: Target;
    grantId: string;
    sourceIdentity: string;
    fence: string;
    beforeUse?: (canaries: string[]) => Promise<void>;
  }): Promise<Sighting>;
  /**
   * Mints a canary that is on no list now, to look with it later whether everything issued before an instant is
   * denied: nothing that old can be minted afterwards. `beforeUse` as in {@link look}, for each canary.
   */
  canaryOfNow(order: {
    target: Target;
    beforeUse: (canaries: string[]) => Promise<void>;
  }): Promise<AgeingCanary>;
}

/** A canary kept in this process alone: with the process it is gone. */
export interface AgeingCanary {
  /** By the clock of AWS, which alone says what was issued before what. */
  issuedAt: string;
  /** From this instant on it is over by itself, and a look proves nothing. */
  until: string;
  /**
   * One harmless call with it and with a control that is minted for this look. The control must be allowed, and so
   * must be younger than the instant: `early` while AWS issues sessions that are not.
   */
  look(issuedBefore: string): Promise<Sighting | 'early'>;
}
