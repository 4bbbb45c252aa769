import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import type { Alarm } from '../../access/messages';
import { createPagerDuty } from '../../paging/pager-duty';
import { createWebhook } from '../../paging/webhook';
import { startReceiver, type Received, type Receiver } from '../support/alarm-receiver';
import { ALARM, pagerContract } from './pager';

/*
 * PagerDuty's own shape of an event, written down from its published reference (developer.pagerduty.com,
 * "Events API v2": the schema of POST /enqueue in events-v2/openapiv3.json, and "Send an alert event"):
 * what is required, what values there are, how long a text may be, and no field it does not know.
 */
const common = { routing_key: z.string().length(32), dedup_key: z.string().min(1).max(255) };
const pagerDutyEvent = z.discriminatedUnion('event_action', [
  z.strictObject({
    ...common,
    event_action: z.literal('trigger'),
    payload: z.strictObject({
      summary: z.string().min(1).max(1024),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      source: z.string().min(1),
      timestamp: z.iso.datetime().optional(),
      component: z.string().optional(),
      group: z.string().optional(),
      class: z.string().optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    }),
    client: z.string().optional(),
    client_url: z.url().optional(),
    links: z.array(z.strictObject({ href: z.url(), text: z.string().optional() })).optional(),
    images: z.array(z.strictObject({ src: z.url() })).optional(),
  }),
  z.strictObject({ ...common, event_action: z.enum(['acknowledge', 'resolve']) }),
]);

const ROUTING_KEY = 'R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY00';

function inPagerDuty({ headers, body }: Received) {
  expect(headers['content-type']).toBe('application/json');
  const event = pagerDutyEvent.parse(JSON.parse(body));
  expect(event.routing_key).toBe(ROUTING_KEY);
  return {
    incident: event.dedup_key,
    event: event.event_action === 'trigger' ? ('opened' as const) : ('closed' as const),
    says: body,
  };
}

pagerContract('PagerDuty', {
  pager: (url) => createPagerDuty({ routingKey: ROUTING_KEY, url }),
  understood: inPagerDuty,
  secret: ROUTING_KEY,
  variable: 'CURFEW_PAGERDUTY_ROUTING_KEY',
});

describe('PagerDuty', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const sentTo = async (alarm: Alarm) => {
    const answer = new Response(null, { status: 202 });
    const sent = jest.spyOn(globalThis, 'fetch').mockResolvedValue(answer);
    await createPagerDuty({ routingKey: ROUTING_KEY }).page(alarm);
    const [url, init] = sent.mock.calls[0] ?? [];
    return { url, event: pagerDutyEvent.parse(JSON.parse(z.string().parse(init?.body))) };
  };

  test('is called where PagerDuty says, unless another region is named', async () => {
    expect((await sentTo(ALARM)).url).toBe('https://events.pagerduty.com/v2/enqueue');
  });

  test('gets no more than it takes, so that a long title loses no page', async () => {
    const long = { ...ALARM, title: 'x'.repeat(2000), incident: 'y'.repeat(300) };
    expect((await sentTo(long)).event.dedup_key).toHaveLength(255);
  });
});

const SECRET = 'a-secret-that-both-sides-have-got';

/** The receiver that docs/paging.md gives to people, as it stands there. */
const isFromCurfew = (() => {
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/paging.md', 'utf8')) ?? [];
  const run: (...given: unknown[]) => boolean = runInNewContext(`${code};isFromCurfew`, {
    require: createRequire(__filename),
    Buffer,
  });
  return ({ headers, body }: Received, secret: string) => run(headers, body, secret);
})();

const event = z.strictObject({
  version: z.literal(1),
  event: z.enum(['triggered', 'resolved']),
  incident: z.string(),
  title: z.string(),
  text: z.string(),
  requestId: z.string().optional(),
  grantId: z.string().optional(),
});

pagerContract('a signed webhook', {
  pager: (url) => createWebhook({ url, secret: SECRET }),
  understood: (call) => {
    if (!isFromCurfew(call, SECRET)) throw new Error('the signature does not fit');
    const told = event.parse(JSON.parse(call.body));
    return {
      incident: told.incident,
      event: told.event === 'triggered' ? 'opened' : 'closed',
      says: call.body,
    };
  },
  secret: SECRET,
  variable: 'CURFEW_ALARM_WEBHOOK_SECRET',
});

describe('the signature of a webhook', () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(() => receiver.close());
  const received = async (now = Date.now()): Promise<Received> => {
    await createWebhook({ url: receiver.url, secret: SECRET, now: () => now }).page(ALARM);
    const call = receiver.calls.at(-1);
    if (!call) throw new Error('nothing came');
    return call;
  };

  test('is HMAC-SHA256 over timestamp, dot and body, by another implementation too', async () => {
    const { headers, body } = await received();
    const bytes = (text: string) => new TextEncoder().encode(text);
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await webcrypto.subtle.importKey('raw', bytes(SECRET), algorithm, false, [
      'verify',
    ]);
    const signature = z.string().parse(headers['curfew-signature']);
    const timestamp = z.string().parse(headers['curfew-timestamp']);
    const signed = Uint8Array.from(Buffer.from(signature.slice('v1='.length), 'hex'));
    const verify = (text: string) => webcrypto.subtle.verify('HMAC', key, signed, bytes(text));
    expect(await verify(`${timestamp}.${body}`)).toBe(true);
    expect(await verify(`${timestamp}.${body} `)).toBe(false);
  });

  test('does not fit another secret, another body or another time, and not for long', async () => {
    const call = await received();
    expect(isFromCurfew(call, SECRET)).toBe(true);
    expect(isFromCurfew(call, `${SECRET}!`)).toBe(false);
    expect(isFromCurfew({ ...call, body: call.body.replace('prod', 'dev') }, SECRET)).toBe(false);
    const later = String(Number(call.headers['curfew-timestamp']) + 1);
    const headers = { ...call.headers, 'curfew-timestamp': later };
    expect(isFromCurfew({ ...call, headers }, SECRET)).toBe(false);
    expect(isFromCurfew(await received(Date.now() - 600_000), SECRET)).toBe(false);
  });
});
