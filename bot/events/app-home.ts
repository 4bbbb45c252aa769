import type { App } from '@slack/bolt';
import type { Front } from '../front';
import { publishHome } from '../home';
import * as payloads from '../payloads';
import { EVENTS } from '../surface';

export const appHome = (app: App, front: Front): void =>
  app.event(EVENTS.homeOpened, async ({ body }) => {
    const { by, tab } = payloads.homeOpened.parse(body);
    if (tab === 'home') await publishHome(front, by);
  });
