/** One entitlement that can be asked for. */
export interface CatalogRole {
  id: string;
  title: string;
  account: { id: string; name: string; env: string };
  /** The pre-created role that is assumed, under /jit/target/. */
  targetArn: string;
  region: string;
  mechanism: 'role-session';
  maxMinutes: number;
  defaultMinutes: number;
  risk: 'low' | 'medium' | 'high';
  /** Where its cards go: a channel's name with # or its id. */
  channel: string;
  /** How long a request waits for its reviewers, in seconds. */
  expireSeconds: number;
  /** In a person's words, "1 of payments-owners, not the requester"; empty when nobody is asked. */
  rule: string;
  /** Must policy see a ticket? Shows the field as required; the verdict stays the policy's. */
  ticketRequired: boolean;
}

/** What can be asked for. Read once at start; says nothing about who may. */
export interface Catalog {
  /** SHA-256 of the whole bundle (catalog, policies, schema), hex. */
  readonly hash: string;
  readonly timezone: string;
  /** Where alarms go: a channel's name with # or its id. */
  readonly alarmChannel: string;
  /** Groups whose members are on call. Empty: only the directory can tell. */
  readonly onCallGroups: readonly string[];
  roles(): readonly CatalogRole[];
  role(id: string): CatalogRole | undefined;
}
