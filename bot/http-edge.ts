import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HTTPReceiver, isValidSlackRequest } from '@slack/bolt';

const BODY_MAX = 1024 * 1024;
/** Slack's own window into the past is 300 s; Bolt accepts any stamp from the future. */
const FUTURE_SECONDS = 60;
const REMEMBER_MS = (300 + FUTURE_SECONDS) * 1000;

export type EdgeVerdict = 'genuine' | 'forged' | 'replayed';

/** Judges a signed request: the signature, its age in both directions, and whether it came before. */
export function createSignatureCheck(signingSecret: string, now: () => Date) {
  const seen = new Map<string, number>();
  const forget = (): void => {
    for (const [signature, at] of seen) {
      if (now().getTime() - at < REMEMBER_MS) break;
      seen.delete(signature);
    }
  };
  return (signed: { signature: string; timestamp: string; body: string }): EdgeVerdict => {
    const stamp = Number(signed.timestamp);
    const ahead = stamp - now().getTime() / 1000;
    const valid = isValidSlackRequest({
      signingSecret,
      body: signed.body,
      headers: { 'x-slack-signature': signed.signature, 'x-slack-request-timestamp': stamp },
      nowMilliseconds: now().getTime(),
    });
    if (!valid || !(ahead <= FUTURE_SECONDS)) return 'forged';
    forget();
    // Only genuine signatures are remembered, so strangers cannot fill this.
    if (seen.has(signed.signature)) return 'replayed';
    seen.set(signed.signature, now().getTime());
    return 'genuine';
  };
}

/** Wraps Bolt's receiver: nothing reaches it unsigned, from the future, or twice. */
export function guardRequests(
  receiver: HTTPReceiver,
  check: ReturnType<typeof createSignatureCheck>,
  onRefused: (why: Exclude<EdgeVerdict, 'genuine'>, signature: string) => void,
) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const rawBody = await readBody(request);
    if (rawBody === undefined) return end(response, 413);
    const body = rawBody.toString();
    // Slack checks the certificate with an unsigned request that asks for nothing.
    if (isCertificateCheck(request, body)) return end(response, 200);
    const signature = header(request, 'x-slack-signature');
    const verdict = check({
      signature,
      timestamp: header(request, 'x-slack-request-timestamp'),
      body,
    });
    if (verdict !== 'genuine') {
      onRefused(verdict, signature);
      return end(response, 401);
    }
    try {
      receiver.requestListener(Object.assign(request, { rawBody }), response);
    } catch {
      end(response, 404);
    }
  };
}

const header = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
};

const isCertificateCheck = (request: IncomingMessage, body: string): boolean =>
  header(request, 'x-slack-signature') === '' && new URLSearchParams(body).get('ssl_check') === '1';

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > BODY_MAX) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status);
  response.end();
}
