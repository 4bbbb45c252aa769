import { fromHttp, fromTokenFile } from '@aws-sdk/credential-providers';
import { CALL_LIMITS } from './call-limits';
import { AwsFault, awsFault } from './errors';

/** Where the bot's own AWS identity comes from: named, never found. */
export type CredentialSource =
  | {
      /** A token file of the platform (IRSA, any OIDC provider) exchanged for the role. */
      kind: 'web-identity';
      tokenFile: string;
      roleArn: string;
      region: string;
    }
  | {
      /** The platform's credential endpoint (EKS Pod Identity, ECS), and the token it asks for, if any. */
      kind: 'container';
      url: string;
      token?: { file: string } | { text: string };
    };

/** Credentials as a provider of the SDK may give them. */
interface Given {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** Gives credentials that end by themselves. */
export type BotCredentials = () => Promise<Required<Given>>;

/**
 * The bot's credentials from the one source that was named. The default chain is not used: with
 * several sources present it prefers long-lived keys.
 */
export function botCredentials(source: CredentialSource, endpoint?: string): BotCredentials {
  switch (source.kind) {
    case 'web-identity':
      return shortLived(
        `the web identity token in ${source.tokenFile}`,
        fromTokenFile({
          webIdentityTokenFile: source.tokenFile,
          roleArn: source.roleArn,
          roleSessionName: 'curfew',
          clientConfig: {
            ...CALL_LIMITS,
            region: source.region,
            ...(endpoint === undefined ? {} : { endpoint }),
          },
        }),
      );
    case 'container':
      return shortLived(`the container endpoint ${source.url}`, container(source));
  }
}

/**
 * Refuses what is, or may be, a long-lived key, at the first use and at every refresh: an `AKIA…`
 * id, no session token, or no expiration. The fault names `source`.
 */
export function shortLived(source: string, provider: () => Promise<Given>): BotCredentials {
  return async () => {
    const credentials = await provider().catch((error: unknown) => {
      throw awsFault(error, `Getting Curfew’s own AWS credentials from ${source}`);
    });
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
    if (accessKeyId.startsWith('AKIA'))
      throw longLived(source, 'the access key id begins with AKIA, so it belongs to an IAM user');
    if (!sessionToken) throw longLived(source, 'there is no session token');
    if (expiration === undefined || Number.isNaN(expiration.getTime()))
      throw longLived(source, 'there is no expiration');
    return { accessKeyId, secretAccessKey, sessionToken, expiration };
  };
}

const longLived = (source: string, because: string): AwsFault =>
  new AwsFault(
    `Curfew works with short-lived credentials only, and those from ${source} are not: ${because}. ` +
      'Give Curfew a role instead (web identity, EKS Pod Identity or ECS), and delete the key.',
  );

/** Opened at each use, because opening reads the URL and may throw. */
const container =
  ({ url, token }: Extract<CredentialSource, { kind: 'container' }>) =>
  async (): Promise<Given> =>
    fromHttp({
      awsContainerCredentialsFullUri: url,
      // Empty, not absent: what is absent is taken from the environment, where a relative URI would win.
      awsContainerCredentialsRelativeUri: '',
      awsContainerAuthorizationToken: token && 'text' in token ? token.text : '',
      awsContainerAuthorizationTokenFile: token && 'file' in token ? token.file : '',
      maxRetries: 0,
      timeout: 5_000,
    })();
