import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Whatever a tunnel or a proxy adds on the way. */
const RELAYED = /^(forwarded|x-forwarded-.*|x-real-ip|x-original-.*|via|true-client-ip|cf-.*)$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Why a request must not reach a stand-in, or undefined. Whoever clicks here acts as anybody: only programs and pages
 * of this machine may (security.md 6; a rebound DNS name brings its own Host, a web page its Origin, a tunnel Forwarded).
 */
export function refusedByGuard(headers: IncomingHttpHeaders): string | undefined {
  const host = headers.host ?? '';
  if (!LOOPBACK.test(host)) return 'The sandbox answers only on a loopback Host.';
  if (Object.keys(headers).some((name) => RELAYED.test(name))) {
    return 'The sandbox refuses forwarded requests: it must not be reachable through a proxy or a tunnel.';
  }
  const { origin } = headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`.toLowerCase()) {
    return 'The sandbox refuses requests from another origin.';
  }
  return undefined;
}

/** Guards every route that is registered on `app` afterwards. */
export function guardRoutes(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const error = refusedByGuard(request.headers);
    if (error !== undefined) return reply.code(403).send({ error });
    return undefined;
  });
}
