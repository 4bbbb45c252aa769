import type { App } from '@slack/bolt';
import { onButton } from '../buttons';
import type { Front } from '../front';
import { review } from '../statements';
import { ACTIONS } from '../surface';

/** Says yes to what stood on the card: also when somebody had approved it for less before. */
export const approve = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.approve, async ({ by, clickId }, about) => {
    const { minutes, scope } = about;
    const less = {
      ...(minutes !== undefined && { durationMinutes: minutes }),
      ...(scope !== undefined && { scope }),
    };
    const way = await front.signIn?.wayToApprove(by, about, less);
    if (way) return { outcome: 'elsewhere', ...way };
    return review(front, about, { verdict: 'approve', by, clickId, ...less });
  });
