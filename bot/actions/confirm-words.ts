import type { App } from '@slack/bolt';
import { thumbprint } from '../../keys/receiver';
import { wordsFor } from '../../keys/words';
import { onButton, STALE, type Pressed } from '../buttons';
import type { Front } from '../front';
import type { Click } from '../payloads';
import { ACTIONS } from '../surface';
import { WORDS } from '../words';

export const confirmWords = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.confirmWords, ({ by }, { grantId, words }) =>
    grantId === undefined || words === undefined
      ? Promise.resolve(STALE)
      : confirm(front, { by, grantId, words }),
  );

/** Signs for the keys that these very words stand for, never for keys that came since. */
async function confirm(
  { desk, signer, now }: Front,
  { by, grantId, words }: { by: Click['by']; grantId: string; words: string },
): Promise<Pressed> {
  const { connection, receiver } = await desk.connection(grantId);
  if (receiver === undefined || !['bound', 'confirmed'].includes(connection.stage)) {
    return { outcome: 'refused', because: WORDS.nothingToConfirm };
  }
  if ((await wordsFor(receiver, grantId)) !== words) {
    return { outcome: 'refused', because: WORDS.otherWords };
  }
  const confirmed = await desk.confirm(
    await signer.sign({
      kind: 'connect',
      grantId,
      signingThumbprint: await thumbprint(receiver.signing),
      encryptionThumbprint: await thumbprint(receiver.encryption),
      by,
      at: now().toISOString(),
    }),
  );
  return confirmed.outcome === 'done' ? { outcome: 'done', say: WORDS.connected } : confirmed;
}
