import Fastify from 'fastify';
import { createSignIn, type SignInOptions } from '../../identity/sign-in';
import { DirectoryStore } from '../../sandbox/directory/store';
import { createFaults } from '../../sandbox/faults';
import type { SandboxPerson } from '../../sandbox/people';
import { signInStandIn, type SignInStandIn } from '../../sandbox/sign-in/plugin';

export const SIGN_IN_CLIENT = 'curfew-tests';

/** The stand-in for the directory's sign-in, listening on loopback, below a path as in development. */
export async function startSignIn(
  folder: string,
  seed: readonly SandboxPerson[],
  options: Partial<SignInStandIn> = {},
) {
  const store = new DirectoryStore(folder, seed);
  const faults = createFaults();
  const app = Fastify({ forceCloseConnections: true });
  const redirectUri = 'http://127.0.0.1:1/sign-in/callback';
  await app.register(signInStandIn, {
    prefix: '/sandbox/sign-in',
    store,
    faults,
    clientId: SIGN_IN_CLIENT,
    redirectUris: [redirectUri],
    ...options,
  });
  const issuer = `${await app.listen({ port: 0, host: '127.0.0.1' })}/sandbox/sign-in`;
  return {
    issuer,
    redirectUri,
    store,
    faults,
    /** The product's own adapter on it. */
    signIn: (changes: Partial<SignInOptions> = {}) =>
      createSignIn({ issuer, clientId: SIGN_IN_CLIENT, redirectUri, ...changes }),
    close: () => app.close(),
  };
}
export type StartedSignIn = Awaited<ReturnType<typeof startSignIn>>;

/** What a browser does at the issuer's page when `subject` signs in: the query it is sent back with. */
export async function signInAs(url: string, subject: string, acr?: string): Promise<string> {
  const page = new URL(url);
  const fields = new URLSearchParams(page.search);
  fields.set('subject', subject);
  fields.set('acr', acr ?? fields.get('acr_values')?.split(' ')[0] ?? 'password');
  const answer = await fetch(`${page.origin}${page.pathname}`, {
    method: 'POST',
    body: fields,
    redirect: 'manual',
  });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`nobody signed in (${answer.status})`);
  return new URL(location).search.slice(1);
}
