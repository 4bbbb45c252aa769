import path from 'node:path';
import {
  BadSettings,
  readVariables,
  type Environment,
  type SandboxKeys,
  type Variables,
} from './environment';
import { factsOf, factsProblems, type FactsPart } from './facts';
import { pagingOf, pagingProblems, type PagingPart } from './paging';
import { signInOf, signInProblems, type SignInPart } from './sign-in';

/** One outside part: the real one, or the stand-in that takes its place in development. */
type Part<Real, StandIn> = ({ kind: 'real' } & Real) | ({ kind: 'stand-in' } & StandIn);

export type SlackPart = Part<object, { apiUrl: string }> & {
  botToken: string;
  appToken?: string;
  signingSecret?: string;
};
export type OktaPart = {
  kind: 'real' | 'stand-in';
  from: 'okta';
  orgUrl: string;
  clientId: string;
  /** PEM or JWK as JSON, as Okta's own variable holds it. */
  privateKey: string;
  /** What Okta's event hook sends as Authorization. Absent: no hook, people are looked at every minute. */
  hookSecret?: string;
};
/** Who knows the people. Identity Center: the identity store that curfew.yaml names, by AWS's own credentials. */
export type DirectoryPart =
  | OktaPart
  | { kind: 'real' | 'stand-in'; from: 'identity-center'; hookSecret?: undefined };
export type AwsPart = {
  kind: 'real' | 'stand-in';
  region: string;
  /** The role that Curfew's own credentials must be of. */
  botRoleArn: string;
  /** Of the stand-in; AWS's own endpoints when absent. */
  endpoint?: string;
  source:
    | { from: 'web-identity'; tokenFile: string }
    | { from: 'container'; url: string; tokenFile?: string; bearer?: string };
};

/** The bot role of the AWS stand-in. */
const STAND_IN_ROLE = 'arn:aws:iam::000000000000:role/curfew-bot';

export interface Settings {
  mode: 'development' | 'production';
  data: string;
  /** Folder with curfew.yaml and policies/. Undefined: the example that ships. */
  config?: string;
  /** The one configuration that may be used, by its hash. Undefined: whichever can be. */
  configHash?: string;
  port: number;
  botPort?: number;
  workerPort: number;
  botUrl?: string;
  workerUrl?: string;
  sandboxUrl?: string;
  codecKey?: Buffer;
  edgeKey?: Record<string, string>;
  edgePublicKey?: Record<string, string>;
  externalId: string;
  slackTransport: 'socket' | 'http';
  slack: SlackPart;
  directory: DirectoryPart;
  /** Absent: nobody can be sent to sign in. */
  signIn?: SignInPart;
  paging: PagingPart;
  facts: FactsPart;
  /** Only the worker has one. */
  aws?: AwsPart;
}

/** Where the image's health check looks. */
const PRODUCTION_WORKER_PORT = 3001;

/** What a process needs to be told besides the parts. */
export type Role = 'bot' | 'worker' | 'sandbox';

/**
 * Reads and judges the whole environment at once. Throws {@link BadSettings} listing every problem.
 * A stand-in is possible in development only, and never beside real AWS (security.md, attack 6).
 */
export function readSettings(environment: Environment, role: Role): Settings {
  const given = readVariables(environment);
  const mode = given.NODE_ENV === 'production' ? 'production' : 'development';
  const problems = [
    ...missing(given, mode, role),
    ...mixed(given),
    ...pagingProblems(given),
    ...signInProblems(given, { isBot: role === 'bot' }),
    ...factsProblems(given),
  ];
  if (problems.length > 0) throw new BadSettings(problems);
  const slack = slackOf(given);
  const directory = directoryOf(given);
  if (slack === undefined || directory === undefined)
    throw new BadSettings(['CURFEW_SANDBOX_KEYS is not set.']);
  return {
    mode,
    data: path.resolve(given.CURFEW_DATA),
    ...optional('config', given.CURFEW_CONFIG),
    ...optional('configHash', given.CURFEW_CONFIG_HASH),
    port: given.CURFEW_PORT,
    ...optional('botPort', given.CURFEW_BOT_PORT),
    workerPort: given.CURFEW_WORKER_PORT ?? (mode === 'production' ? PRODUCTION_WORKER_PORT : 0),
    ...optional('botUrl', given.CURFEW_BOT_URL),
    ...optional('workerUrl', given.CURFEW_WORKER_URL),
    ...optional('sandboxUrl', given.CURFEW_SANDBOX_URL),
    ...optional('codecKey', given.CURFEW_CODEC_KEY),
    ...optional('edgeKey', given.CURFEW_EDGE_KEY),
    ...optional('edgePublicKey', given.CURFEW_EDGE_PUBLIC_KEY),
    externalId: given.CURFEW_EXTERNAL_ID ?? 'development',
    slackTransport: given.CURFEW_SLACK_TRANSPORT,
    slack,
    directory,
    ...optional('signIn', signInOf(given)),
    paging: pagingOf(given),
    facts: factsOf(given, mode === 'development' && !hasAws(given) ? standInOf(given) : undefined),
    ...optional('aws', awsOf(given)),
  };
}

/** The directory alone, for a command that asks nothing else. Undefined when the environment names none. */
export function readDirectory(environment: Environment): DirectoryPart | undefined {
  const given = readVariables(environment);
  if (hasDirectory(given) && !(given.OKTA_CLIENT_CLIENTID && given.OKTA_CLIENT_PRIVATEKEY))
    throw new BadSettings(['OKTA_CLIENT_CLIENTID and OKTA_CLIENT_PRIVATEKEY are needed, too.']);
  return given.OKTA_CLIENT_ORGURL === undefined && given.CURFEW_SANDBOX_URL === undefined
    ? undefined
    : directoryOf(given);
}

const optional = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } | object =>
  value === undefined ? {} : { [key]: value };

const hasSlack = (given: Variables): boolean => given.SLACK_BOT_TOKEN !== undefined;
const isInIdentityCenter = (given: Variables): boolean =>
  given.CURFEW_DIRECTORY === 'identity-center';
const hasOkta = (given: Variables): boolean => given.OKTA_CLIENT_ORGURL !== undefined;
const hasDirectory = (given: Variables): boolean => hasOkta(given) || isInIdentityCenter(given);
const hasAws = (given: Variables): boolean =>
  given.AWS_WEB_IDENTITY_TOKEN_FILE !== undefined ||
  given.AWS_CONTAINER_CREDENTIALS_FULL_URI !== undefined;

function missing(given: Variables, mode: Settings['mode'], role: Role): string[] {
  const problems: string[] = [];
  const need = (present: boolean, sentence: string): void => {
    if (!present) problems.push(sentence);
  };
  const standIns =
    given.CURFEW_SANDBOX_URL !== undefined && given.CURFEW_SANDBOX_KEYS !== undefined;
  const mayStandIn = mode === 'development' && standIns;
  if (mode === 'production') {
    need(role !== 'sandbox', 'NODE_ENV=production: the stand-ins never run in production.');
    need(
      given.CURFEW_CODEC_KEY !== undefined,
      'CURFEW_CODEC_KEY is not set: histories must be encrypted in production (32 bytes, base64url).',
    );
    need(
      given.CURFEW_EXTERNAL_ID !== undefined,
      'CURFEW_EXTERNAL_ID is not set: the external id that the target roles demand.',
    );
    need(
      given.TEMPORAL_ADDRESS !== undefined,
      'TEMPORAL_ADDRESS is not set: the Temporal frontend to use.',
    );
  }
  need(
    hasSlack(given) || mayStandIn,
    'SLACK_BOT_TOKEN is not set, and a stand-in is for development only (npm start).',
  );
  need(
    hasDirectory(given) || mayStandIn,
    'OKTA_CLIENT_ORGURL is not set (nor CURFEW_DIRECTORY=identity-center), and a stand-in is for development only (npm start).',
  );
  need(
    // The bot never speaks to AWS, so it gets nothing of it.
    role === 'bot' || hasAws(given) || mayStandIn,
    'AWS_WEB_IDENTITY_TOKEN_FILE (with AWS_ROLE_ARN) or AWS_CONTAINER_CREDENTIALS_FULL_URI is not set, and a stand-in is for development only (npm start).',
  );
  if (hasSlack(given) && role === 'bot') {
    need(
      given.CURFEW_SLACK_TRANSPORT !== 'socket' || given.SLACK_APP_TOKEN !== undefined,
      'SLACK_APP_TOKEN is not set: Socket Mode needs it (or CURFEW_SLACK_TRANSPORT=http).',
    );
    need(
      given.CURFEW_SLACK_TRANSPORT !== 'http' || given.SLACK_SIGNING_SECRET !== undefined,
      'SLACK_SIGNING_SECRET is not set: the HTTP transport needs it.',
    );
  }
  if (isInIdentityCenter(given))
    need(
      !hasOkta(given),
      'CURFEW_DIRECTORY is identity-center, and OKTA_CLIENT_ORGURL is set: Curfew has one directory. Leave one of them out.',
    );
  else if (hasOkta(given)) {
    need(given.OKTA_CLIENT_CLIENTID !== undefined, 'OKTA_CLIENT_CLIENTID is not set.');
    need(
      given.OKTA_CLIENT_PRIVATEKEY !== undefined,
      'OKTA_CLIENT_PRIVATEKEY is not set: Curfew signs in by private key, never by a long-lived API token.',
    );
  }
  if (hasAws(given)) {
    need(given.AWS_REGION !== undefined, 'AWS_REGION is not set.');
    need(
      given.AWS_ROLE_ARN !== undefined,
      "AWS_ROLE_ARN is not set: the role that Curfew's own credentials are of.",
    );
  }
  if (role === 'bot')
    need(
      given.CURFEW_EDGE_KEY !== undefined,
      'CURFEW_EDGE_KEY is not set: the Ed25519 key (JWK) that signs what people say.',
    );
  if (role === 'worker')
    need(
      given.CURFEW_EDGE_PUBLIC_KEY !== undefined,
      'CURFEW_EDGE_PUBLIC_KEY is not set: the public half of CURFEW_EDGE_KEY (JWK).',
    );
  return problems;
}

/** Real AWS tolerates no stand-in beside it, whatever NODE_ENV says. */
function mixed(given: Variables): string[] {
  if (!hasAws(given)) return [];
  return [
    ...(hasSlack(given) ? [] : ['Real AWS requires real Slack: set SLACK_BOT_TOKEN.']),
    ...(hasDirectory(given)
      ? []
      : [
          'Real AWS requires a real directory: set OKTA_CLIENT_ORGURL, or CURFEW_DIRECTORY=identity-center.',
        ]),
    ...(given.CURFEW_CODEC_KEY === undefined
      ? ['Real AWS requires encrypted histories: set CURFEW_CODEC_KEY (32 bytes, base64url).']
      : []),
  ];
}

const standInOf = ({ CURFEW_SANDBOX_URL: url, CURFEW_SANDBOX_KEYS: keys }: Variables) =>
  url !== undefined && keys !== undefined ? { url, keys } : undefined;

function slackOf(given: Variables): SlackPart | undefined {
  if (given.SLACK_BOT_TOKEN !== undefined) {
    return {
      kind: 'real',
      botToken: given.SLACK_BOT_TOKEN,
      ...optional('appToken', given.SLACK_APP_TOKEN),
      ...optional('signingSecret', given.SLACK_SIGNING_SECRET),
    };
  }
  const keys = given.CURFEW_SANDBOX_KEYS;
  return (
    keys && {
      kind: 'stand-in',
      apiUrl: `${given.CURFEW_SANDBOX_URL}/sandbox/slack/api/`,
      ...tokensOf(keys),
    }
  );
}

const tokensOf = ({ botToken, appToken, signingSecret }: SandboxKeys) => ({
  botToken,
  appToken,
  signingSecret,
});

function directoryOf(given: Variables): DirectoryPart | undefined {
  if (isInIdentityCenter(given)) {
    const standsIn = given.CURFEW_SANDBOX_KEYS !== undefined && !hasAws(given);
    return { kind: standsIn ? 'stand-in' : 'real', from: 'identity-center' };
  }
  if (given.OKTA_CLIENT_ORGURL !== undefined) {
    return {
      kind: 'real',
      from: 'okta',
      orgUrl: given.OKTA_CLIENT_ORGURL,
      clientId: given.OKTA_CLIENT_CLIENTID ?? '',
      privateKey: given.OKTA_CLIENT_PRIVATEKEY ?? '',
      ...optional('hookSecret', given.CURFEW_OKTA_HOOK_SECRET),
    };
  }
  const keys = given.CURFEW_SANDBOX_KEYS;
  return (
    keys && {
      kind: 'stand-in',
      from: 'okta',
      orgUrl: `${given.CURFEW_SANDBOX_URL}/sandbox/directory`,
      clientId: keys.directoryClientId,
      privateKey: JSON.stringify(keys.directoryKey),
      hookSecret: keys.signingSecret,
    }
  );
}

function awsOf(given: Variables): AwsPart | undefined {
  const region = given.AWS_REGION ?? 'eu-central-1';
  const real = { kind: 'real' as const, region, botRoleArn: given.AWS_ROLE_ARN ?? '' };
  if (given.AWS_WEB_IDENTITY_TOKEN_FILE !== undefined) {
    const tokenFile = given.AWS_WEB_IDENTITY_TOKEN_FILE;
    return { ...real, source: { from: 'web-identity', tokenFile } };
  }
  if (given.AWS_CONTAINER_CREDENTIALS_FULL_URI !== undefined) {
    const url = given.AWS_CONTAINER_CREDENTIALS_FULL_URI;
    const tokenFile = given.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
    return { ...real, source: { from: 'container', url, ...optional('tokenFile', tokenFile) } };
  }
  const keys = given.CURFEW_SANDBOX_KEYS;
  const endpoint = `${given.CURFEW_SANDBOX_URL}/sandbox/aws`;
  const url = `${endpoint}/container-credentials`;
  return (
    keys && {
      kind: 'stand-in',
      region,
      botRoleArn: STAND_IN_ROLE,
      endpoint,
      source: { from: 'container', url, bearer: keys.awsBearer },
    }
  );
}
