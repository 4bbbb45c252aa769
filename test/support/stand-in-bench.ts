import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SessionCredentials } from '../../access/grant';
import type { Target } from '../../access/session';
import type { AwsOptions } from '../../aws/create-aws';
import type { PolicyJson } from '../../sandbox/aws/policy-document';
import {
  BOT_ROLE_ARN,
  managed,
  roleSeed,
  seedAccount,
  type AccountSeed,
} from '../../sandbox/aws/seed-account';
import { targetTrust } from '../../sandbox/aws/seed-policies';
import { REGION, type AwsBench } from './aws-bench';
import { callsWith, codeOf } from './aws-calls';
import { awsOf } from './aws-of-stand-in';
import { ACCOUNT, EXTERNAL_ID, REVOKER, startAwsStandIn } from './aws-stand-in';
import type { Keys, RunningStandIn } from './aws-stand-in';

const ANYTHING: PolicyJson = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

const TARGETS = Array.from(
  { length: 20 },
  (_, nth) => `arn:aws:iam::${ACCOUNT}:role/jit/target/target-${nth}`,
);

/** A target that may list buckets, but lacks the call that the probe looks with. */
const UNPROBED = `arn:aws:iam::${ACCOUNT}:role/jit/target/unprobed`;

export interface StandInBench extends AwsBench {
  standIn: RunningStandIn;
  /** A target that lacks the probe's call. */
  unprobed: Target;
  /** The adapters once more, otherwise configured. */
  awsWith(options: Partial<AwsOptions>): AwsBench['aws'];
  /** The SDK's calls with these. */
  callsWith(session: SessionCredentials): ReturnType<typeof callsWith>;
  /** What AWS answers to ListBuckets with these: `ok` or the error's code. */
  tryOn(session: SessionCredentials): Promise<string>;
  /** How long AWS takes until a written policy is in force, in milliseconds. */
  propagation(ms: number): Promise<void>;
  /** Names and key ids of all calls so far, oldest first. */
  calls(): Promise<Called>;
}

/** Our AWS stand-in, which enforces what it is told, behind the adapters. */
export async function standInBench({ revokerLists = true } = {}): Promise<StandInBench> {
  const data = mkdtempSync(path.join(tmpdir(), 'curfew-aws-'));
  const standIn = await startAwsStandIn(data, seed(revokerLists));
  const opened: AwsBench['aws'][] = [];
  const awsWith = (options: Partial<AwsOptions>) => {
    const aws = awsOf(standIn, options);
    opened.push(aws);
    return aws;
  };
  const admin = callsWith(standIn.endpoint, standIn.sessionOf(ADMIN, 'somebody'));
  const unused = TARGETS.map(target);
  return {
    aws: awsWith({}),
    awsWith,
    standIn,
    endpoint: standIn.endpoint,
    unprobed: target(UNPROBED),
    newTarget: async () => unused.pop()!,
    putInline: async (at, name, document) => {
      await admin.put(document, name, roleName(at));
    },
    inline: async (at, name) =>
      decodeURIComponent((await admin.get(name, roleName(at))).PolicyDocument!),
    callsWith: (session) => callsWith(standIn.endpoint, keysOf(session)),
    tryOn: (session) => codeOf(callsWith(standIn.endpoint, keysOf(session)).listBuckets()),
    propagation: async (ms) => {
      await fetch(`${standIn.endpoint}/propagation`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ms }),
      });
    },
    calls: async () => (await (await fetch(`${standIn.endpoint}/calls`)).json()) as Called,
    close: async () => {
      for (const aws of opened) aws.close();
      await standIn.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export type Called = {
  eventName: string;
  accessKeyId?: string;
  /** The session that AssumeRole gave. */
  issued?: { accessKeyId: string; sessionName: string };
  result: string;
}[];

const ADMIN = `arn:aws:iam::${ACCOUNT}:role/break-glass`;

/** As installed, plus an administrator, a target without the probe's call, and perhaps a revoker that may list. */
function seed(revokerLists: boolean): AccountSeed {
  const installed = seedAccount({
    externalId: EXTERNAL_ID,
    targets: TARGETS.map((arn) => ({ arn, access: ANYTHING })),
  });
  const buckets: PolicyJson = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
  };
  const mayList: PolicyJson = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iam:ListRolePolicies', Resource: '*' }],
  };
  return {
    ...installed,
    roles: [
      ...installed.roles.filter(({ arn }) => arn !== REVOKER),
      ...installed.roles
        .filter(({ arn }) => arn === REVOKER)
        .map((role) => ({
          ...role,
          managed: [
            ...role.managed,
            ...(revokerLists ? [managed(ACCOUNT, 'jit/revoker-lists', mayList)] : []),
          ],
        })),
      roleSeed(ADMIN, {
        trust: targetTrust(BOT_ROLE_ARN, EXTERNAL_ID),
        managed: [managed(ACCOUNT, 'everything', ANYTHING)],
      }),
      roleSeed(UNPROBED, {
        trust: targetTrust(BOT_ROLE_ARN, EXTERNAL_ID),
        managed: [managed(ACCOUNT, 'jit/access/unprobed', buckets)],
        boundary: managed(ACCOUNT, 'jit/access/unprobed', buckets),
      }),
    ],
  };
}

const target = (arn: string): Target => ({ arn, accountId: ACCOUNT, region: REGION });
const roleName = ({ arn }: Target): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Without the expiration: it is text, and the SDK wants none or a Date. */
const keysOf = ({ accessKeyId, secretAccessKey, sessionToken }: SessionCredentials): Keys => ({
  accessKeyId,
  secretAccessKey,
  sessionToken,
});
