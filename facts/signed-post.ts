import { createHmac } from 'node:crypto';
import { askJson, type Answer } from './ask-json';

export interface SignedPost {
  url: string;
  /** Shared with the receiver, which verifies the signature with it. */
  secret: string;
  now?: () => number;
}

/** Puts a question to an address of one's own, signed as alarms are; docs/facts.md says how a receiver verifies it. */
export function askSigned(
  { url, secret, now = Date.now }: SignedPost,
  { what, variables, question }: { what: string; variables: string; question: object },
): Promise<Answer> {
  const body = JSON.stringify({ version: 1, ...question });
  const timestamp = String(Math.floor(now() / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  const target = new URL(url);
  return askJson({
    of: `The ${what} webhook at ${target.host}`,
    url: target,
    headers: { 'curfew-timestamp': timestamp, 'curfew-signature': `v1=${signature}` },
    body,
    advice: `Check ${variables}_URL and ${variables}_SECRET, and what the receiver says about them. Redirects are not followed.`,
  });
}
