import type { SandboxKeys, Variables } from './environment';

interface Webhook {
  url: string;
  secret: string;
}

/** Where rules' facts come from besides the directory. Empty: nobody can tell what a ticket says, or who is on a schedule. */
export interface FactsPart {
  jira?: { url: string; token: string; email?: string };
  ticketWebhook?: Webhook;
  pagerDuty?: { token: string; url?: string };
  onCallWebhook?: Webhook;
}

/** Each half needs the other, and of two sources nobody could say which one is right. */
export function factsProblems(given: Variables): string[] {
  const half = (one: keyof Variables, other: keyof Variables, what: string): string[] =>
    given[one] !== undefined && given[other] === undefined ? [`${other} is not set: ${what}`] : [];
  const webhook = (name: 'TICKET' | 'ONCALL'): string[] => [
    ...half(
      `CURFEW_${name}_WEBHOOK_URL`,
      `CURFEW_${name}_WEBHOOK_SECRET`,
      'the receiver verifies questions by it (openssl rand -hex 32).',
    ),
    ...half(
      `CURFEW_${name}_WEBHOOK_SECRET`,
      `CURFEW_${name}_WEBHOOK_URL`,
      'where questions signed with the secret go.',
    ),
  ];
  const both = (one: keyof Variables, other: keyof Variables): string[] =>
    given[one] !== undefined && given[other] !== undefined
      ? [`${one} and ${other} are both set: one source only, so unset one of them.`]
      : [];
  return [
    ...half('CURFEW_JIRA_URL', 'CURFEW_JIRA_TOKEN', 'an API token, with CURFEW_JIRA_EMAIL.'),
    ...half('CURFEW_JIRA_TOKEN', 'CURFEW_JIRA_URL', 'https://….atlassian.net.'),
    ...half('CURFEW_JIRA_EMAIL', 'CURFEW_JIRA_TOKEN', 'the API token of that account.'),
    ...webhook('TICKET'),
    ...half(
      'CURFEW_PAGERDUTY_API_URL',
      'CURFEW_PAGERDUTY_API_TOKEN',
      'without it the URL changes nothing.',
    ),
    ...webhook('ONCALL'),
    ...both('CURFEW_JIRA_URL', 'CURFEW_TICKET_WEBHOOK_URL'),
    ...both('CURFEW_PAGERDUTY_API_TOKEN', 'CURFEW_ONCALL_WEBHOOK_URL'),
  ];
}

/** `standIn`: where the stand-ins are and what they expect, where there may be any. */
export function factsOf(
  given: Variables,
  standIn: { url: string; keys: SandboxKeys } | undefined,
): FactsPart {
  const webhookOf = (url: string | undefined, secret: string | undefined): Webhook | undefined =>
    url !== undefined && secret !== undefined ? { url, secret } : undefined;
  const ticketWebhook = webhookOf(
    given.CURFEW_TICKET_WEBHOOK_URL,
    given.CURFEW_TICKET_WEBHOOK_SECRET,
  );
  const onCallWebhook = webhookOf(
    given.CURFEW_ONCALL_WEBHOOK_URL,
    given.CURFEW_ONCALL_WEBHOOK_SECRET,
  );
  const jira = ticketWebhook === undefined ? jiraOf(given, standIn) : undefined;
  const pagerDuty = onCallWebhook === undefined ? pagerDutyOf(given, standIn) : undefined;
  return {
    ...(jira && { jira }),
    ...(ticketWebhook && { ticketWebhook }),
    ...(pagerDuty && { pagerDuty }),
    ...(onCallWebhook && { onCallWebhook }),
  };
}

type StandIn = Parameters<typeof factsOf>[1];

function jiraOf(given: Variables, standIn: StandIn): FactsPart['jira'] {
  const { CURFEW_JIRA_URL: url, CURFEW_JIRA_TOKEN: token, CURFEW_JIRA_EMAIL: email } = given;
  if (url !== undefined && token !== undefined)
    return { url, token, ...(email !== undefined && { email }) };
  return standIn && { url: `${standIn.url}/sandbox/jira`, token: standIn.keys.signingSecret };
}

function pagerDutyOf(given: Variables, standIn: StandIn): FactsPart['pagerDuty'] {
  const { CURFEW_PAGERDUTY_API_TOKEN: token, CURFEW_PAGERDUTY_API_URL: url } = given;
  if (token !== undefined) return { token, ...(url !== undefined && { url }) };
  return standIn && { url: `${standIn.url}/sandbox/pagerduty`, token: standIn.keys.signingSecret };
}
