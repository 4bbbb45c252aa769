import { createServer, request as ask, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * Stands before an AWS endpoint and answers GetRolePolicy as it was before the last write, for the
 * next `reads` reads after each: as IAM may. Signatures pass: the Host header is handed on.
 */
export async function laggingReads(
  endpoint: string,
  reads: number,
): Promise<{ endpoint: string; close(): void }> {
  const { origin, pathname } = new URL(endpoint);
  let old: Answer | undefined;
  let lag = 0;
  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const body = await text(request);
    const answer = await forward(origin, request, body);
    if (body.includes('Action=PutRolePolicy')) lag = reads;
    if (!body.includes('Action=GetRolePolicy')) return answer;
    lag -= 1;
    if (lag >= 0 && old !== undefined) return old;
    old = answer;
    return answer;
  };
  const server = createServer((request, response) => {
    answerTo(request).then(
      ({ status, body }) => response.writeHead(status, { 'content-type': 'text/xml' }).end(body),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Answer {
  status: number;
  body: string;
}

const forward = (origin: string, request: IncomingMessage, body: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method, headers } = request;
    const onward = ask(
      new URL(request.url ?? '/', origin),
      { method, headers, agent: false },
      (answer) => {
        text(answer).then(
          (said) => resolve({ status: answer.statusCode ?? 0, body: said }),
          reject,
        );
      },
    );
    onward.once('error', reject).end(body);
  });
