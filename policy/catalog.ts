import type {
  BreakGlassTerms,
  CallTerms,
  Catalog,
  CatalogRole,
  DriftTerms,
  IdentityCenter,
} from '../access/catalog';
import { scheduleIn, type CatalogFile } from './catalog-file';
import { createCalendar, type Freeze } from './calendar';
import { groupIn } from './catalog-groups';
import { workloadsOf } from './catalog-workloads';
import { clockIn, type LocalTime } from '../access/local-time';
import type { RouteFile, VariantFile } from './route-file';

/** Whoever is in one of these groups. */
export interface Whoever {
  /** In a person's words: `payments-owners`. */
  label: string;
  groups: string[];
}

/** One seat of a route, to be filled by somebody of these groups, or by the requester's manager. */
export interface Seat extends Whoever {
  /** Nobody but the manager; the groups are of those who stand in where there is none, and may be none. */
  isManagers?: true;
  /** From 0: those of a later stage are asked when the earlier ones are filled. */
  stage: number;
}

/** What must hold of a request for a variant to count. */
export type Conditions = VariantFile['when'];

/** Other seats than the route's own, for some requests. None: nobody is asked, when a policy permits AutoApprove. */
export interface Variant {
  when: Conditions;
  seats: Seat[];
  rule: string;
}

/** A role with what only the decision needs. */
export interface RoleTerms {
  role: CatalogRole;
  owners: string[];
  /** Empty: nobody is asked, when a policy permits AutoApprove. */
  seats: Seat[];
  /** The route's name in curfew.yaml; `auto` when it has none. */
  route: string;
  /** What the route asks of some requests instead; see routes.ts. */
  variants: Variant[];
  /** Who may review a break-glass of this role. Undefined: it has none. */
  reviewers?: Whoever;
}

/** The catalog as the decision sees it. */
export interface RoleBook extends Catalog {
  terms(role: string): RoleTerms | undefined;
  /** How many break-glass grants may be live at once in the whole company. */
  readonly breakGlassAtOnce: number;
  /** Of an instant, in the catalog's timezone. */
  /** Every group that is named here. */
  readonly groups: readonly string[];
  localTime(at: string): LocalTime;
  /** Is this day, written `2026-12-24`, a holiday? */
  isHoliday(date: string): boolean;
  /** The freezes that hold for this role at this instant. */
  freezesOn(role: CatalogRole, at: string): Freeze[];
}

const DEFAULT_MINUTES = 60;
/** Of a role whose route is `auto`: nobody is waited for, but the workflow wants a number. */
const AUTO_EXPIRE_SECONDS = 1800;

/** From a file whose parts fit each other (catalog-check.ts); throws where they do not. */
export function createCatalog(file: CatalogFile, hash: string): RoleBook {
  const book = new Map(Object.keys(file.roles).map((id) => [id, termsOf(file, id)]));
  const roles = [...book.values()].map(({ role }) => role);
  return {
    hash,
    timezone: file.timezone,
    alarmChannel: file.channels.alarms,
    securityChannel: file.channels.security ?? file.channels.alarms,
    revocationsPerPerson: file.revocations.perPerson,
    breakGlassAtOnce: file.breakGlass.atOnce,
    onCallGroups: file.onCall.filter((one) => scheduleIn(one) === undefined),
    onCallSchedules: file.onCall.flatMap((one) => scheduleIn(one) ?? []),
    groupIds: file.groupIds,
    drift: driftTerms(file.drift),
    ...(file.delegation.allowed && { delegation: { longestMinutes: file.delegation.longest } }),
    workloads: workloadsOf(file),
    linking: { by: file.link, people: file.people },
    ...(file.identityCenter !== undefined && {
      identityCenter: identityCenterOf(file.identityCenter),
    }),
    groups: file.groups,
    roles: () => roles,
    localTime: clockIn(file.timezone),
    ...createCalendar(file),
    role: (id) => book.get(id)?.role,
    terms: (id) => book.get(id),
  };
}

function termsOf(file: CatalogFile, id: string): RoleTerms {
  const role = present(file.roles[id], `roles.${id}`);
  const account = present(file.accounts[role.account], `roles.${id}.account`);
  const route =
    role.route === 'auto' ? undefined : present(file.routes[role.route], `roles.${id}.route`);
  const owners = role.owners ?? account.owners;
  const regions = role.regions ?? account.regions;
  const seats = seatsOf(route ?? {}, owners);
  const ruleOf = (asked: readonly Seat[]): string =>
    `${ruleText(asked)}${role.stepUp?.before.includes('approve') && asked.length > 0 ? ', each signing in afresh' : ''}`;
  const variants = (route?.variants ?? []).map((variant) => {
    const others = seatsOf(variant, owners);
    return { when: variant.when, seats: others, rule: ruleOf(others) };
  });
  const reviewers = role.breakGlass && whoever(role.breakGlass.reviewers, owners);
  return {
    owners,
    seats,
    route: role.route,
    variants,
    ...(reviewers && { reviewers }),
    role: {
      id,
      title: role.title ?? id,
      account: { id: account.id, name: role.account, env: account.env },
      targetArn:
        role.group === undefined ? present(role.arn, `roles.${id}.arn`) : `group:${role.group}`,
      region: present(role.region ?? account.region, `roles.${id}.region`),
      ...(regions && { regions }),
      mechanism: role.mechanism,
      ...(role.survives !== undefined && { survivesMinutes: role.survives }),
      maxMinutes: role.max,
      defaultMinutes: role.default ?? Math.min(DEFAULT_MINUTES, role.max),
      risk: role.risk,
      channel: role.channel ?? file.channels.cards,
      expireSeconds: route?.expire ?? AUTO_EXPIRE_SECONDS,
      ...callsOf(route),
      rule: ruleOf(seats),
      ticketRequired: role.ticket === 'required',
      ...(role.schedule !== undefined && { schedule: role.schedule }),
      ...(role.scopes && { scopes: role.scopes }),
      ...(role.stepUp && {
        stepUp: {
          before: role.stepUp.before,
          maxAgeSeconds: role.stepUp.maxAge,
          acr: role.stepUp.acr,
        },
      }),
      ...(role.breakGlass &&
        reviewers && { breakGlass: breakGlassTerms(role.breakGlass, reviewers) }),
      ...(role.workloads && { workloadMinutes: role.workloads.max }),
    },
  };
}

/** Of a route that calls somebody: who is told when. */
function callsOf(route: CatalogFile['routes'][string] | undefined): { calls?: CallTerms } {
  if (route === undefined || (route.remind.length === 0 && !route.escalate)) return {};
  const { remind, escalate } = route;
  return {
    calls: {
      remindSeconds: remind.toSorted((one, other) => one - other),
      ...(escalate && {
        escalate: {
          afterSeconds: escalate.after,
          to: toldIn(escalate.to),
          ...(escalate.else !== undefined && { otherwise: groupOrChannel(escalate.else) }),
          page: escalate.page,
        },
      }),
    },
  };
}

function toldIn(to: string): NonNullable<CallTerms['escalate']>['to'] {
  const schedule = scheduleIn(to);
  return schedule === undefined ? groupOrChannel(to) : { schedule };
}

function groupOrChannel(to: string): { group: string } | { channel: string } {
  const group = groupIn(to);
  return group === undefined ? { channel: to } : { group };
}

const breakGlassTerms = (
  { max, review, page, directoryDown }: NonNullable<CatalogFile['roles'][string]['breakGlass']>,
  reviewers: Whoever,
): BreakGlassTerms => ({
  maxMinutes: max,
  reviewSeconds: review,
  reviewers: ruleText([{ ...reviewers, stage: 0 }]),
  page,
  ...(directoryDown !== undefined && { directoryDownMinutes: directoryDown }),
});

const driftTerms = ({ deadline, removalsPerRun, channel }: CatalogFile['drift']): DriftTerms => ({
  deadlineSeconds: deadline,
  removalsPerRun,
  ...(channel !== undefined && { channel }),
});

const identityCenterOf = ({
  instance,
  store,
  region,
  portal,
  role,
  issuer,
}: NonNullable<CatalogFile['identityCenter']>): IdentityCenter => ({
  instanceArn: instance,
  storeId: store,
  region,
  portalUrl: portal,
  roleArn: role,
  ...(issuer !== undefined && { issuer }),
});

const seatsOf = (
  { seats, stages }: Pick<RouteFile, 'seats' | 'stages'>,
  owners: string[],
): Seat[] =>
  (stages ?? (seats === undefined ? [] : [{ seats }])).flatMap((asked, stage) =>
    asked.seats.map(({ from, else: standIn }) => ({
      ...(from === 'manager' ? managers(standIn, owners) : whoever(from, owners)),
      stage,
    })),
  );

function managers(standIn: string | undefined, owners: string[]): Omit<Seat, 'stage'> {
  const { label, groups } =
    standIn === undefined ? { label: '', groups: [] } : whoever(standIn, owners);
  return {
    label: label === '' ? 'the manager' : `the manager (1 of ${label} where there is none)`,
    groups,
    isManagers: true,
  };
}

const whoever = (from: string, owners: string[]): Whoever => {
  const groups = from === 'owners' ? owners : [from.slice('group:'.length).trim()];
  return { label: groups.join(' or ') || 'owners', groups };
};

/** `1 of payments-owners and 1 of security, 2 different people, not the requester`. */
export function ruleText(seats: readonly Seat[]): string {
  if (seats.length === 0) return '';
  const stages = [...Map.groupBy(seats, ({ stage }) => stage).values()].map(seatsText);
  const [only] = stages;
  const asked = stages.length === 1 ? only : `first ${stages.join(', then ')}`;
  const different = seats.length > 1 ? `, ${seats.length} different people` : '';
  return `${asked}${different}, not the requester`;
}

/** `1 of payments-owners and the manager`. */
export function seatsText(seats: readonly Seat[]): string {
  const counts = new Map<string, number>();
  for (const { label, isManagers } of seats) {
    const who = isManagers === true ? label : `of ${label}`;
    counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  return [...counts]
    .map(([who, count]) => (who.startsWith('of ') ? `${count} ${who}` : who))
    .join(' and ');
}

function present<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw new Error(`curfew.yaml: ${field} is not there`);
  return value;
}
