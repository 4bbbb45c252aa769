import { createHmac } from 'node:crypto';
import type { Envelope, Transport } from './deliveries';

/** Signed HTTP, as Slack sends it: form for commands and interactions, JSON for events. */
export function createHttpTransport({
  url,
  signingSecret,
}: {
  /** Where the app takes requests: `…/slack/events`. */
  url: string;
  signingSecret: string;
}): Transport {
  return {
    kind: 'http',
    connected: () => true,
    async send(envelope, signal) {
      const { body, contentType } = encoded(envelope);
      const timestamp = String(Math.floor(Date.now() / 1000));
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': contentType,
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': sign(signingSecret, timestamp, body),
          ...(envelope.retry === undefined
            ? {}
            : {
                'x-slack-retry-num': String(envelope.retry.number),
                'x-slack-retry-reason': envelope.retry.reason,
              }),
        },
        body,
        redirect: 'manual',
        signal,
      });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`the app answered ${response.status}`);
      return answerOf(text, response.headers.get('content-type') ?? '');
    },
    hangUp: () => undefined,
  };
}

/** Slack's v0 signature. */
export const sign = (secret: string, timestamp: string, body: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;

function encoded({ type, payload }: Envelope): { body: string; contentType: string } {
  const form = 'application/x-www-form-urlencoded';
  switch (type) {
    case 'events_api':
      return { body: JSON.stringify(payload), contentType: 'application/json' };
    case 'interactive':
      return {
        body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
        contentType: form,
      };
    case 'slash_commands':
      return {
        body: new URLSearchParams(
          Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, String(value)])),
        ).toString(),
        contentType: form,
      };
    default:
      return type satisfies never;
  }
}

/** A bare text is a message to the person, as in Socket Mode's `{text}`. */
function answerOf(text: string, contentType: string): unknown {
  if (text === '') return {};
  return contentType.includes('json') ? JSON.parse(text) : { text };
}
