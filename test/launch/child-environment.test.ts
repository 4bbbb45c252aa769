import { describe, expect, test } from '@jest/globals';
import { readVariables } from '../../config/environment';
import { readSettings } from '../../config/settings';
import {
  childEnvironment,
  standInsFor,
  type ChildName,
  type EnvironmentOrder,
} from '../../launch/child-environment';

const devKeys = {
  edgeKey: { kty: 'OKP', crv: 'Ed25519', x: 'public', d: 'private' },
  edgePublicKey: { kty: 'OKP', crv: 'Ed25519', x: 'public' },
  externalId: 'curfew-1',
  sandbox: {
    botToken: 'xoxb-sandbox',
    appToken: 'xapp-sandbox',
    signingSecret: 'signing',
    awsBearer: 'bearer',
    directoryKey: { kty: 'EC' },
    directoryClientId: 'client',
  },
};

const REAL = {
  SLACK_BOT_TOKEN: 'xoxb-real',
  SLACK_APP_TOKEN: 'xapp-real',
  OKTA_CLIENT_ORGURL: 'https://acme.okta.example',
  OKTA_CLIENT_CLIENTID: '0oa1',
  OKTA_CLIENT_PRIVATEKEY: 'pem',
  AWS_REGION: 'eu-central-1',
  AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/bot',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/var/token',
  CURFEW_CODEC_KEY: Buffer.alloc(32).toString('base64url'),
};

function order(own: Record<string, string>): EnvironmentOrder {
  return {
    own,
    data: '/data',
    config: undefined,
    addresses: {
      url: 'http://127.0.0.1:3000',
      port: 3000,
      bot: 4001,
      worker: 4002,
      temporal: 4003,
    },
    standIns: standInsFor(readVariables(own)),
    devKeys,
  };
}
const environments = (own: Record<string, string>) =>
  Object.fromEntries(
    (['temporal', 'sandbox', 'worker', 'bot'] as const).map((name) => [
      name,
      childEnvironment(name, order(own)),
    ]),
  );

describe('what each child is told', () => {
  test.each(['bot', 'worker', 'sandbox'] as const)(
    'with nothing set up, %s accepts its settings in development',
    (name) => {
      const settings = readSettings(childEnvironment(name, order({})), name);
      expect(settings).toMatchObject({
        mode: 'development',
        port: 3000,
        botPort: 4001,
        workerPort: 4002,
        sandboxUrl: 'http://127.0.0.1:3000',
        slack: { kind: 'stand-in' },
      });
    },
  );

  test.each<[ChildName, boolean, boolean]>([
    ['temporal', false, false],
    ['sandbox', false, false],
    ['worker', false, true],
    ['bot', true, false],
  ])('%s: signs what people say: %s, checks it: %s', (name, signs, checks) => {
    const environment = childEnvironment(name, order({}));
    expect('CURFEW_EDGE_KEY' in environment).toBe(signs);
    expect('CURFEW_EDGE_PUBLIC_KEY' in environment).toBe(checks);
    expect(JSON.stringify(environment).includes('"private"')).toBe(false);
  });

  test("the person's own edge key reaches the bot alone, too", () => {
    const own = { CURFEW_EDGE_KEY: '{"d":"mine"}', CURFEW_EDGE_PUBLIC_KEY: '{"x":"mine"}' };
    const holders = Object.entries(environments(own)).filter(([, environment]) =>
      Object.values(environment).some((value) => value?.includes('"d"')),
    );
    expect(holders.map(([name]) => name)).toEqual(['bot']);
  });

  test("a real account's keys stay away from the stand-in", () => {
    const own = {
      AWS_ACCESS_KEY_ID: 'AKIAREAL',
      AWS_PROFILE: 'production',
      AWS_REGION: 'us-east-1',
    };
    expect(JSON.stringify(environments(own))).not.toMatch(/AKIAREAL|AWS_/);
  });

  test('the embedded server replaces whatever Temporal profile the person has', () => {
    const own = {
      TEMPORAL_PROFILE: 'cloud',
      TEMPORAL_API_KEY: 'secret',
      TEMPORAL_NAMESPACE: 'acme',
    };
    const { worker } = environments(own);
    expect(worker).toMatchObject({
      TEMPORAL_ADDRESS: '127.0.0.1:4003',
      TEMPORAL_NAMESPACE: 'default',
    });
    expect(JSON.stringify(environments(own))).not.toMatch(/secret|acme|cloud/);
  });

  test('with everything real there is no stand-in, and the sandbox secrets are nowhere', () => {
    expect(standInsFor(readVariables(REAL))).toEqual([]);
    const { bot, worker } = environments(REAL);
    expect(JSON.stringify({ bot, worker })).not.toMatch(/sandbox/i);
    expect(bot).toMatchObject({ CURFEW_PORT: '3000', CURFEW_BOT_URL: 'http://127.0.0.1:3000' });
    expect(readSettings(bot!, 'bot')).toMatchObject({ slack: { kind: 'real' } });
    expect(readSettings(worker!, 'worker')).toMatchObject({ aws: { kind: 'real' } });
  });

  test('no stand-in is ever for production', () => {
    expect(standInsFor(readVariables({ NODE_ENV: 'production' }))).toEqual([]);
  });

  test('who is paged and who is asked for facts, and with what secret, is known to the worker alone', () => {
    const own = {
      CURFEW_PAGERDUTY_ROUTING_KEY: 'k'.repeat(32),
      CURFEW_ALARM_WEBHOOK_SECRET: 's'.repeat(32),
      CURFEW_JIRA_TOKEN: 'j',
      CURFEW_TICKET_WEBHOOK_SECRET: 't'.repeat(32),
      CURFEW_PAGERDUTY_API_TOKEN: 'p',
      CURFEW_ONCALL_WEBHOOK_SECRET: 'o'.repeat(32),
    };
    const holders = Object.entries(environments(own)).filter(([, environment]) =>
      Object.keys(environment).some((name) => name in own),
    );
    expect(holders.map(([name]) => name)).toEqual(['worker']);
  });

  test('the secrets of Slack stay with those that speak to it', () => {
    const { worker, sandbox, temporal } = environments({ ...REAL, SLACK_SIGNING_SECRET: 's3cret' });
    expect(JSON.stringify(worker)).not.toMatch(/s3cret|xapp-real/);
    expect(JSON.stringify({ sandbox, temporal })).not.toMatch(/s3cret|xapp-real|xoxb-real|pem/);
  });
});
