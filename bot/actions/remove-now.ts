import type { App } from '@slack/bolt';
import { onButton } from '../buttons';
import type { Front } from '../front';
import { removeNow as say } from '../statements';
import { ACTIONS } from '../surface';

export const removeNow = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.removeNow, ({ by, clickId }, about) =>
    say(front, about, by, clickId),
  );
