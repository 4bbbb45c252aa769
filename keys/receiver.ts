import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { publicJwk, type PublicJwk, type Receiver } from '../access/grant';

/** The private half of a receiver: stays where it was made, mode 0600. */
export interface ReceiverKeys {
  signing: JWK;
  encryption: JWK;
}

/** An Ed25519 key to prove who calls and a P-256 key to receive credentials, for one grant. */
export async function newReceiverKeys(): Promise<{ keys: ReceiverKeys; receiver: Receiver }> {
  const signing = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const encryption = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  return {
    keys: {
      signing: await exportJWK(signing.privateKey),
      encryption: await exportJWK(encryption.privateKey),
    },
    receiver: {
      signing: publicJwk.parse(await exportJWK(signing.publicKey)),
      encryption: publicJwk.parse(await exportJWK(encryption.publicKey)),
    },
  };
}

/** Plain object without absent members, as jose wants it. */
export const asJwk = ({ kty, crv, x, y }: PublicJwk): JWK =>
  y === undefined ? { kty, crv, x } : { kty, crv, x, y };

/** RFC 7638, SHA-256, base64url. */
export const thumbprint = (key: PublicJwk): Promise<string> => calculateJwkThumbprint(asJwk(key));
