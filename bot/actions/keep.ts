import type { App } from '@slack/bolt';
import { sameChatUser } from '../../access/chat-user';
import { requestForm } from '../blocks/forms';
import { onButton, STALE } from '../buttons';
import type { Front } from '../front';
import { ACTIONS } from '../surface';
import { WORDS } from '../words';

/** Opens the ordinary form for whoever holds it: only what is granted then keeps it. */
export const keep = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.keep, async ({ by, triggerId }, { quarantineId }) => {
    const found =
      quarantineId === undefined ? undefined : await front.desk.quarantine(quarantineId);
    if (!found) return STALE;
    if (found.over) return { outcome: 'refused', because: WORDS.quarantineOver };
    if (!found.holder || !sameChatUser(found.holder, by))
      return { outcome: 'refused', because: WORDS.keptByHolder };
    const role = front.catalog.role(found.role);
    await front.client.views.open({
      trigger_id: triggerId ?? '',
      view: requestForm(WORDS.keepForm, { ...(role && { role }) }),
    });
    return { outcome: 'done' };
  });
