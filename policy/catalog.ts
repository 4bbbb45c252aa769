import type {
  BreakGlassTerms,
  Catalog,
  CatalogRole,
  DriftTerms,
  IdentityCenter,
} from '../access/catalog';
import type { CatalogFile } from './catalog-file';
import { createCalendar, type Freeze } from './calendar';
import { workloadsOf } from './catalog-workloads';
import { clockIn, type LocalTime } from './local-time';

/** One seat of a route: whoever is in one of these groups may fill it. */
export interface Seat {
  /** In a person's words: `payments-owners`. */
  label: string;
  groups: string[];
}

/** A role with what only the decision needs. */
export interface RoleTerms {
  role: CatalogRole;
  owners: string[];
  /** Empty: nobody is asked, when a policy permits AutoApprove. */
  seats: Seat[];
  /** Who may review a break-glass of this role. Undefined: it has none. */
  reviewers?: Seat;
}

/** The catalog as the decision sees it. */
export interface RoleBook extends Catalog {
  terms(role: string): RoleTerms | undefined;
  /** How many break-glass grants may be live at once in the whole company. */
  readonly breakGlassAtOnce: number;
  /** Of an instant, in the catalog's timezone. */
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
    onCallGroups: file.onCall,
    drift: driftTerms(file.drift),
    workloads: workloadsOf(file),
    linking: { by: file.link, people: file.people },
    ...(file.identityCenter !== undefined && {
      identityCenter: identityCenterOf(file.identityCenter),
    }),
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
  const seats = (route?.seats ?? []).map(({ from }) => seatOf(from, owners));
  const reviewers = role.breakGlass && seatOf(role.breakGlass.reviewers, owners);
  return {
    owners,
    seats,
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
      rule: ruleText(seats),
      ticketRequired: role.ticket === 'required',
      ...(role.breakGlass &&
        reviewers && { breakGlass: breakGlassTerms(role.breakGlass, reviewers) }),
      ...(role.workloads && { workloadMinutes: role.workloads.max }),
    },
  };
}

const breakGlassTerms = (
  { max, review, page, directoryDown }: NonNullable<CatalogFile['roles'][string]['breakGlass']>,
  reviewers: Seat,
): BreakGlassTerms => ({
  maxMinutes: max,
  reviewSeconds: review,
  reviewers: ruleText([reviewers]),
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

const seatOf = (from: string, owners: string[]): Seat => {
  const groups = from === 'owners' ? owners : [from.slice('group:'.length).trim()];
  return { label: groups.join(' or ') || 'owners', groups };
};

/** `1 of payments-owners and 1 of security, two different people, not the requester`. */
function ruleText(seats: readonly Seat[]): string {
  const counts = new Map<string, number>();
  for (const { label } of seats) counts.set(label, (counts.get(label) ?? 0) + 1);
  const parts = [...counts].map(([label, count]) => `${count} of ${label}`);
  if (parts.length === 0) return '';
  const different = seats.length > 1 ? `, ${seats.length} different people` : '';
  return `${parts.join(' and ')}${different}, not the requester`;
}

function present<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw new Error(`curfew.yaml: ${field} is not there`);
  return value;
}
