import { z } from 'zod';

/** Environment variables, as the process got them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A problem with the environment: names the variable and what to set it to. */
export class BadSettings extends Error {
  override readonly name = 'BadSettings';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['Curfew cannot start:', ...problems.map((problem) => `- ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

const port = z.coerce.number().int().min(0).max(65_535);
const jwk = z.string().transform((text, context) => {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a JSON Web Key (JSON object)' });
    return z.NEVER;
  }
});
const codecKey = z
  .string()
  .transform((text) => Buffer.from(text, 'base64url'))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes, base64url');

/** Plain http only to this very machine: people's grants and what proves who asks must not be read on the way. */
const httpsUrl = z
  .url({ error: 'must be a URL like https://events.example.com/…', abort: true })
  .refine((text) => {
    const { protocol, hostname } = new URL(text);
    const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
    return protocol === 'https:' || (protocol === 'http:' && isLoopback);
  }, 'must begin with https:// (plain http is for loopback only)');

const webhookSecret = z.string().min(32, 'must have at least 32 characters (openssl rand -hex 32)');

/** What the stand-ins were told to expect, in development. */
const sandboxKeys = z.object({
  botToken: z.string(),
  appToken: z.string(),
  signingSecret: z.string(),
  awsBearer: z.string(),
  directoryKey: z.record(z.string(), z.string()),
  directoryClientId: z.string(),
});

export type SandboxKeys = z.infer<typeof sandboxKeys>;

const variables = z.object({
  NODE_ENV: z.string().default('development'),
  CURFEW_DATA: z.string().default('.curfew'),
  CURFEW_CONFIG: z.string().optional(),
  CURFEW_CONFIG_HASH: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the 64 characters that curfew policy check prints')
    .optional(),
  CURFEW_PORT: port.default(3000),
  CURFEW_BOT_PORT: port.optional(),
  CURFEW_WORKER_PORT: port.optional(),
  CURFEW_BOT_URL: z.url().optional(),
  CURFEW_WORKER_URL: z.url().optional(),
  CURFEW_SANDBOX_URL: z.url().optional(),
  CURFEW_SANDBOX_KEYS: z
    .string()
    .transform((text) => sandboxKeys.parse(JSON.parse(text)))
    .optional(),
  CURFEW_CODEC_KEY: codecKey.optional(),
  CURFEW_EDGE_KEY: jwk.optional(),
  CURFEW_EDGE_PUBLIC_KEY: jwk.optional(),
  CURFEW_EXTERNAL_ID: z.string().min(2).optional(),
  CURFEW_SLACK_TRANSPORT: z.enum(['socket', 'http']).default('socket'),
  CURFEW_PAGERDUTY_ROUTING_KEY: z
    .string()
    .regex(/^[A-Za-z0-9]{32}$/, 'must be the 32 characters of an Events API v2 integration key')
    .optional(),
  CURFEW_PAGERDUTY_URL: httpsUrl.optional(),
  CURFEW_ALARM_WEBHOOK_URL: httpsUrl.optional(),
  CURFEW_ALARM_WEBHOOK_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters (openssl rand -hex 32)')
    .optional(),
  CURFEW_JIRA_URL: httpsUrl.optional(),
  CURFEW_JIRA_EMAIL: z.email('must be the address of an Atlassian account').optional(),
  CURFEW_JIRA_TOKEN: z.string().optional(),
  CURFEW_TICKET_WEBHOOK_URL: httpsUrl.optional(),
  CURFEW_TICKET_WEBHOOK_SECRET: webhookSecret.optional(),
  CURFEW_PAGERDUTY_API_TOKEN: z.string().optional(),
  CURFEW_PAGERDUTY_API_URL: httpsUrl.optional(),
  CURFEW_ONCALL_WEBHOOK_URL: httpsUrl.optional(),
  CURFEW_ONCALL_WEBHOOK_SECRET: webhookSecret.optional(),
  SLACK_BOT_TOKEN: z.string().optional(),
  SLACK_APP_TOKEN: z.string().optional(),
  SLACK_SIGNING_SECRET: z.string().optional(),
  CURFEW_DIRECTORY: z.enum(['okta', 'identity-center']).default('okta'),
  OKTA_CLIENT_ORGURL: z.url().optional(),
  OKTA_CLIENT_CLIENTID: z.string().optional(),
  OKTA_CLIENT_PRIVATEKEY: z.string().optional(),
  CURFEW_OIDC_ISSUER: httpsUrl.optional(),
  CURFEW_OIDC_CLIENT_ID: z.string().optional(),
  CURFEW_OIDC_CLIENT_SECRET: z.string().optional(),
  CURFEW_PUBLIC_URL: httpsUrl
    .refine(
      (text) => new URL(text).pathname === '/' && !/[?#]/.test(text),
      'must be an address without a path, such as https://curfew.example.com',
    )
    .transform((text) => new URL(text).origin)
    .optional(),
  CURFEW_OKTA_HOOK_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters (openssl rand -hex 32)')
    .optional(),
  AWS_REGION: z.string().optional(),
  AWS_ROLE_ARN: z.string().optional(),
  AWS_WEB_IDENTITY_TOKEN_FILE: z.string().optional(),
  AWS_CONTAINER_CREDENTIALS_FULL_URI: z.string().optional(),
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: z.string().optional(),
  TEMPORAL_ADDRESS: z.string().optional(),
});
export type Variables = z.infer<typeof variables>;

/** Throws {@link BadSettings} naming each variable whose form is wrong. An empty variable is an absent one. */
export function readVariables(environment: Environment): Variables {
  const read = variables.safeParse(
    Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')),
  );
  if (read.success) return read.data;
  throw new BadSettings(
    read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
  );
}
