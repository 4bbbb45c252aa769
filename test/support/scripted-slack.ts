import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer of Slack's: a body, or `hang up` after the call was taken. */
export type ScriptedAnswer =
  | { body: object; status?: number; headers?: Record<string, string> }
  | 'hang up';

/** A Web API that answers each method as told and remembers what it was asked. */
export async function startScriptedSlack(
  answer: (method: string, args: URLSearchParams) => ScriptedAnswer,
): Promise<{
  apiUrl: string;
  calls: { method: string; token: string; args: URLSearchParams }[];
  stop: () => Promise<void>;
}> {
  const calls: { method: string; token: string; args: URLSearchParams }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const method = (request.url ?? '').replace('/api/', '');
      const args = new URLSearchParams(Buffer.concat(chunks).toString());
      calls.push({ method, token: request.headers.authorization ?? '', args });
      const said = answer(method, args);
      if (said === 'hang up') return request.socket.destroy();
      response.writeHead(said.status ?? 200, {
        'content-type': 'application/json',
        connection: 'close',
        ...said.headers,
      });
      return response.end(JSON.stringify(said.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    calls,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
