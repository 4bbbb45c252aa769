import type { Person } from './person';
import type { Target } from './session';

/** Who is meant: the directory's id is the identity, addresses only help to find it. */
export type Holder = Pick<Person, 'id' | 'emails'> & {
  /** The other side's own id of whom something was given to, as it was then. It still leads there when the person is deleted. */
  knownAs?: string;
};

/** What a look at the other side showed of one person on one target. */
export interface Standing {
  /** Is the entitlement there now, however it came to be: by us, by hand, through a group? */
  held: boolean;
  at: string;
  /** "in IAM Identity Center, account 111111111111". */
  where: string;
  /** The other side's own id of the person. */
  knownAs: string;
  /** The person was deleted there since it was given to them, and nothing is listed for them any more. */
  gone?: true;
  /** The fence that is in force for the person: from then on the other side itself denies them everything here. */
  fencedFrom?: string;
  /**
   * What lives on without a fence when the entitlement goes: what, and until when at the latest if it went at `at`.
   * Undefined when nothing does, or a fence is in force and ends it. Take it from the first look after a removal:
   * a later one cannot know when that was, and says a later end.
   */
  survives?: { what: string; until: string };
}

/** One line of a target's fence: from `until` on, everything is denied to the person through this target. */
export interface AssignmentFence {
  person: Holder;
  until: string;
}

/** Somebody who holds a target, as the other side says it. */
export interface AssignmentHolder {
  /** The directory's id; the other side's own when `foreign`. */
  id: string;
  /** Nobody that the directory knows, or not a person at all (a group that the entitlement was given to). */
  foreign: boolean;
  /** For people to read. */
  name: string;
}

/**
 * Standing entitlements of people on a target: a permission set in an account, a group. No grant stands in
 * them, so the caller counts who needs one; here is only what is. Every call is safe to repeat and waits for the
 * other side's own asynchronous result; it throws when that says FAILED, or does not end in time (the next try goes on with it).
 * Only the person's own direct entitlement is ever added or removed: never a group's, never somebody else's.
 */
export interface Assignments {
  /** Throws {@link Refused} when the person does not exist there or is ambiguous, as the next two do; not of somebody with `knownAs`. */
  look(target: Target, person: Holder): Promise<Standing>;
  /** To whoever the person is today: `knownAs` does not count. */
  assign(target: Target, person: Holder): Promise<void>;
  remove(target: Target, person: Holder): Promise<void>;
  /**
   * Keeps a deny ready on the other side for live sessions: from `until` on everything is denied to the person through
   * this target, by that side's own clock. The full desired state of the target, like a revocation list: who is given
   * twice has the later end, who is no longer given is purged. One person must not stop the fences of the rest: who
   * does not exist there or is ambiguous is left out, and named by directory id. Foreign statements are kept, and so are the fences of another account on the same `Target.arn`; all of them may
   * stand in one document, so call it for one `Target.arn` from one place at a time.
   * A mechanism that cannot do this does nothing and says so in `Standing.survives`.
   */
  fence(
    target: Target,
    fences: readonly AssignmentFence[],
  ): Promise<{ writtenAt: string; leftOut: string[] }>;
  /** Would `fence` find room for all of these? Always, where no deny can be kept. */
  fits(target: Target, fences: readonly AssignmentFence[]): Promise<boolean>;
  /** Everybody who holds it directly, however many pages that takes. For drift. */
  holders(target: Target): Promise<AssignmentHolder[]>;
}

/** Looked up by a role's mechanism; role sessions have none. */
export type AssignmentMechanisms = Partial<Record<'permission-set' | 'group', Assignments>>;
