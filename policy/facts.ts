import type { PersonFacts, PriorGrant, Question, UncertainFact } from '../access/decision';
import { GRANT_STATES, isOver } from '../access/states';
import { workloadHolder, type Workload } from '../access/workload';
import type { RoleBook, RoleTerms } from './catalog';
import {
  reference,
  uid,
  type Call,
  type CedarValueJson,
  type EntityJson,
  type TypeAndId,
} from './cedar';
import type { Action, RequestAction } from './cedar-schema';
import { findPerson } from './people';

/** A call to the rules, and what nobody could tell about the people in it. */
export interface FactualCall {
  call: Call;
  unknown: Set<UncertainFact>;
}

/** `principal` wants to ask, approve, or be granted what `requester` asked for. */
export function callAboutRequest(
  book: RoleBook,
  action: RequestAction,
  about: {
    terms: RoleTerms;
    question: Question;
    requester: PersonFacts;
    principal: PersonFacts;
    workload?: Workload;
  },
): FactualCall {
  const { terms, question, requester, principal, workload } = about;
  const { facts, unknown } = lookedUp(question, requester);
  const manager = managerIn(question, requester);
  const context = {
    requester: reference('User', requester.id),
    accountable: reference('User', requester.id),
    askedBy: workload?.kind ?? 'person',
    durationMinutes: question.durationMinutes,
    reason: question.reason,
    ...(hasTicket(question) ? { ticket: question.ticket ?? '' } : {}),
    breakGlass: question.breakGlass === true,
    ...momentOf(book, question.at, terms),
    ...facts,
  };
  const { schedule } = terms.role;
  const resource = { ...roleOf(terms), ...(schedule !== undefined && { schedule }) };
  const others = [requester, ...(manager === undefined ? [] : [manager])];
  const made = call(book, action, resource, principal, others, context);
  if (workload !== undefined && action !== 'Approve') actAs(made.call, workload, requester);
  return { call: made.call, unknown: new Set([...made.unknown, ...unknown]) };
}

/** Those of a request, besides the people's. What is absent because it is so is not unknown. */
function lookedUp(
  question: Question,
  requester: PersonFacts,
): { facts: Record<string, CedarValueJson>; unknown: UncertainFact[] } {
  const { openRequests, lastUsedDays } = question;
  // Facts of no ticket speak for nobody.
  const ticketFacts = hasTicket(question) ? question.ticketFacts : 'not-found';
  const found: [UncertainFact, CedarValueJson | undefined, boolean][] = [
    ['liveGrants', liveGrants(question, requester), false],
    [
      'ticketFacts',
      ticketFacts === 'not-found' ? undefined : ticketFacts,
      ticketFacts === 'not-found',
    ],
    ['openRequests', openRequests, false],
    ['manager', managerFact(question, requester), false],
    ['lastUsedDays', lastUsedDays === 'never' ? undefined : lastUsedDays, lastUsedDays === 'never'],
  ];
  return {
    facts: Object.fromEntries(
      found.flatMap(([fact, value]) => (value === undefined ? [] : [[fact, value] as const])),
    ),
    unknown: found.flatMap(([fact, value, isNone]) =>
      value === undefined && !isNone ? [fact] : [],
    ),
  };
}

/** Whom the requester reports to, where that is one known person. */
const managerIn = ({ people }: Question, { manager }: PersonFacts): PersonFacts | undefined =>
  manager === undefined ? undefined : findPerson(people, manager).found;

const managerFact = (question: Question, requester: PersonFacts): CedarValueJson | undefined => {
  const manager = managerIn(question, requester);
  return manager && reference('User', manager.id);
};

/** Of an instant, as a request for this role sees it. */
function momentOf(book: RoleBook, at: string, { role }: RoleTerms): Record<string, CedarValueJson> {
  const { weekday, hour, minuteOfDay, date } = book.localTime(at);
  const freezes = book.freezesOn(role, at).map(({ name }) => name);
  return {
    weekday,
    hour,
    minuteOfDay,
    holiday: book.isHoliday(date),
    inFreeze: freezes.length > 0,
    freezes,
  };
}

/** What a rule about cutting may know of the time: nothing that could stand in its way by mistake. */
const hourOf = (book: RoleBook, at: string): Record<string, CedarValueJson> => {
  const { weekday, hour } = book.localTime(at);
  return { weekday, hour };
};

/** In no group whatever its sponsor is in, and never on call. */
function actAs(made: Call, { id, kind }: Workload, accountable: PersonFacts): void {
  made.principal = uid(kind === 'agent' ? 'Agent' : 'Pipeline', id);
  made.entities.push({
    uid: made.principal,
    attrs: {
      active: accountable.active,
      onCall: false,
      accountable: reference('User', accountable.id),
    },
    parents: [],
  });
}

/** `by` wants to cut a grant of `holder`. */
export const callAboutRevoking = (
  book: RoleBook,
  about: { terms: RoleTerms; by: PersonFacts; holder: PersonFacts; at: string },
): FactualCall =>
  call(book, 'Revoke', roleOf(about.terms), about.by, [about.holder], {
    holder: reference('User', about.holder.id),
    ...hourOf(book, about.at),
  });

/** `by` wants to cut everything at once. */
export const callAboutRevokingAll = (
  book: RoleBook,
  { by, at }: { by: PersonFacts; at: string },
): FactualCall => call(book, 'RevokeAll', EVERYTHING, by, [], hourOf(book, at));

export const hasTicket = ({ ticket }: Question): boolean =>
  ticket !== undefined && ticket.trim() !== '';

/** What a call is about, with everything it names. */
interface About {
  resource: TypeAndId;
  groups: readonly string[];
  entities: EntityJson[];
  /** Which schedule says who is on call, when not all of them do. */
  schedule?: string;
}

function call(
  book: RoleBook,
  action: Action,
  { resource, groups: named, entities, schedule }: About,
  principal: PersonFacts,
  others: readonly PersonFacts[],
  context: Record<string, CedarValueJson>,
): FactualCall {
  const people = [...new Map([...others, principal].map((one) => [one.id, one])).values()];
  const groups = new Set([...people.flatMap((one) => one.groups), ...named]);
  const onCall = people.map((one) => onCallFact(book, one, schedule));
  return {
    call: {
      principal: uid('User', principal.id),
      action,
      resource,
      context,
      entities: [
        ...people.map((one, index) => user(one, onCall[index])),
        ...[...groups].map((group) => plain('Group', group)),
        ...entities,
      ],
    },
    unknown: new Set(onCall.includes(undefined) ? (['onCall'] as const) : []),
  };
}

/** What is said of the person wins; else the on-call groups; undefined when a schedule would have to tell, or nothing can. */
export function onCallFact(
  { onCallGroups, onCallSchedules }: RoleBook,
  person: PersonFacts,
  schedule?: string,
): boolean | undefined {
  if (person.onCall !== undefined || schedule !== undefined) return person.onCall;
  if (person.groups.some((group) => onCallGroups.includes(group))) return true;
  return onCallGroups.length === 0 || onCallSchedules.length > 0 ? undefined : false;
}

const user = (person: PersonFacts, onCall: boolean | undefined): EntityJson => ({
  uid: uid('User', person.id),
  attrs: { active: person.active, ...(onCall === undefined ? {} : { onCall }) },
  parents: person.groups.map((group) => uid('Group', group)),
});

const plain = (type: string, id: string): EntityJson => ({
  uid: uid(type, id),
  attrs: {},
  parents: [],
});

const roleOf = (terms: RoleTerms): About => ({
  resource: uid('Role', terms.role.id),
  groups: terms.owners,
  entities: roleEntities(terms),
});

const EVERYTHING: About = {
  resource: uid('Everything', 'access'),
  groups: [],
  entities: [plain('Everything', 'access')],
};

const roleEntities = ({ role, owners }: RoleTerms): EntityJson[] => [
  {
    uid: uid('Role', role.id),
    attrs: {
      account: reference('Account', role.account.name),
      env: reference('Env', role.account.env),
      owners: owners.map((group) => reference('Group', group)),
      risk: role.risk,
      maxMinutes: role.maxMinutes,
    },
    parents: [uid('Account', role.account.name)],
  },
  {
    uid: uid('Account', role.account.name),
    attrs: { env: reference('Env', role.account.env) },
    parents: [],
  },
  plain('Env', role.account.env),
];

/** Undefined when nobody said which grants there are. */
const liveGrants = (question: Question, requester: PersonFacts): number | undefined =>
  question.grants?.filter(
    (grant) => holds(question, grant, requester) && isLive(grant, question.at),
  ).length;

/** Is it the requester's? Named by id or by address, like everybody in a question; a workload's by its own id. */
export const holds = (
  { people, workload }: Question,
  { person }: PriorGrant,
  requester: PersonFacts,
): boolean =>
  workload === undefined
    ? person === requester.id || findPerson(people, person).found?.id === requester.id
    : [workload.id, workloadHolder(workload.id)].includes(person);

/** A state we do not know counts as live. */
export const isLive = (grant: PriorGrant, at: string): boolean =>
  Date.parse(grant.from) <= Date.parse(at) &&
  Date.parse(at) < Date.parse(grant.until) &&
  !GRANT_STATES.some((state) => state === grant.state && isOver(state));
