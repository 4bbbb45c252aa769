import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../config/settings';

const sandbox = {
  CURFEW_SANDBOX_URL: 'http://127.0.0.1:3000',
  CURFEW_SANDBOX_KEYS: JSON.stringify({
    botToken: 'xoxb-1',
    appToken: 'xapp-1',
    signingSecret: 's',
    awsBearer: 'b',
    directoryKey: { kty: 'RSA' },
    directoryClientId: 'c',
  }),
};
const edge = { CURFEW_EDGE_KEY: '{"kty":"OKP"}', CURFEW_EDGE_PUBLIC_KEY: '{"kty":"OKP"}' };
const codec = { CURFEW_CODEC_KEY: Buffer.alloc(32).toString('base64url') };
const slack = { SLACK_BOT_TOKEN: 'xoxb-2', SLACK_APP_TOKEN: 'xapp-2' };
const okta = {
  OKTA_CLIENT_ORGURL: 'https://acme.okta.example',
  OKTA_CLIENT_CLIENTID: 'c',
  OKTA_CLIENT_PRIVATEKEY: 'k',
};
const aws = {
  AWS_REGION: 'eu-central-1',
  AWS_ROLE_ARN: 'arn:aws:iam::1:role/bot',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
};
const production = {
  NODE_ENV: 'production',
  CURFEW_EXTERNAL_ID: 'random-id',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  ...edge,
  ...codec,
  ...slack,
  ...okta,
  ...aws,
};

describe('where rules’ facts come from', () => {
  const factsIn = (more: object) => readSettings({ ...sandbox, ...edge, ...more }, 'worker').facts;
  const webhook = (name: string) => ({
    [`CURFEW_${name}_WEBHOOK_URL`]: 'https://facts.example.com/',
    [`CURFEW_${name}_WEBHOOK_SECRET`]: 'x'.repeat(32),
  });

  test('in development the stand-ins are asked, until something real is named', () => {
    expect(factsIn({})).toMatchObject({
      jira: { url: expect.stringContaining('/sandbox/jira') },
      pagerDuty: { url: expect.stringContaining('/sandbox/pagerduty') },
    });
    expect(factsIn({ ...webhook('TICKET'), ...webhook('ONCALL') })).toEqual({
      ticketWebhook: { url: 'https://facts.example.com/', secret: 'x'.repeat(32) },
      onCallWebhook: { url: 'https://facts.example.com/', secret: 'x'.repeat(32) },
    });
  });

  test('beside real AWS, and in production, nothing stands in for them', () => {
    expect(readSettings(production, 'worker').facts).toEqual({});
    const real = { ...sandbox, ...edge, ...aws, ...slack, ...okta, ...codec };
    expect(readSettings(real, 'worker').facts).toEqual({});
  });

  test.each([
    [{ CURFEW_JIRA_URL: 'https://acme.atlassian.net' }, /- CURFEW_JIRA_TOKEN is not set/],
    [{ CURFEW_JIRA_TOKEN: 't' }, /- CURFEW_JIRA_URL is not set/],
    [{ CURFEW_JIRA_EMAIL: 'bot@acme.example' }, /- CURFEW_JIRA_TOKEN is not set/],
    [
      { CURFEW_JIRA_URL: 'http://acme.example', CURFEW_JIRA_TOKEN: 't' },
      /- CURFEW_JIRA_URL: must begin with https/,
    ],
    [
      { CURFEW_TICKET_WEBHOOK_URL: 'https://a.example' },
      /- CURFEW_TICKET_WEBHOOK_SECRET is not set/,
    ],
    [
      { CURFEW_TICKET_WEBHOOK_SECRET: 'short' },
      /- CURFEW_TICKET_WEBHOOK_SECRET: must have at least 32/,
    ],
    [{ CURFEW_ONCALL_WEBHOOK_SECRET: 'x'.repeat(32) }, /- CURFEW_ONCALL_WEBHOOK_URL is not set/],
    [
      { CURFEW_PAGERDUTY_API_URL: 'https://api.eu.pagerduty.com' },
      /- CURFEW_PAGERDUTY_API_TOKEN is not set/,
    ],
    [
      {
        CURFEW_JIRA_URL: 'https://acme.atlassian.net',
        CURFEW_JIRA_TOKEN: 't',
        ...webhook('TICKET'),
      },
      /- CURFEW_JIRA_URL and CURFEW_TICKET_WEBHOOK_URL are both set/,
    ],
    [
      { CURFEW_PAGERDUTY_API_TOKEN: 't', ...webhook('ONCALL') },
      /- CURFEW_PAGERDUTY_API_TOKEN and CURFEW_ONCALL_WEBHOOK_URL are both set/,
    ],
  ])('%j is a problem with a fix', (more, said) => {
    expect(() => factsIn(more)).toThrow(said);
  });
});
