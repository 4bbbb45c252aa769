import type { App } from '@slack/bolt';
import { sameChatUser } from '../../access/chat-user';
import { durationText } from '../../access/duration';
import { requestForm } from '../blocks/forms';
import { onButton } from '../buttons';
import type { Front } from '../front';
import { ACTIONS } from '../surface';
import { WORDS } from '../words';

/** Opens the form as it was filled in before, without a tick at break-glass: a new request, decided anew. */
export const again = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.again, async ({ by, triggerId }, { requestId }) => {
    const before = await front.desk.request(requestId);
    if (before && !sameChatUser(before.requester, by))
      return { outcome: 'refused', because: WORDS.notYourRequest };
    const role = before && front.catalog.role(before.role);
    const offersBreakGlass = front.catalog.roles().some(({ breakGlass }) => breakGlass);
    await front.client.views.open({
      trigger_id: triggerId ?? '',
      view: requestForm(before ? undefined : WORDS.forgottenRequest, {
        ...(role && { role }),
        ...(before && { duration: durationText(before.durationMinutes), reason: before.reason }),
        ...(before?.ticket !== undefined && { ticket: before.ticket }),
        offersBreakGlass,
      }),
    });
    return { outcome: 'done' };
  });
