import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../config/settings';
import { sandbox, edge, codec, slack, okta, aws, production } from '../support/settings-given';

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
