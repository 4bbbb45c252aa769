import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { IdentityCenter } from '../access/catalog';
import { SESSION_SECONDS } from '../access/fence';
import type { Target } from '../access/session';
import { readSession, type StsSession } from './assume';
import { CALL_LIMITS } from './call-limits';
import type { BotCredentials } from './credentials';
import { awsFault } from './errors';
import { revokerArn, roleParts } from './target-role';

/** AWS's clients, each made once; credentials are fetched again 5 minutes before they end (by the SDK). */
export interface AwsClients {
  /** STS as the bot, at the region's own endpoint. */
  sts(region: string): STSClient;
  /** STS as somebody else, for one look. Shares the connections, so it need not be closed. */
  stsAs(region: string, session: StsSession['credentials']): STSClient;
  /** IAM as the revoker of the target's account. */
  iam(target: Target): IAMClient;
  /** Identity Center as the administrator of assignments. Two clients: AWS has two APIs for it. */
  center(center: IdentityCenter): { ssoAdmin: SSOAdminClient; identityStore: IdentitystoreClient };
  /** Closes the connections; the clients cannot be used afterwards. */
  close(): void;
}

export function createClients(options: {
  credentials: BotCredentials;
  externalId: string;
  /** Instead of AWS's own STS endpoints. */
  endpoint?: string;
  /** Instead of AWS's own IAM endpoint; `endpoint` when absent. */
  iamEndpoint?: string;
}): AwsClients {
  const { credentials, externalId, endpoint, iamEndpoint = endpoint } = options;
  const stsAt = (region: string) => ({
    ...CALL_LIMITS,
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const botSts = new Map<string, STSClient>();
  const revokerIam = new Map<string, IAMClient>();

  const sts = (region: string): STSClient =>
    once(botSts, region, () => new STSClient({ ...stsAt(region), credentials }));

  const stsAs: AwsClients['stsAs'] = (region, session) =>
    new STSClient({
      ...stsAt(region),
      requestHandler: sts(region).config.requestHandler,
      // What the SDK learnt of AWS's clock from a refused signature.
      systemClockOffset: sts(region).config.systemClockOffset,
      credentials: session,
    });

  const becoming =
    (roleArn: string, region: string, RoleSessionName: string, why: string): BotCredentials =>
    async () => {
      const answer = await sts(region)
        .send(
          new AssumeRoleCommand({
            RoleArn: roleArn,
            RoleSessionName,
            ExternalId: externalId,
            DurationSeconds: SESSION_SECONDS,
          }),
        )
        .catch((error: unknown) => {
          throw awsFault(error, `Becoming ${roleArn} to ${why}`);
        });
      const { credentials: session, expiration } = readSession(answer);
      return { ...session, expiration };
    };

  // The control plane is one per partition; the SDK finds it from any region of that partition.
  const iam: AwsClients['iam'] = (target) =>
    once(
      revokerIam,
      `${roleParts(target.arn).accountId} ${target.region}`,
      () =>
        new IAMClient({
          ...CALL_LIMITS,
          region: target.region,
          ...(iamEndpoint === undefined ? {} : { endpoint: iamEndpoint }),
          credentials: becoming(
            revokerArn(target),
            target.region,
            'curfew-revoker',
            'write revocations',
          ),
        }),
    );

  const centers = new Map<string, ReturnType<AwsClients['center']>>();
  const center: AwsClients['center'] = ({ roleArn, region, instanceArn }) =>
    once(centers, `${instanceArn} ${roleArn} ${region}`, () => {
      const configuration = {
        ...stsAt(region),
        credentials: becoming(roleArn, region, 'curfew-assignments', 'assign permission sets'),
      };
      return {
        ssoAdmin: new SSOAdminClient(configuration),
        identityStore: new IdentitystoreClient(configuration),
      };
    });

  const close = () => {
    const pairs = [...centers.values()].flatMap((pair) => [pair.ssoAdmin, pair.identityStore]);
    for (const client of [...botSts.values(), ...revokerIam.values(), ...pairs]) client.destroy();
  };

  return { sts, stsAs, iam, center, close };
}

function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  const there = made.get(key);
  if (there !== undefined) return there;
  const fresh = make();
  made.set(key, fresh);
  return fresh;
}
