import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  AssumeRoleCommand,
  DecodeAuthorizationMessageCommand,
  GetCallerIdentityCommand,
  STSClient,
  type AssumeRoleCommandInput,
} from '@aws-sdk/client-sts';
import { EXTERNAL_ID, REVOKER, TARGET, type Keys } from './aws-stand-in';

export const REGION = 'eu-central-1';

/** The SDK's clients with these keys, one try a call. */
export function callsWith(endpoint: string, credentials: Keys) {
  const options = { endpoint, region: REGION, credentials, maxAttempts: 1 };
  const sts = new STSClient(options);
  const iam = new IAMClient(options);
  const s3 = new S3Client(options);
  return {
    sts,
    iam,
    keys: credentials,
    /** Signs as if this machine's clock were so many seconds ahead. */
    setAhead: (seconds: number) => {
      for (const { config } of [sts, iam, s3]) config.systemClockOffset = seconds * 1000;
    },
    /** Lets go of the connections. */
    close: () => {
      for (const client of [sts, iam, s3]) client.destroy();
    },
    whoAmI: () => sts.send(new GetCallerIdentityCommand()),
    listBuckets: () => s3.send(new ListBucketsCommand()),
    probe: () => sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage: 'bogus' })),
    put: (document: unknown, policy = 'jit-revocations', role = 'prod-admin') =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName: role,
          PolicyName: policy,
          PolicyDocument: typeof document === 'string' ? document : JSON.stringify(document),
        }),
      ),
    get: (policy = 'jit-revocations', role = 'prod-admin') =>
      iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: policy })),
    remove: (policy = 'jit-revocations', role = 'prod-admin') =>
      iam.send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName: policy })),
    assume: async (order: AssumeRoleCommandInput): Promise<Keys> => {
      const { Credentials } = await sts.send(new AssumeRoleCommand(order));
      return {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      };
    },
  };
}

/** What the minter sends for one grant; `change` replaces or (undefined) leaves out. */
export const mintOrder = (
  name: string,
  change: {
    [Field in keyof AssumeRoleCommandInput]?: AssumeRoleCommandInput[Field] | undefined;
  } = {},
): AssumeRoleCommandInput =>
  JSON.parse(
    JSON.stringify({
      RoleArn: TARGET,
      RoleSessionName: name,
      SourceIdentity: '00uada00000000000001',
      Tags: [{ Key: 'jit-grant', Value: name }],
      ExternalId: EXTERNAL_ID,
      DurationSeconds: 900,
      ...change,
    }),
  ) as AssumeRoleCommandInput;

export const revokerOrder: AssumeRoleCommandInput = {
  RoleArn: REVOKER,
  RoleSessionName: 'curfew-revoker',
  ExternalId: EXTERNAL_ID,
  DurationSeconds: 900,
};

/** Denies everything from an instant on, allows everything before. */
export const fencedAt = (fence: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': fence } },
      },
    ],
  });

/** The revocation list as one Deny. */
export const cutting = (...names: string[]): object => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringLike: { 'aws:userid': names.map((name) => `*:${name}`) } },
    },
  ],
});

/** The name of the error that a call ends in, or `ok`. */
export const codeOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
