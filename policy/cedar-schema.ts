/**
 * What policies may speak of. Attributes with `?` are facts that can be unknown: a permit that needs
 * one does not fire without it, and a forbid that mentions one forbids (see doubts.ts).
 */
export const CEDAR_SCHEMA = `namespace Curfew {
  entity Group;
  entity Env;
  entity Account = { env: Env };
  entity User in [Group] = {
    active: Bool,
    // From the on-call sources of curfew.yaml, or told by the directory.
    onCall?: Bool,
  };
  // What asks without being a person, by its name in curfew.yaml. In no group, never on call. A permit speaks of
  // one only where its scope says so: \`principal is Curfew::Pipeline\`, \`principal == Curfew::Agent::"name"\`.
  entity Pipeline, Agent = {
    // Is the person who answers for it?
    active: Bool,
    onCall?: Bool,
    accountable: User,
  };
  entity Role in [Account] = {
    account: Account,
    env: Env,
    owners: Set<Group>,
    // "low", "medium" or "high"
    risk: String,
    maxMinutes: Long,
  };

  // All access there is, on every role: what RevokeAll is about.
  entity Everything;

  type Ask = {
    // When a pipeline or an agent asks: whoever answers for it.
    requester: User,
    // Who answers for it: the same person.
    accountable: User,
    // "person", "pipeline" or "agent"
    askedBy: String,
    // Whom the requester reports to, as the directory has it.
    manager?: User,
    durationMinutes: Long,
    reason: String,
    ticket?: String,
    // "Monday" … "Sunday" and 0 … 23, in the timezone of curfew.yaml
    weekday: String,
    hour: Long,
    // 0 … 1439, for hours that begin at half past
    minuteOfDay: Long,
    // One of the holidays of curfew.yaml
    holiday: Bool,
    // Is a freeze of curfew.yaml in force for this role, and which?
    inFreeze: Bool,
    freezes: Set<String>,
    // An emergency: what is asked for is given at once, and reviewed afterwards.
    breakGlass: Bool,
    // Grants of the requester that are live at this moment.
    liveGrants?: Long,
    // Of the ticket, as its tracker says now. Also absent without a ticket, and when there is none of that name.
    ticketFacts?: { status: String, assignedToRequester: Bool, project: String },
    // Earlier requests of the requester that still wait for an answer.
    openRequests?: Long,
    // Since the requester had this role last. Also absent when that was never.
    lastUsedDays?: Long,
  };

  // May this person (pipeline, agent) ask for this role at all? A forbid holds for break-glass, too.
  action Request appliesTo { principal: [User, Pipeline, Agent], resource: Role, context: Ask };
  // May it be given without asking anybody? Only for roles whose route is auto.
  action AutoApprove appliesTo { principal: [User, Pipeline, Agent], resource: Role, context: Ask };
  // May this person have it at once in an emergency? Only for roles with a breakGlass section.
  action BreakGlass appliesTo { principal: User, resource: Role, context: Ask };
  // May this person (the principal) sit in judgement over the request in the context?
  action Approve appliesTo { principal: User, resource: Role, context: Ask };
  // Asked when all seats are filled, and again before each mint. A forbid holds for break-glass, too.
  action Grant appliesTo { principal: [User, Pipeline, Agent], resource: Role, context: Ask };
  // May this person cut a live grant of somebody else (the holder)?
  action Revoke appliesTo {
    principal: User,
    resource: Role,
    context: { holder: User, weekday: String, hour: Long },
  };
  // May this person cut every live grant at once, whoever holds it? The resource is Everything::"access".
  action RevokeAll appliesTo {
    principal: User,
    resource: Everything,
    context: { weekday: String, hour: Long },
  };
}
`;

export const ACTIONS = [
  'Request',
  'AutoApprove',
  'BreakGlass',
  'Approve',
  'Grant',
  'Revoke',
  'RevokeAll',
] as const;
export type Action = (typeof ACTIONS)[number];
/** What is asked about a request; the others are about what is live. */
export type RequestAction = Exclude<Action, 'Revoke' | 'RevokeAll'>;
