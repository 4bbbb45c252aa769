import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Scripts, styles and data from this server alone; shown in no other page. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** Serves the workspace page at `/`, and what it is made of below `/page/`. Put the guard on `app` first. */
export async function pageFiles(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, {
    root: path.join(__dirname, 'page'),
    prefix: '/page/',
    index: false,
    cacheControl: false,
    setHeaders: (reply) => void reply.headers(HEADERS),
    allowedPath: (file) => /\.(html|css|js|svg)$/.test(file),
  });
  app.get('/', (_request, reply) => reply.sendFile('page.html'));
}
