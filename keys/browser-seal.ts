import { hkdfSync } from 'node:crypto';
import { EncryptJWT, errors, jwtDecrypt, type JWK } from 'jose';
import { z } from 'zod';

/** What a browser keeps for us between two pages: it can neither read nor change it. */
export interface BrowserSeal {
  seal(purpose: string, data: object, seconds: number): Promise<string>;
  /** Undefined when it is not ours, over, or was sealed for another purpose. */
  open<T>(purpose: string, sealed: string, shape: z.ZodType<T>): Promise<T | undefined>;
}

/** Every process with the edge's private key opens what another one sealed, also after a restart. */
export function createBrowserSeal(edgeKey: JWK, now: () => Date): BrowserSeal {
  const secret = Buffer.from(z.string().parse(edgeKey.d), 'base64url');
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'curfew browser seal', 32));
  return {
    seal: (purpose, data, seconds) =>
      new EncryptJWT({ data })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setAudience(purpose)
        .setExpirationTime(Math.floor(now().getTime() / 1000) + seconds)
        .encrypt(key),
    async open(purpose, sealed, shape) {
      try {
        const { payload } = await jwtDecrypt(sealed, key, {
          audience: purpose,
          currentDate: now(),
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
          requiredClaims: ['exp'],
        });
        return shape.safeParse(payload['data']).data;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}
