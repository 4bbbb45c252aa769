import type { App } from '@slack/bolt';
import { onButton, STALE } from '../buttons';
import { confirmKeys, keysOf } from '../confirming';
import type { Front } from '../front';
import { ACTIONS } from '../surface';
import { WORDS } from '../words';

/** Confirms the words, or leads to a page where the role demands a fresh sign-in for it. */
export const confirmWords = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.confirmWords, async ({ by }, { requestId, grantId, words }) => {
    if (grantId === undefined || words === undefined) return STALE;
    const keys = await keysOf(front.desk, { grantId, words });
    if ('because' in keys) return { outcome: 'refused', because: keys.because };
    const way = await front.signIn?.wayToConnect(by, { requestId, grantId, words });
    if (way) return { outcome: 'elsewhere', ...way };
    const confirmed = await confirmKeys(front, { by, grantId, words });
    return confirmed.outcome === 'done' ? { outcome: 'done', say: WORDS.connected } : confirmed;
  });
