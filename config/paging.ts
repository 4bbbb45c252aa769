import type { Variables } from './environment';

/** Who is paged besides the alarm channel. Empty: nobody. */
export interface PagingPart {
  pagerDuty?: { routingKey: string; url?: string };
  webhook?: { url: string; secret: string };
}

/** Each half needs the other. */
export function pagingProblems(given: Variables): string[] {
  const hasWebhook = given.CURFEW_ALARM_WEBHOOK_URL !== undefined;
  const hasSecret = given.CURFEW_ALARM_WEBHOOK_SECRET !== undefined;
  return [
    ...(hasWebhook && !hasSecret
      ? [
          'CURFEW_ALARM_WEBHOOK_SECRET is not set: the receiver at CURFEW_ALARM_WEBHOOK_URL verifies alarms by it (openssl rand -hex 32).',
        ]
      : []),
    ...(hasSecret && !hasWebhook
      ? ['CURFEW_ALARM_WEBHOOK_URL is not set: where alarms signed with the secret go.']
      : []),
    ...(given.CURFEW_PAGERDUTY_URL !== undefined && given.CURFEW_PAGERDUTY_ROUTING_KEY === undefined
      ? ['CURFEW_PAGERDUTY_ROUTING_KEY is not set, so CURFEW_PAGERDUTY_URL changes nothing.']
      : []),
  ];
}

export function pagingOf(given: Variables): PagingPart {
  const routingKey = given.CURFEW_PAGERDUTY_ROUTING_KEY;
  const pagerDutyUrl = given.CURFEW_PAGERDUTY_URL;
  const url = given.CURFEW_ALARM_WEBHOOK_URL;
  const secret = given.CURFEW_ALARM_WEBHOOK_SECRET;
  return {
    ...(routingKey !== undefined && {
      pagerDuty: { routingKey, ...(pagerDutyUrl !== undefined && { url: pagerDutyUrl }) },
    }),
    ...(url !== undefined && secret !== undefined && { webhook: { url, secret } }),
  };
}
