import { CompactEncrypt, compactDecrypt, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { instant } from '../access/ids';
import type { PublicJwk, SessionCredentials } from '../access/grant';
import { asJwk } from './receiver';

const credentials: z.ZodType<SessionCredentials> = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string(),
  expiration: instant,
});

/** Compact JWE that only the receiver's private key opens. */
export const seal = async (clear: SessionCredentials, to: PublicJwk): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(JSON.stringify(credentials.parse(clear))))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    .encrypt(await importJWK(asJwk(to), 'ECDH-ES'));

/** The receiver's side. Throws when sealed to another key or changed on the way. */
export async function unseal(sealed: string, privateKey: JWK): Promise<SessionCredentials> {
  const { plaintext } = await compactDecrypt(sealed, await importJWK(privateKey, 'ECDH-ES'), {
    keyManagementAlgorithms: ['ECDH-ES'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  return credentials.parse(JSON.parse(new TextDecoder().decode(plaintext)));
}
