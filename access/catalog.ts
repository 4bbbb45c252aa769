import type { GroupIds } from './group-ids';
import type { LinkedBy } from './links';
import type { Workload } from './workload';

/** How a role is given in an emergency: at once, without reviewers, reviewed afterwards. */
export interface BreakGlassTerms {
  maxMinutes: number;
  /** The review is due so long after the grant began. */
  reviewSeconds: number;
  /** Who must review it, in a person's words: "1 of security, not the requester". */
  reviewers: string;
  /** Page on-call, besides the messages. */
  page: boolean;
  /** How old facts on record may be that stand in for a directory that is down. Undefined: never. */
  directoryDownMinutes?: number;
}

/** Who is told, and when, while nobody answers. Telling gives nobody a say. */
export interface CallTerms {
  /** When those who may still answer are reminded, in seconds after it was asked; rising. */
  remindSeconds: readonly number[];
  /** Once, when it was not decided by then. */
  escalate?: {
    afterSeconds: number;
    /** A channel's name with # or its id, the members of a group of the directory, or who is on a schedule by then. */
    to: { channel: string } | { group: string } | { schedule: string };
    /** Who is told where nobody of those can be named. The alarm channel when this says nothing. */
    otherwise?: { channel: string } | { group: string };
    /** Page on-call, besides the message. */
    page: boolean;
  };
}

/** Access that was ours and that nobody asked for: what happens to it. */
export interface DriftTerms {
  /** So long somebody may answer; then it is removed. */
  deadlineSeconds: number;
  /** Found together in more than this number, none is removed without a person. */
  removalsPerRun: number;
  /** Where it is shown, instead of the channel of its role. */
  channel?: string;
}

/** Of statements about who answers for whom. */
export interface DelegationTerms {
  /** Nobody is away for longer than this at once. */
  longestMinutes: number;
}

/** What a press in the chat may not be enough for. */
export const STEP_UP_ACTS = ['approve', 'connect', 'breakGlass'] as const;
export type StepUpAct = (typeof STEP_UP_ACTS)[number];

/** Before what, how freshly and how strongly whoever does it must have signed in, for that very act. */
export interface StepUpTerms {
  before: readonly StepUpAct[];
  maxAgeSeconds: number;
  /** Any of these, in the issuer's words. Empty: whatever it does. */
  acr: readonly string[];
}

/** Which chat user is which person. */
export interface LinkingTerms {
  by: LinkedBy;
  /** Chat user id → directory id; goes before `by`. */
  people: Readonly<Record<string, string>>;
}

/** How a grant is made: a session of a role, or a standing entitlement that is given and taken back (access/assignments.ts). */
export type GrantMechanism = 'role-session' | 'permission-set' | 'group';

/** What a session may do at most, when that is less than its role may. */
export interface SessionScope {
  name: string;
  /** In AWS's own patterns. */
  actions: readonly string[];
  resources: readonly string[];
}

/** One entitlement that can be asked for. */
export interface CatalogRole {
  id: string;
  title: string;
  account: { id: string; name: string; env: string };
  /** A pre-created role under /jit/target/, a permission set, or `group:<name>`: the same target is the same text. */
  targetArn: string;
  region: string;
  /** Every Region in use, `region` among them: where an end is looked for. Just that one when absent. */
  regions?: readonly string[];
  mechanism: GrantMechanism;
  /** Of a group: how long whatever it opens goes on after the membership went, as whoever wrote the catalog knows it. */
  survivesMinutes?: number;
  maxMinutes: number;
  defaultMinutes: number;
  risk: 'low' | 'medium' | 'high';
  /** Where its cards go: a channel's name with # or its id. */
  channel: string;
  /** How long a request waits for its reviewers, in seconds. */
  expireSeconds: number;
  /** Undefined: nobody is called again. */
  calls?: CallTerms;
  /** In a person's words, "1 of payments-owners, not the requester"; empty when nobody is asked. */
  rule: string;
  /** Must policy see a ticket? Shows the field as required; the verdict stays the policy's. */
  ticketRequired: boolean;
  /** The one schedule that says who is on call for this role, instead of all that the catalog names. */
  schedule?: string;
  /** What it may be approved for instead of all of it: from the widest to the narrowest, each within the one before. */
  scopes?: readonly SessionScope[];
  /** Undefined: a press in the chat is enough. */
  stepUp?: StepUpTerms;
  /** Undefined: not to be had by break-glass. */
  breakGlass?: BreakGlassTerms;
  /** How long pipelines and agents may have it. Undefined: not at all. */
  workloadMinutes?: number;
}

/** Where permission sets are assigned. */
export interface IdentityCenter {
  instanceArn: string;
  /** Its identity store, `d-…`. */
  storeId: string;
  /** Its home region. */
  region: string;
  /** Where people sign in and find what was assigned to them. */
  portalUrl: string;
  /** In the management or delegated administrator account; Curfew's own role may assume it. */
  roleArn: string;
  /** Of the directory's ids in the identity store, as SCIM wrote them there. */
  issuer?: string;
}

/** What can be asked for. Read once at start; says nothing about who may. */
export interface Catalog {
  /** SHA-256 of the whole bundle (catalog, policies, schema), hex. */
  readonly hash: string;
  readonly timezone: string;
  /** Where alarms go: a channel's name with # or its id. */
  readonly alarmChannel: string;
  /** How many entries a role's revocation list may need of one person who asks for it once more. */
  readonly revocationsPerPerson: number;
  /** Where break-glass is told of and reviewed; the alarm channel when there is no other. */
  readonly securityChannel: string;
  /** Groups whose members are on call. Without these and schedules, only the directory can tell. */
  readonly onCallGroups: readonly string[];
  /** Schedules that say who is on call, besides the groups. */
  readonly onCallSchedules: readonly string[];
  /** Names that are bound to one group of the directory, whatever it or another is called there. */
  readonly groupIds?: GroupIds;
  readonly drift: DriftTerms;
  /** Absent: nobody answers for anybody. */
  readonly delegation?: DelegationTerms;
  readonly linking: LinkingTerms;
  /** There when any role is a permission set. */
  readonly identityCenter?: IdentityCenter;
  /** Pipelines and agents that are known here. */
  readonly workloads: readonly Workload[];
  roles(): readonly CatalogRole[];
  role(id: string): CatalogRole | undefined;
}
