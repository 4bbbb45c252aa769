import { createHash, randomBytes } from 'node:crypto';
import { grantId } from '../access/ids';
import { base32 } from './base32';

const hashOf = (code: string): string => createHash('sha256').update(code).digest('base64url');

/** A connect code: the grant's id and 80 random bits. Only its hash may be kept. */
export function newConnectCode(grant: string): { code: string; hash: string } {
  const code = `${grant}-${base32(randomBytes(10), 16)}`;
  return { code, hash: hashOf(code) };
}

/** What somebody typed as a code; undefined when it has not the form of one. */
export function readConnectCode(text: string): { grantId: string; hash: string } | undefined {
  const code = text.trim().toLowerCase();
  const match = /^(g-[a-z2-7]{10})-[a-z2-7]{16}$/.exec(code);
  const grant = grantId.safeParse(match?.[1]);
  return grant.success ? { grantId: grant.data, hash: hashOf(code) } : undefined;
}
