import type { Alarm } from '../access/messages';
import { incidentOf, type Pager } from '../access/pager';
import { postJson } from './post-json';

/** PagerDuty's limits. */
const SUMMARY_MAX = 1024;
const DEDUP_KEY_MAX = 255;

export interface PagerDutyOptions {
  /** Integration key of an Events API v2 integration. */
  routingKey: string;
  /** Of another service region, `https://events.eu.pagerduty.com/v2/enqueue`. */
  url?: string;
}

/** PagerDuty's Events API v2. It opens one incident per deduplication key, so a repeated call opens none. */
export function createPagerDuty({
  routingKey,
  url = 'https://events.pagerduty.com/v2/enqueue',
}: PagerDutyOptions): Pager {
  const send = (event: object): Promise<void> =>
    postJson({
      to: 'PagerDuty',
      url,
      body: JSON.stringify({ routing_key: routingKey, ...event }),
      advice:
        'Check CURFEW_PAGERDUTY_ROUTING_KEY: the integration key of an Events API v2 integration of a service that is not disabled, in the service region of CURFEW_PAGERDUTY_URL.',
    });
  return {
    name: 'PagerDuty',
    page: (alarm) =>
      send({
        event_action: 'trigger',
        dedup_key: dedupKey(alarm),
        client: 'Curfew',
        payload: {
          summary: alarm.title.slice(0, SUMMARY_MAX),
          severity: 'critical',
          source: 'curfew',
          ...(alarm.grantId !== undefined && { component: alarm.grantId }),
          custom_details: detailsOf(alarm),
        },
      }),
    resolve: (alarm) => send({ event_action: 'resolve', dedup_key: dedupKey(alarm) }),
  };
}

const dedupKey = (alarm: Alarm): string => incidentOf(alarm).slice(0, DEDUP_KEY_MAX);

const detailsOf = ({ text, requestId, grantId }: Alarm) => ({
  text,
  ...(requestId !== undefined && { request: requestId }),
  ...(grantId !== undefined && { grant: grantId }),
});
