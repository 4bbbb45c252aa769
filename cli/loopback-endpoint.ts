import { randomBytes, timingSafeEqual } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { SessionCredentials } from '../access/grant';
import { CommandFailure } from './failure';
import { writePrivately } from './home';

export interface Endpoint {
  url: string;
  tokenFile: string;
  close(): Promise<void>;
}

/**
 * A container credentials endpoint on loopback: a fresh port and a fresh token file (0600) per start.
 * A web page on this machine cannot use it: a foreign Host and any Origin are refused.
 */
export async function startEndpoint(
  folder: string,
  credentials: () => Promise<SessionCredentials>,
): Promise<Endpoint> {
  const token = randomBytes(32).toString('base64url');
  const tokenFile = path.join(folder, `serve-${process.pid}.token`);
  writePrivately(tokenFile, token);
  const server = createServer((request, response) => {
    void answer(request, token, credentials).then(({ status, body }) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
      });
      response.end(JSON.stringify(body));
    });
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => resolve(portOf(server.address())));
  });
  return {
    url: `http://127.0.0.1:${port}/credentials`,
    tokenFile,
    close: async () => {
      rmSync(tokenFile, { force: true });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const portOf = (address: string | AddressInfo | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;

interface Answer {
  status: number;
  body: object;
}

const no = (status: number, code: string, message: string): Answer => ({
  status,
  body: { code, message },
});

async function answer(
  request: IncomingMessage,
  token: string,
  credentials: () => Promise<SessionCredentials>,
): Promise<Answer> {
  const { host = '', origin, authorization = '' } = request.headers;
  if (!/^(127\.0\.0\.1|localhost):\d+$/.test(host))
    return no(403, 'ForeignHost', 'This endpoint answers on loopback only.');
  if (origin !== undefined)
    return no(403, 'ForeignOrigin', 'This endpoint does not answer web pages.');
  if (request.method !== 'GET' || request.url !== '/credentials')
    return no(404, 'NotFound', 'GET /credentials');
  if (!same(authorization, token))
    return no(
      401,
      'Unauthorized',
      'Authorization must be the token in AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.',
    );
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await credentials();
    return {
      status: 200,
      body: {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        Token: sessionToken,
        Expiration: expiration,
      },
    };
  } catch (error) {
    const refused = error instanceof CommandFailure && error.code === 1;
    const message =
      error instanceof CommandFailure ? error.message : 'Curfew could not get credentials.';
    return refused ? no(403, 'AccessEnded', message) : no(503, 'Unavailable', message);
  }
}

function same(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
