import type { AssignmentMechanisms } from '../../access/assignments';
import type { Catalog } from '../../access/catalog';
import type { Policy } from '../../access/decision';
import type { Ledger } from '../../access/ledger';
import type { Messenger } from '../../access/messages';
import type { Rota } from '../../access/on-call';
import type { Pager } from '../../access/pager';
import type { Directory, People } from '../../access/person';
import type { Probe, RevocationLists, RoleSessions, Target } from '../../access/session';
import type { EdgeVerifier } from '../../access/statement';
import type { Tickets } from '../../access/ticket';
import type { Cut, Shown } from '../workflows/protocol';

/** `done`: it came to its own end. `stopped`: an operator or the engine ended it. `forgotten`: the engine does not know it (any more). */
export type StoryStanding = 'runs' | 'done' | 'stopped' | 'forgotten';

/** The ports that activities are thin adapters of. */
export interface ActivityDeps {
  catalog: Catalog;
  policy: Policy;
  directory: Directory;
  /** The directory as of the last minute: to tell whom to ask, and that there is somebody. Nothing is granted on it. */
  bench: Pick<Directory, 'members'>;
  people: People;
  ledger: Ledger;
  edge: EdgeVerifier;
  /** Where a fresh sign-in must have been, for roles that demand one. Undefined: none counts. */
  signInIssuer: string | undefined;
  sessions: RoleSessions;
  revocations: RevocationLists;
  probe: Probe;
  /** Those that this installation has; a role of another is refused. */
  assignments: AssignmentMechanisms;
  messenger: Messenger;
  /** Who is paged besides the alarm channel; may be nobody. */
  pagers: readonly Pager[];
  /** Where tickets are kept; without it, nobody can tell what a ticket says. */
  tickets?: Tickets;
  /** Who is on the schedules; without it, nobody can tell. */
  rota?: Rota;
  /** A directory id in the form that AWS takes as a source identity. */
  sourceIdentityFor(personId: string): string;
  /** Signals the target role's revocation list once, starting it when it does not run. */
  tellRevocationList(target: Target, ...cuts: Cut[]): Promise<void>;
  /** Tells a request's workflow that its end is on record; false when it does not run (any more). */
  tellEndAsked(requestId: string): Promise<boolean>;
  /** Has the target role's list written anew, or its assignments settled, starting the writer when it does not run. */
  reconcileList(target: Target): Promise<void>;
  /** How the request's workflow stands with the engine. */
  storyStands(requestId: string): Promise<StoryStanding>;
  /** The messages of a request's workflow, also of one that was terminated; none when its history is gone. */
  lastShown(requestId: string): Promise<Shown[]>;
  /** Starts taking back what a lost workflow left, unless that is under way. */
  startSweep(requestId: string, standing: 'open' | 'over'): Promise<void>;
  /** Has a quarantine's workflow run; with news, it looks again at once. */
  followQuarantine(quarantineId: string, news: boolean): Promise<void>;
  /** Says to a request's workflow that its holder has changed. Nothing happens when it does not run. */
  recheck(requestId: string): Promise<void>;
  /** Starts the review workflow of a break-glass, unless it runs or is done. */
  startReview(requestId: string): Promise<void>;
  /** When on-call is told that an ending is late, in minutes after it was asked; rising. */
  lateAfterMinutes: number[];
  now(): Date;
  /** Between two looks at AWS; notes that the activity lives. */
  pause(): Promise<void>;
}
