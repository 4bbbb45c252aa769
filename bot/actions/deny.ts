import type { App } from '@slack/bolt';
import { denyForm } from '../blocks/forms';
import { writeButtonValue } from '../button-value';
import { onButton } from '../buttons';
import type { Front } from '../front';
import { ACTIONS } from '../surface';

/** Opens the form for the reason; nothing is said until that is submitted. */
export const deny = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.deny, async ({ triggerId }, about) => {
    await front.client.views.open({
      trigger_id: triggerId ?? '',
      view: denyForm(writeButtonValue(about)),
    });
    return { outcome: 'done' };
  });
