import { createHash } from 'node:crypto';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import type { Receiver } from '../access/grant';
import { thumbprint } from './receiver';

/**
 * Four words (44 bits) that stand for a receiver's keys on one grant. The command line and the
 * chat show them side by side; a receiver that somebody else slipped in shows other words.
 */
export async function wordsFor(receiver: Receiver, grantId: string): Promise<string> {
  const prints = [await thumbprint(receiver.signing), await thumbprint(receiver.encryption)];
  const digest = createHash('sha256')
    .update(['curfew-words', grantId, ...prints].join('\n'))
    .digest();
  return [0, 2, 4, 6]
    .map((offset) => wordlist[digest.readUInt16BE(offset) % wordlist.length])
    .join(' ');
}
