import { randomUUID } from 'node:crypto';
import { importJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import { z } from 'zod';
import type { PublicJwk } from '../access/grant';
import { Refused } from '../access/refused';
import { asJwk } from './receiver';

const TYPE = 'curfew-proof+jwt';
const MAX_AGE_SECONDS = 60;

/** What a call is proved for: the form of DPoP (RFC 9449), bound to the grant as well. */
export interface ProvedCall {
  method: string;
  /** Path of the API, without query. */
  path: string;
  grantId: string;
}

const claims = z.object({
  htm: z.string(),
  htu: z.string(),
  grant: z.string(),
  jti: z.string().min(16).max(64),
  iat: z.number(),
});

/** One proof for one call. */
export const makeProof = async (
  signingKey: JWK,
  call: ProvedCall,
  now = new Date(),
): Promise<string> =>
  new SignJWT({ htm: call.method, htu: call.path, grant: call.grantId })
    .setProtectedHeader({ alg: 'EdDSA', typ: TYPE })
    .setIssuedAt(now)
    .setJti(randomUUID())
    .sign(await importJWK(signingKey, 'EdDSA'));

/**
 * The proof's nonce, for the caller to refuse a second use of it.
 * Throws {@link Refused} when it is not by this key, not for this call, or older or newer than 60 s.
 */
export async function verifyProof(
  proof: string,
  key: PublicJwk,
  call: ProvedCall,
  now = new Date(),
): Promise<string> {
  const proved = await readProof(proof, key, now);
  if (proved.htm !== call.method || proved.htu !== call.path || proved.grant !== call.grantId) {
    throw new Refused('The proof sent with this call was made for another call.');
  }
  return proved.jti;
}

async function readProof(
  proof: string,
  key: PublicJwk,
  now: Date,
): Promise<z.infer<typeof claims>> {
  try {
    const { payload } = await jwtVerify(proof, await importJWK(asJwk(key), 'EdDSA'), {
      algorithms: ['EdDSA'],
      typ: TYPE,
      maxTokenAge: MAX_AGE_SECONDS,
      clockTolerance: MAX_AGE_SECONDS,
      currentDate: now,
    });
    return claims.parse(payload);
  } catch (cause) {
    throw new Refused(
      'The proof sent with this call does not fit the connected receiver.',
      "Check this machine's clock (60 s at most), or connect again from the grant's message.",
      { cause },
    );
  }
}
