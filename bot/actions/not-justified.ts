import type { App } from '@slack/bolt';
import { notJustifiedForm } from '../blocks/forms';
import { writeButtonValue } from '../button-value';
import { onButton } from '../buttons';
import type { Front } from '../front';
import { ACTIONS } from '../surface';

/** Opens the form for the note; nothing is said until that is submitted. */
export const notJustified = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.notJustified, async ({ triggerId }, about) => {
    await front.client.views.open({
      trigger_id: triggerId ?? '',
      view: notJustifiedForm(writeButtonValue(about)),
    });
    return { outcome: 'done' };
  });
