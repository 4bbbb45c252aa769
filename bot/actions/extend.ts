import type { App } from '@slack/bolt';
import { extendForm } from '../blocks/forms';
import { writeButtonValue } from '../button-value';
import { onButton } from '../buttons';
import type { Front } from '../front';
import { ACTIONS } from '../surface';

/** Opens the form for how long and why; whether it may be extended is judged when that is submitted. */
export const extend = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.extend, async ({ triggerId }, about) => {
    await front.client.views.open({
      trigger_id: triggerId ?? '',
      view: extendForm(writeButtonValue(about)),
    });
    return { outcome: 'done' };
  });
