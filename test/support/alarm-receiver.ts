import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}
type Answer = { status: number; headers?: Record<string, string>; body?: string } | 'break';

export interface Receiver {
  url: string;
  calls: Received[];
  /** How the next calls are answered. */
  answer: Answer;
  close(): Promise<void>;
}

/** Whoever pages people, on loopback: keeps what it got and answers as told. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      receiver.calls.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      const { answer } = receiver;
      if (answer === 'break') response.destroy();
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alarms`,
    calls: [],
    answer: { status: 202 },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}
