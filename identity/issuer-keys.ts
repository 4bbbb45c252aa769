import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';

export interface IssuerKeysOptions {
  /** How long an issuer may take to answer. */
  timeoutMs?: number;
  /** For a key that is not known the issuer is asked again, at most once in this time. */
  cooldownMs?: number;
  /** After this time the keys are fetched anew, so that a withdrawn one is gone. */
  cacheMs?: number;
}

/** Key sets are a few kB. */
const MAX_BYTES = 200_000;

/** The public keys of issuers, each fetched when first needed and kept for a while. */
export function createIssuerKeys({
  timeoutMs = 5_000,
  cooldownMs = 30_000,
  cacheMs = 600_000,
}: IssuerKeysOptions = {}): (jwks: string) => JWTVerifyGetKey {
  const sets = new Map<string, JWTVerifyGetKey>();
  return (jwks) => {
    const known = sets.get(jwks);
    if (known !== undefined) return known;
    const set = createRemoteJWKSet(new URL(jwks), {
      timeoutDuration: timeoutMs,
      cooldownDuration: cooldownMs,
      cacheMaxAge: cacheMs,
      [customFetch]: fetchBounded,
    });
    sets.set(jwks, set);
    return set;
  };
}

/** The address is the configuration's: nobody leads elsewhere, and nobody fills the memory. */
async function fetchBounded(
  url: string,
  options: { headers: Headers; signal: AbortSignal },
): Promise<Response> {
  const { headers, signal } = options;
  const response = await fetch(url, { headers, signal, redirect: 'error' });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes of keys`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status: response.status });
}
