import type { ManagedPolicy, Role } from './account-rows';
import type { CenterSeed } from './center-rows';
import { parsePolicy, type PolicyJson } from './policy-document';
import type { Buckets } from './s3';
import {
  becomeAccess,
  BOT_ACCESS,
  centerAccess,
  PLATFORM_TRUST,
  revokerAccess,
  revokerTrust,
  TARGET_GUARD,
  targetAccess,
  targetTrust,
} from './seed-policies';

export type RoleSeed = Omit<Role, 'roleId' | 'createdAt'>;

/** What is in AWS before anybody asks for anything. */
export interface AccountSeed {
  /** Whose credentials `/container-credentials` gives. */
  botRoleArn: string;
  roles: readonly RoleSeed[];
  buckets: Buckets;
  identityCenter?: CenterSeed;
}

export const HUB_ACCOUNT = '000000000000';
export const BOT_ROLE_ARN = `arn:aws:iam::${HUB_ACCOUNT}:role/curfew-bot`;

/**
 * An installation as it should be: the bot's role in the hub, and in each target's account the target
 * roles and one revoker. Throws when an ARN or a policy is malformed.
 */
export function seedAccount(installation: {
  targets: readonly { arn: string; access: PolicyJson }[];
  externalId: string;
  identityCenter?: CenterSeed;
}): AccountSeed {
  const { targets, externalId, identityCenter } = installation;
  const accounts = [...new Set(targets.map(({ arn }) => partsOf(arn).accountId))];
  return {
    botRoleArn: BOT_ROLE_ARN,
    roles: [
      roleSeed(BOT_ROLE_ARN, {
        trust: PLATFORM_TRUST,
        managed: [
          managed(HUB_ACCOUNT, 'curfew-bot', BOT_ACCESS),
          ...(identityCenter === undefined
            ? []
            : [
                managed(
                  HUB_ACCOUNT,
                  'curfew-bot-identity-center',
                  becomeAccess(identityCenter.roleArn),
                ),
              ]),
        ],
      }),
      ...(identityCenter === undefined
        ? []
        : [
            roleSeed(identityCenter.roleArn, {
              trust: revokerTrust(BOT_ROLE_ARN, externalId),
              managed: [
                managed(
                  partsOf(identityCenter.roleArn).accountId,
                  'jit/curfew-identity-center',
                  centerAccess(identityCenter),
                ),
              ],
            }),
          ]),
      ...accounts.map((accountId) =>
        roleSeed(`arn:aws:iam::${accountId}:role/jit/curfew-revoker`, {
          trust: revokerTrust(BOT_ROLE_ARN, externalId),
          managed: [managed(accountId, 'jit/curfew-revoker', revokerAccess(accountId))],
        }),
      ),
      ...targets.map(({ arn, access }) => {
        const { accountId, name } = partsOf(arn);
        const boundary = managed(accountId, `jit/access/${name}`, targetAccess(access));
        return roleSeed(arn, {
          trust: targetTrust(BOT_ROLE_ARN, externalId),
          managed: [boundary, managed(accountId, 'jit/guard', TARGET_GUARD)],
          boundary,
        });
      }),
    ],
    ...(identityCenter !== undefined && { identityCenter }),
    buckets: Object.fromEntries(
      accounts.map((id) => [id, [`invoices-${id}`, `logs-${id}`, `uploads-${id}`]]),
    ),
  };
}

/** One role, its policies checked. Sessions last up to an hour. */
export function roleSeed(
  arn: string,
  role: { trust: PolicyJson; managed: readonly ManagedPolicy[]; boundary?: ManagedPolicy },
): RoleSeed {
  const trust = JSON.stringify(role.trust);
  parsePolicy(trust, 'trust');
  for (const { document } of role.managed) parsePolicy(document, 'identity');
  return {
    arn,
    ...partsOf(arn),
    trust,
    managed: role.managed,
    boundary: role.boundary,
    maxSessionSeconds: 3_600,
    tags: {},
  };
}

export const managed = (accountId: string, name: string, policy: PolicyJson): ManagedPolicy => ({
  arn: `arn:aws:iam::${accountId}:policy/${name}`,
  document: JSON.stringify(policy),
});

function partsOf(arn: string): { accountId: string; path: string; name: string } {
  const [, accountId, path, name] =
    /^arn:aws:iam::(\d{12}):role(\/|\/[\x21-\x7e]+\/)([\w+=,.@-]{1,64})$/.exec(arn) ?? [];
  if (accountId === undefined || path === undefined || name === undefined)
    throw new Error(
      `${arn} is not the ARN of a role, like arn:aws:iam::111111111111:role/jit/target/name.`,
    );
  return { accountId, path, name };
}
