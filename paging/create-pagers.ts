import type { Pager } from '../access/pager';
import { createPagerDuty, type PagerDutyOptions } from './pager-duty';
import { createWebhook, type WebhookOptions } from './webhook';

/** Every pager that is configured; none is fine, the alarm channel is always told. */
export const createPagers = ({
  pagerDuty,
  webhook,
}: {
  pagerDuty?: PagerDutyOptions;
  webhook?: WebhookOptions;
}): Pager[] => [
  ...(pagerDuty ? [createPagerDuty(pagerDuty)] : []),
  ...(webhook ? [createWebhook(webhook)] : []),
];
