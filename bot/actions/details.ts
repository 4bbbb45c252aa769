import type { App } from '@slack/bolt';
import { lookingModal, traceModal } from '../blocks/trace';
import { onButton } from '../buttons';
import type { Front } from '../front';
import { openModal } from '../opened-modal';
import { answerClick, messageOf } from '../private-answer';
import { ACTIONS } from '../surface';
import { WORDS } from '../words';

/** Shows whoever sees the card why the request stands as it does: as of now, and as it was decided. */
export const details = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.details, async (click, { requestId }) => {
    // The trigger is good for three seconds: first the modal, then the look.
    const viewId = await openModal(front, click, lookingModal());
    const shown = { ...click, place: { in: 'modal' as const, viewId } };
    try {
      const trace = await front.desk.explain(requestId);
      if (trace === undefined) await answerClick(front, shown, WORDS.nothingToExplain);
      else await front.client.views.update({ view_id: viewId, view: traceModal(trace) });
    } catch (error) {
      front.log.error({ error: messageOf(error) }, 'a request could not be explained');
      await answerClick(front, shown, WORDS.failed);
    }
    return { outcome: 'done' };
  });
