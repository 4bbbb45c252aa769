import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { exampleFolder } from '../../../config/bundle';

/** How a role of the runs is given: nobody is asked, one owner is, or an owner and security are. */
type Route = 'auto' | 'one-owner' | 'two-people' | 'brief-owner' | 'brief-two';

interface RunRole {
  id: string;
  route: Route;
  arn: string;
}

const role = (id: string, route: Route, account: string): RunRole => ({
  id,
  route,
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
];

export const roleOf = (id: string): RunRole => {
  const found = ROLES.find((one) => one.id === id);
  if (!found) throw new Error(`no role of the runs is called ${id}`);
  return found;
};

export const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

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

const owner = { from: 'owners' };
const security = { from: 'group:security' };

const CATALOG = {
  timezone: 'Europe/Berlin',
  channels: { cards: '#access-requests', alarms: '#oncall' },
  groups: ['engineers', 'payments-owners', 'security', 'sre-oncall'],
  onCall: ['sre-oncall'],
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
  roles: Object.fromEntries(
    ROLES.map(({ id, arn, route }) => [
      id,
      {
        account: arn.includes(PROD) ? 'shop-prod' : 'shop-dev',
        arn,
        max: '30m',
        default: '1m',
        risk: 'low',
        route,
      },
    ]),
  ),
};

/** Nobody is asked where the route is `auto`; a route with seats is not waived by this. */
const AUTO = `
@id("engineers-help-themselves")
permit (
  principal in Curfew::Group::"engineers",
  action == Curfew::Action::"AutoApprove",
  resource is Curfew::Role
);
`;

/** Writes the configuration of the runs: the example's policies, and roles with short patience. */
export function writeCompany(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'curfew.yaml'), stringify(CATALOG));
  const policies = path.join(folder, 'policies');
  cpSync(path.join(exampleFolder, 'policies'), policies, { recursive: true });
  writeFileSync(path.join(policies, 'auto-approve.cedar'), AUTO);
}
