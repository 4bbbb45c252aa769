import type { App } from '@slack/bolt';
import { onButton } from '../buttons';
import type { Front } from '../front';
import { review } from '../statements';
import { ACTIONS } from '../surface';

/** Says yes to what stood on the card: also when somebody had approved it for less before. */
export const approve = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.approve, ({ by, clickId }, about) =>
    review(front, about, {
      verdict: 'approve',
      by,
      clickId,
      ...(about.minutes !== undefined && { durationMinutes: about.minutes }),
    }),
  );
