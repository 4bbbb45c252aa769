import { createHmac } from 'node:crypto';
import type { Alarm } from '../access/messages';
import { incidentOf, type Pager } from '../access/pager';
import { postJson } from './post-json';

export interface WebhookOptions {
  url: string;
  /** Shared with the receiver, which verifies the signature with it. */
  secret: string;
  now?: () => number;
}

/** Posts each event to an address of one's own, signed; docs/paging.md says how a receiver verifies it. */
export function createWebhook({ url, secret, now = Date.now }: WebhookOptions): Pager {
  const send = (event: 'triggered' | 'resolved', alarm: Alarm): Promise<void> => {
    const { title, text, requestId, grantId } = alarm;
    const incident = incidentOf(alarm);
    const body = JSON.stringify({ version: 1, event, incident, title, text, requestId, grantId });
    const timestamp = String(Math.floor(now() / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    return postJson({
      to: `The alarm webhook at ${new URL(url).host}`,
      url,
      body,
      headers: { 'curfew-timestamp': timestamp, 'curfew-signature': `v1=${signature}` },
      advice:
        'Check CURFEW_ALARM_WEBHOOK_URL and CURFEW_ALARM_WEBHOOK_SECRET, and what the receiver says about them. Redirects are not followed.',
    });
  };
  return {
    name: 'webhook',
    page: (alarm) => send('triggered', alarm),
    resolve: (alarm) => send('resolved', alarm),
  };
}
