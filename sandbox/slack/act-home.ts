import { newId } from './ids';
import type { Parts } from './parts';
import { homeOpenedPayload } from './payloads';
import { shownView } from './shown';
import type { ShownView } from './wire';
import type { User } from './workspace';

/** Somebody opens the app's Home tab: the app hears of it and may publish a view. */
export async function openHome(parts: Parts, user: User): Promise<ShownView | null> {
  const { workspace, views, deliveries, activity } = parts;
  await deliveries.announce({
    type: 'events_api',
    kind: 'app_home_opened',
    subject: 'home',
    user: user.id,
    payload: homeOpenedPayload(user, workspace.dmOf(user.id), newId('E'), views.home(user.id)),
  });
  await activity.settled();
  const home = views.home(user.id);
  return home ? shownView(home) : null;
}
