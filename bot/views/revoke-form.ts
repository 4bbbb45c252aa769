import type { App } from '@slack/bolt';
import { requestId } from '../../access/ids';
import { sentenceModal } from '../blocks/modals';
import type { Front } from '../front';
import { refusalText, withNames } from '../names';
import * as payloads from '../payloads';
import { recordRefusal } from '../refusals';
import { stop } from '../statements';
import { FIELDS, FORMS } from '../surface';
import { wrongReason } from './reason';

/** Asks for a live grant to be cut; the answer says what was asked, never more. */
export const revokeSubmitted = (app: App, front: Front): void =>
  app.view({ callback_id: FORMS.revoke, type: 'view_submission' }, async ({ ack, body }) => {
    const { by, fields, clickId } = payloads.submission.parse(body);
    const chosen = requestId.safeParse(fields[FIELDS.grant]);
    const reason = fields[FIELDS.reason]?.trim() ?? '';
    const wrong = wrongReason(reason, 'Say why: the holder reads it.');
    if (!chosen.success || wrong !== undefined) {
      const errors = {
        ...(chosen.success ? {} : { [FIELDS.grant]: 'Choose one of the live grants.' }),
        ...(wrong === undefined ? {} : { [FIELDS.reason]: wrong }),
      };
      return ack({ response_action: 'errors', errors });
    }
    const stopped = await stop(front, chosen.data, { by, how: 'revoke', reason });
    if (stopped.outcome === 'done') {
      return ack({
        response_action: 'update',
        view: sentenceModal(await withNames(front.client, stopped.note)),
      });
    }
    if (stopped.outcome === 'refused') {
      const about = { requestId: chosen.data };
      recordRefusal(front, { by, clickId, what: FORMS.revoke, about, because: stopped.because });
    }
    return ack({
      response_action: 'errors',
      errors: { [FIELDS.grant]: await refusalText(front.client, stopped) },
    });
  });
