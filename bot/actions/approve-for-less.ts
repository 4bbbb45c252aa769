import type { App } from '@slack/bolt';
import { lessForm } from '../blocks/forms';
import { writeButtonValue } from '../button-value';
import { onButton, STALE } from '../buttons';
import type { Front } from '../front';
import { ACTIONS } from '../surface';

/** Opens the form for how long; nothing is said until that is submitted. */
export const approveForLess = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.approveForLess, async ({ triggerId }, about) => {
    const { minutes, scope, narrower } = about;
    if (minutes === undefined) return STALE;
    await front.client.views.open({
      trigger_id: triggerId ?? '',
      view: lessForm(writeButtonValue(about), {
        minutes,
        ...(scope !== undefined && { scope }),
        ...(narrower && { narrower }),
      }),
    });
    return { outcome: 'done' };
  });
