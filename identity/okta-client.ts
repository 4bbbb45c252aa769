import { createPrivateKey } from 'node:crypto';
import { Client } from '@okta/okta-sdk-nodejs';
import { z } from 'zod';
import { explained, isNotFound, OktaFault } from './okta-fault';
import { OktaRequests } from './okta-requests';

/** Which Okta, and as whom. */
export interface OktaApp {
  /** `https://….okta.com`; plain http on loopback only. */
  orgUrl: string;
  clientId: string;
  /** RSA, as PEM or as JSON Web Key in JSON. */
  privateKey: string;
  /** Of each single request. */
  timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;
/** Entries of a page, which is the most that Okta gives. */
export const PAGE = 200;
/** Guards the path of the request; Okta's own ids are 20 letters and digits. */
export const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The SDK with these scopes. Throws when `options` cannot work. */
export function oktaClient(options: OktaApp, scopes: readonly string[]): Client {
  const orgUrl = options.orgUrl.replace(/\/+$/, '');
  const { protocol, hostname } = new URL(orgUrl);
  if (protocol !== 'https:' && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
    throw new Error(`OKTA_CLIENT_ORGURL is ${orgUrl}: it must begin with https://.`);
  if (/-admin\.okta/.test(hostname))
    throw new Error(
      `OKTA_CLIENT_ORGURL is ${orgUrl}: leave out "-admin", the API has no such host.`,
    );
  assertRsa(options.privateKey);
  return new Client({
    orgUrl,
    authorizationMode: 'PrivateKey',
    clientId: options.clientId,
    privateKey: options.privateKey,
    scopes: [...scopes],
    requestExecutor: new OktaRequests(orgUrl, options.timeoutMs ?? DEFAULT_TIMEOUT_MS, scopes),
    // By default the SDK remembers each user for as long as the process lives.
    cacheMiddleware: null,
  });
}

/** SDK 8.1 signs its proof of possession with RS256 whatever the key is, and fails with another at the first use. */
function assertRsa(privateKey: string): void {
  if (keyType(privateKey) !== 'rsa')
    throw new Error(
      'OKTA_CLIENT_PRIVATEKEY is not an RSA private key: give one as PEM, or as JSON Web Key in one line.',
    );
}

// Without a cause: the parser's message might quote the key.
function keyType(privateKey: string): string | undefined {
  try {
    const key = privateKey.trimStart().startsWith('{')
      ? createPrivateKey({ key: JSON.parse(privateKey), format: 'jwk' })
      : createPrivateKey(privateKey);
    return key.asymmetricKeyType;
  } catch {
    return undefined;
  }
}

/** Asks, and says what went wrong in our words. */
export async function asking<T>(
  what: string,
  ask: () => Promise<T>,
  scopes?: readonly string[],
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw explained(what, error, scopes);
  }
}

interface Pages {
  nextUri: string;
  getNextPage(): Promise<unknown[]>;
}

export async function firstPage<T>(pages: Pages, shape: z.ZodType<T>): Promise<T[]> {
  return z.array(shape).parse(await pages.getNextPage());
}

/** The first `most` entries, in as many pages as Okta makes of them. */
export async function upTo<T>(
  most: number,
  pages: Pages,
  shape: z.ZodType<T>,
): Promise<{ entries: T[]; more: boolean }> {
  const all: T[] = [];
  while (pages.nextUri && all.length < most) all.push(...(await firstPage(pages, shape)));
  return { entries: all.slice(0, most), more: Boolean(pages.nextUri) || all.length > most };
}

/** Throws over `most` pages: a list that long is a mistake, or not for this use. */
export async function everyPage<T>(
  pages: Pages,
  shape: z.ZodType<T>,
  most: number,
  otherwise: string,
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 0; pages.nextUri; page += 1) {
    if (page === most)
      throw new OktaFault(
        `Okta's list is longer than ${most} pages (${all.length} entries). ${otherwise}`,
      );
    all.push(...(await firstPage(pages, shape)));
  }
  return all;
}

export async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** A string in Okta's search language. */
export const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
