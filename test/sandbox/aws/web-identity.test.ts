import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { roleSeed } from '../../../sandbox/aws/seed-account';
import { callsWith, codeOf, REGION } from '../../support/aws-calls';
import {
  ACCOUNT,
  exampleSeed,
  startAwsStandIn,
  type RunningStandIn,
} from '../../support/aws-stand-in';
import { temporaryFolder } from '../../support/temporary-folder';

const ISSUER = 'https://oidc.shop.example/cluster';
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.shop.example/cluster`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/pod`;
const SUBJECT = 'system:serviceaccount:curfew:worker';

const data = temporaryFolder();
let aws: RunningStandIn;
let token: (claims?: {
  sub?: string;
  aud?: string;
  iss?: string;
  until?: string;
}) => Promise<string>;
let strangersToken: string;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256');
  const signWith =
    (key: typeof pair.privateKey): typeof token =>
    (claims = {}) =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'ES256' })
        .setSubject(claims.sub ?? SUBJECT)
        .setAudience(claims.aud ?? 'sts.amazonaws.com')
        .setIssuer(claims.iss ?? ISSUER)
        .setExpirationTime(claims.until ?? '5m')
        .sign(key);
  token = signWith(pair.privateKey);
  strangersToken = await signWith((await generateKeyPair('ES256')).privateKey)();
  const seed = exampleSeed();
  const pod = roleSeed(ROLE, {
    trust: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: PROVIDER },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              'oidc.shop.example/cluster:sub': SUBJECT,
              'oidc.shop.example/cluster:aud': 'sts.amazonaws.com',
            },
          },
        },
      ],
    },
    managed: [],
  });
  aws = await startAwsStandIn(data, { ...seed, roles: [...seed.roles, pod] }, [
    { arn: PROVIDER, issuer: ISSUER, keys: { keys: [await exportJWK(pair.publicKey)] } },
  ]);
});
afterAll(() => aws.stop());

const exchange = (WebIdentityToken: string, RoleArn = ROLE) =>
  new STSClient({ endpoint: aws.endpoint, region: REGION, maxAttempts: 1 }).send(
    new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'pod-1', WebIdentityToken }),
  );

test('a provider’s token becomes a session, without any key', async () => {
  const { Credentials, Audience, SubjectFromWebIdentityToken } = await exchange(await token());
  expect({ Audience, SubjectFromWebIdentityToken }).toEqual({
    Audience: 'sts.amazonaws.com',
    SubjectFromWebIdentityToken: SUBJECT,
  });
  const { Arn } = await callsWith(aws.endpoint, {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }).whoAmI();
  expect(Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/pod/pod-1`);
});

test.each<[string, () => Promise<unknown>, string]>([
  [
    'of another subject',
    async () => exchange(await token({ sub: 'system:serviceaccount:x:y' })),
    'AccessDenied',
  ],
  ['for another audience', async () => exchange(await token({ aud: 'curfew' })), 'AccessDenied'],
  [
    'of another issuer',
    async () => exchange(await token({ iss: 'https://elsewhere.example' })),
    'InvalidIdentityTokenException',
  ],
  [
    'that has expired',
    async () => exchange(await token({ until: '1 minute ago' })),
    'InvalidIdentityTokenException',
  ],
  [
    'signed by somebody else',
    async () => exchange(strangersToken),
    'InvalidIdentityTokenException',
  ],
  ['that is none', async () => exchange('none.of.these'), 'InvalidIdentityTokenException'],
  [
    'for a role that trusts no provider',
    async () => exchange(await token(), `arn:aws:iam::${ACCOUNT}:role/break-glass`),
    'AccessDenied',
  ],
])('a token %s is refused', async (_what, call, code) => {
  expect(await codeOf(call())).toBe(code);
});
