import Fastify from 'fastify';
import { createFaults } from '../../sandbox/faults';
import { AccountStore } from '../../sandbox/aws/account-store';
import { awsStandIn } from '../../sandbox/aws/plugin';
import type { WebIdentityProvider } from '../../sandbox/aws/web-identity';
import { managed, roleSeed, seedAccount, type AccountSeed } from '../../sandbox/aws/seed-account';

export const ACCOUNT = '222222222222';
export const TARGET = `arn:aws:iam::${ACCOUNT}:role/jit/target/prod-admin`;
export const OTHER_TARGET = `arn:aws:iam::${ACCOUNT}:role/jit/target/prod-readonly`;
export const REVOKER = `arn:aws:iam::${ACCOUNT}:role/jit/curfew-revoker`;
export const EXTERNAL_ID = 'curfew-7f3c9a';
export const BEARER = 'Bearer of-the-worker';

/** Somebody who may do anything in the account, as a person at the console would. */
const ADMIN = `arn:aws:iam::${ACCOUNT}:role/break-glass`;

const everything = {
  Version: '2012-10-17' as const,
  Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }],
};

/** Two targets in one account, and an administrator. */
export function exampleSeed(): AccountSeed {
  const seed = seedAccount({
    externalId: EXTERNAL_ID,
    targets: [
      { arn: TARGET, access: everything },
      {
        arn: OTHER_TARGET,
        access: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: ['s3:Get*', 's3:List*'], Resource: '*' }],
        },
      },
    ],
  });
  const admin = roleSeed(ADMIN, {
    trust: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
    },
    managed: [managed(ACCOUNT, 'everything', everything)],
  });
  return { ...seed, roles: [...seed.roles, admin] };
}

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

export interface RunningStandIn {
  url: string;
  endpoint: string;
  faults: ReturnType<typeof createFaults>;
  /** Puts AWS's clock so many seconds ahead of this machine's. */
  setAhead(seconds: number): void;
  /** Milliseconds. */
  now(): number;
  bot(): Promise<Keys>;
  /** A session of any role, given out behind the trust policies' backs. */
  sessionOf(roleArn: string, sessionName: string, policy?: object): Keys;
  admin(): Keys;
  stop(): Promise<void>;
}

/** The stand-in on a free loopback port, with its state in `data`. */
export async function startAwsStandIn(
  data: string,
  seed: AccountSeed = exampleSeed(),
  webIdentityProviders: readonly WebIdentityProvider[] = [],
): Promise<RunningStandIn> {
  let ahead = 0;
  const now = () => Date.now() + ahead * 1000;
  const faults = createFaults();
  const app = Fastify({ forceCloseConnections: true });
  await app.register(awsStandIn, {
    prefix: '/sandbox/aws',
    data,
    seed,
    bearer: BEARER,
    faults,
    now,
    webIdentityProviders,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const endpoint = `${url}/sandbox/aws`;
  const sessionOf = (roleArn: string, sessionName: string, policy?: object): Keys => {
    const store = new AccountStore(data);
    const issuedAt = Math.floor(now() / 1000) * 1000;
    const session = store.openSession({
      roleArn,
      sessionName,
      sourceIdentity: undefined,
      tags: {},
      transitiveTagKeys: [],
      policy: policy && JSON.stringify(policy),
      issuedAt,
      expiresAt: issuedAt + 3_600_000,
    });
    store.close();
    return session;
  };
  return {
    url,
    endpoint,
    faults,
    now,
    setAhead: (seconds) => {
      ahead = seconds;
    },
    async bot() {
      const answer = await fetch(`${endpoint}/container-credentials`, {
        headers: { authorization: BEARER },
      });
      const given = (await answer.json()) as Record<
        'AccessKeyId' | 'SecretAccessKey' | 'Token',
        string
      >;
      return {
        accessKeyId: given.AccessKeyId,
        secretAccessKey: given.SecretAccessKey,
        sessionToken: given.Token,
      };
    },
    sessionOf,
    admin: () => sessionOf(ADMIN, 'the-admin'),
    stop: () => app.close(),
  };
}
