import type { App } from '@slack/bolt';
import { onButton, STALE } from '../buttons';
import type { Front } from '../front';
import { ACTIONS } from '../surface';
import { WORDS } from '../words';

export const rejectWords = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.rejectWords, async ({ by }, { grantId }) => {
    if (grantId === undefined) return STALE;
    const rejected = await front.desk.rejectConnection(grantId, by);
    return rejected.outcome === 'done' ? { outcome: 'done', say: WORDS.forgotten } : rejected;
  });
