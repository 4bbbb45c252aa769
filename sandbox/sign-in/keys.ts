import { randomBytes } from 'node:crypto';
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';

const ALG = 'ES256';

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicJwk: JWK;
}

/** The issuer's signing keys. The one before the newest stays published: what it signed may be on its way. */
export class IssuerKeys {
  #newest: Promise<SigningKey> = newKey();
  #before: Promise<SigningKey> | undefined;

  rotate(): void {
    this.#before = this.#newest;
    this.#newest = newKey();
  }

  async published(): Promise<{ keys: JWK[] }> {
    const keys = await Promise.all([this.#newest, ...(this.#before ? [this.#before] : [])]);
    return { keys: keys.map(({ publicJwk }) => publicJwk) };
  }

  async sign(claims: JWTPayload): Promise<string> {
    const { kid, privateKey } = await this.#newest;
    return new SignJWT(claims).setProtectedHeader({ alg: ALG, kid, typ: 'JWT' }).sign(privateKey);
  }
}

async function newKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(ALG);
  const kid = randomBytes(8).toString('base64url');
  return {
    kid,
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg: ALG, use: 'sig' },
  };
}
