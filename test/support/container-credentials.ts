import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A container credential endpoint on a free port that gives the answers in turn, the last one for ever. */
export async function containerCredentials(...answers: object[]): Promise<{
  url: string;
  /** The Authorization headers it was asked with. */
  tokens: (string | undefined)[];
  close(): Promise<void>;
}> {
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(tokens.length, answers.length - 1)];
    tokens.push(request.headers.authorization);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/credentials`,
    tokens,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
