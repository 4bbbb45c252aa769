import type { Catalog, CatalogRole } from '../../access/catalog';

const shopProd = { id: '222222222222', name: 'shop-prod', env: 'prod' };
const shopDev = { id: '111111111111', name: 'shop-dev', env: 'dev' };

const role = (id: string, given: Partial<CatalogRole>): CatalogRole => ({
  id,
  title: id,
  account: shopDev,
  targetArn: `arn:aws:iam::111111111111:role/jit/target/${id}`,
  region: 'eu-central-1',
  mechanism: 'role-session',
  maxMinutes: 480,
  defaultMinutes: 60,
  risk: 'low',
  channel: '#access-requests',
  expireSeconds: 3600,
  rule: '',
  ticketRequired: false,
  ...given,
});

/** Roles like the shipped example's, without its files. */
export const EXAMPLE_ROLES: readonly CatalogRole[] = [
  role('dev-readonly', { title: 'Read everything in development' }),
  role('staging-admin', {
    title: 'Administer staging',
    risk: 'medium',
    rule: '1 of payments-owners',
  }),
  role('prod-admin', {
    title: 'Administer production',
    account: shopProd,
    maxMinutes: 120,
    defaultMinutes: 30,
    risk: 'high',
    channel: '#access-prod',
    rule: '1 of payments-owners and 1 of security, not the requester',
    breakGlass: {
      maxMinutes: 60,
      reviewSeconds: 86_400,
      reviewers: '1 of security, not the requester',
      page: true,
    },
  }),
  role('prod-billing', { account: shopProd, risk: 'high', ticketRequired: true }),
];

export const exampleCatalog = (roles: readonly CatalogRole[] = EXAMPLE_ROLES): Catalog => ({
  hash: '0'.repeat(64),
  timezone: 'Europe/Berlin',
  alarmChannel: '#oncall',
  securityChannel: '#security',
  revocationsPerPerson: 20,
  onCallSchedules: [],
  onCallGroups: ['sre-oncall'],
  workloads: [],
  linking: { by: 'email', people: {} },
  delegation: { longestMinutes: 43_200 },
  drift: { deadlineSeconds: 14_400, removalsPerRun: 5 },
  roles: () => roles,
  role: (id) => roles.find((one) => one.id === id),
});
