import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import type { GrantMechanism } from '../../../access/catalog';
import { exampleFolder } from '../../../config/bundle';

/** How a role of the runs is given: nobody is asked, one owner is, or an owner and security are. */
type Route = 'auto' | 'one-owner' | 'two-people' | 'brief-owner' | 'brief-two';

interface RunRole {
  id: string;
  route: Route;
  mechanism: GrantMechanism;
  account: string;
  arn: string;
}

const role = (id: string, route: Route, account: string): RunRole => ({
  id,
  route,
  mechanism: 'role-session',
  account,
  arn: `arn:aws:iam::${account}:role/jit/target/${id}`,
});

const DEV = '111111111111';
const PROD = '222222222222';

/** Few enough that grants meet on one revocation list. */
export const ROLES: readonly [RunRole, ...RunRole[]] = [
  role('open-one', 'auto', DEV),
  role('open-two', 'auto', DEV),
  role('owned-one', 'one-owner', DEV),
  role('owned-two', 'one-owner', DEV),
  role('shared', 'two-people', PROD),
  role('brief', 'brief-owner', DEV),
  role('brief-shared', 'brief-two', PROD),
  role('emergency', 'two-people', PROD),
  {
    id: 'dev-poweruser',
    route: 'auto',
    mechanism: 'permission-set',
    account: DEV,
    arn: 'arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-2222222222222222',
  },
  {
    id: 'grafana-admins',
    route: 'one-owner',
    mechanism: 'group',
    account: PROD,
    arn: 'group:grafana-admins',
  },
];

/** Stands by itself while it is granted: nothing to connect. */
export const isStanding = (id: string): boolean => roleOf(id).mechanism !== 'role-session';

export const roleOf = (id: string): RunRole => {
  const found = ROLES.find((one) => one.id === id);
  if (!found) throw new Error(`no role of the runs is called ${id}`);
  return found;
};

const SEATS: Record<Route, number> = {
  auto: 0,
  'one-owner': 1,
  'two-people': 2,
  'brief-owner': 1,
  'brief-two': 2,
};

/** How many people must say yes. */
export const seatsOf = (id: string): number => SEATS[roleOf(id).route];

/** Who asks, who says yes, who cuts: people of the sandbox's company. */
export const ENGINEERS = ['Ada', 'Ben', 'Emil', 'Gus'] as const;
export const OWNERS = ['Carla', 'Gus'] as const;
export const SECURITY = 'Deniz';
/** Comes and goes: whoever leaves takes part in nothing else. */
export const LEAVER = 'Fay';
/** Had the permission set and the group before anything began: Curfew must never take them. */
export const PERMANENT = 'Gus';

/** May be had by break-glass. */
export const EMERGENCY = 'emergency';

const owner = { from: 'owners' };
const security = { from: 'group:security' };

const CATALOG = {
  timezone: 'Europe/Berlin',
  channels: { cards: '#access-requests', alarms: '#oncall', security: '#security' },
  groups: ['engineers', 'payments-owners', 'security', 'sre-oncall'],
  onCall: ['sre-oncall'],
  breakGlass: { atOnce: 50 },
  // A few people play hundreds of scenarios on a few roles.
  revocations: { perPerson: 500 },
  routes: {
    'one-owner': { seats: [owner], expire: '4m' },
    'two-people': { seats: [owner, security], expire: '4m' },
    'brief-owner': { seats: [owner], expire: '5s' },
    'brief-two': { seats: [owner, security], expire: '45s' },
  },
  accounts: {
    'shop-dev': { id: DEV, env: 'dev', owners: ['payments-owners'], region: 'eu-central-1' },
    'shop-prod': { id: PROD, env: 'prod', owners: ['payments-owners'], region: 'eu-central-1' },
  },
  identityCenter: {
    instance: 'arn:aws:sso:::instance/ssoins-1111111111111111',
    store: 'd-1234567890',
    region: 'eu-central-1',
    portal: 'https://curfew-example.awsapps.com/start',
    role: 'arn:aws:iam::000000000000:role/jit/curfew-identity-center',
  },
  roles: Object.fromEntries(
    ROLES.map(({ id, route, mechanism, arn, account }) => [
      id,
      {
        account: account === PROD ? 'shop-prod' : 'shop-dev',
        ...(mechanism === 'group'
          ? { mechanism, group: arn.slice('group:'.length), survives: '12h' }
          : { mechanism, arn }),
        max: '30m',
        default: '1m',
        risk: 'low',
        route,
        ...(id === EMERGENCY && { breakGlass: { max: '30m', reviewers: 'group:security' } }),
      },
    ]),
  ),
};

/** Nobody is asked where the route is `auto`; a route with seats is not waived by this. Every engineer may break the glass. */
const RULES = `
@id("engineers-help-themselves")
permit (
  principal in Curfew::Group::"engineers",
  action == Curfew::Action::"AutoApprove",
  resource is Curfew::Role
);

@id("engineers-break-glass")
permit (
  principal in Curfew::Group::"engineers",
  action == Curfew::Action::"BreakGlass",
  resource == Curfew::Role::"emergency"
);
`;

/** Writes the configuration of the runs: the example's policies, and roles with short patience. */
export function writeCompany(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'curfew.yaml'), stringify(CATALOG));
  const policies = path.join(folder, 'policies');
  cpSync(path.join(exampleFolder, 'policies'), policies, { recursive: true });
  writeFileSync(path.join(policies, 'auto-approve.cedar'), RULES);
  // Machines have no part in the scenarios: the example's are of roles that are not here.
  rmSync(path.join(policies, 'workloads.cedar'));
}
