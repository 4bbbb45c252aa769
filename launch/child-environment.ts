import type { Variables } from '../config/environment';
import type { DevKeys } from './dev-keys';

/** Where the parts of one run find each other. */
export interface Addresses {
  /** The one address people know. */
  url: string;
  port: number;
  bot: number;
  worker: number;
  /** Undefined: a Temporal server that was there before. */
  temporal?: number;
}

export type ChildName = 'temporal' | 'sandbox' | 'worker' | 'bot';

export type StandIn = 'Slack' | 'AWS' | 'the directory';

/** The parts that nobody has set up: stand-ins take their place, in development only. */
export function standInsFor(given: Variables): StandIn[] {
  if (given.NODE_ENV === 'production') return [];
  const hasAws = given.AWS_WEB_IDENTITY_TOKEN_FILE ?? given.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  const standIns: [StandIn, boolean][] = [
    ['Slack', given.SLACK_BOT_TOKEN === undefined],
    ['AWS', hasAws === undefined],
    [
      'the directory',
      given.OKTA_CLIENT_ORGURL === undefined && given.CURFEW_DIRECTORY !== 'identity-center',
    ],
  ];
  return standIns.flatMap(([name, isNeeded]) => (isNeeded ? [name] : []));
}

/** What no child may see of the person's environment: the secrets of the others. */
const WITHHELD: Record<ChildName, RegExp> = {
  temporal: /^(CURFEW|SLACK|OKTA|AWS|TEMPORAL)_/,
  sandbox:
    /^(SLACK|OKTA|AWS|TEMPORAL)_|^CURFEW_(CODEC|EDGE|OIDC|PAGERDUTY|ALARM|JIRA|TICKET|ONCALL|PUBLIC|DIRECTORY)/,
  worker: /^CURFEW_(EDGE_KEY|OIDC_CLIENT_SECRET)$|^SLACK_(APP_TOKEN|SIGNING_SECRET)$/,
  bot: /^CURFEW_(PAGERDUTY|ALARM|JIRA|TICKET|ONCALL)/,
};

export interface EnvironmentOrder {
  own: NodeJS.ProcessEnv;
  data: string;
  config: string | undefined;
  addresses: Addresses;
  standIns: readonly StandIn[];
  /** Undefined in production, which brings its own. */
  devKeys?: DevKeys;
}

/** The environment of one child: the person's own, less what it should not know, plus where the others are. */
export function childEnvironment(name: ChildName, order: EnvironmentOrder): NodeJS.ProcessEnv {
  const { own, data, config, addresses, standIns, devKeys } = order;
  const kept = Object.entries(own).filter(
    ([key]) =>
      !WITHHELD[name].test(key) &&
      // Keys to a real account have no business beside a stand-in.
      !(standIns.includes('AWS') && key.startsWith('AWS_')) &&
      !(addresses.temporal !== undefined && key.startsWith('TEMPORAL_')),
  );
  const inherited = Object.fromEntries(kept);
  if (name === 'temporal') return inherited;
  return {
    NODE_ENV: 'development',
    ...(devKeys && devEnvironment(name, own, devKeys)),
    ...inherited,
    CURFEW_DATA: data,
    ...(config === undefined ? {} : { CURFEW_CONFIG: config }),
    CURFEW_PORT: String(addresses.port),
    CURFEW_WORKER_PORT: String(addresses.worker),
    CURFEW_WORKER_URL: loopback(addresses.worker),
    ...(standIns.length > 0 && {
      CURFEW_BOT_PORT: String(addresses.bot),
      CURFEW_SANDBOX_URL: addresses.url,
    }),
    CURFEW_BOT_URL: standIns.length > 0 ? loopback(addresses.bot) : addresses.url,
    ...(standIns.length > 0 && devKeys && { CURFEW_SANDBOX_KEYS: JSON.stringify(devKeys.sandbox) }),
    ...(addresses.temporal !== undefined && name !== 'sandbox' && embedded(addresses.temporal)),
  };
}

function devEnvironment(name: ChildName, own: NodeJS.ProcessEnv, keys: DevKeys): NodeJS.ProcessEnv {
  const externalId = { CURFEW_EXTERNAL_ID: keys.externalId };
  // A person who brings one half of the pair brings both.
  if (own['CURFEW_EDGE_KEY'] || own['CURFEW_EDGE_PUBLIC_KEY']) return externalId;
  switch (name) {
    case 'bot':
      return { ...externalId, CURFEW_EDGE_KEY: JSON.stringify(keys.edgeKey) };
    case 'worker':
      return { ...externalId, CURFEW_EDGE_PUBLIC_KEY: JSON.stringify(keys.edgePublicKey) };
    case 'sandbox':
    case 'temporal':
      return externalId;
  }
}

/** The person's own Temporal profile, with its namespace and certificates, is for another server. */
const embedded = (port: number): NodeJS.ProcessEnv => ({
  TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
  TEMPORAL_NAMESPACE: 'default',
  TEMPORAL_CONFIG_FILE: '/dev/null',
});

const loopback = (port: number): string => `http://127.0.0.1:${port}`;
