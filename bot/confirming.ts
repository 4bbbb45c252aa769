import type { AccessDesk, Outcome } from '../access/desk';
import type { ChatUser } from '../access/chat-user';
import type { Receiver } from '../access/grant';
import type { StepUpEvidence } from '../access/statement';
import { thumbprint } from '../keys/receiver';
import { wordsFor } from '../keys/words';
import type { Front } from './front';
import { WORDS } from './words';

interface Shown {
  grantId: string;
  words: string;
}

/** The keys of the terminal that waits under just these words, or why there are none. */
export async function keysOf(
  desk: Pick<AccessDesk, 'connection'>,
  { grantId, words }: Shown,
): Promise<{ receiver: Receiver; isConfirmed: boolean } | { because: string }> {
  const { connection, receiver } = await desk.connection(grantId);
  if (receiver === undefined || !['bound', 'confirmed'].includes(connection.stage))
    return { because: WORDS.nothingToConfirm };
  if ((await wordsFor(receiver, grantId)) !== words) return { because: WORDS.otherWords };
  return { receiver, isConfirmed: connection.stage === 'confirmed' };
}

/** Signs for the keys that these very words stand for, never for keys that came since. */
export async function confirmKeys(
  { desk, signer, now }: Pick<Front, 'desk' | 'signer' | 'now'>,
  { by, grantId, words, stepUp }: Shown & { by: ChatUser; stepUp?: StepUpEvidence },
): Promise<Outcome> {
  const keys = await keysOf(desk, { grantId, words });
  if ('because' in keys) return { outcome: 'refused', because: keys.because };
  return desk.confirm(
    await signer.sign({
      kind: 'connect',
      grantId,
      signingThumbprint: await thumbprint(keys.receiver.signing),
      encryptionThumbprint: await thumbprint(keys.receiver.encryption),
      by,
      ...(stepUp && { stepUp }),
      at: now().toISOString(),
    }),
  );
}
