import type { App } from '@slack/bolt';
import { cutWhat, type CutWhat } from '../../access/statement';
import { cutIdFor } from '../../keys/ids';
import { EVERYTHING } from '../blocks/cut-form';
import { sentenceModal } from '../blocks/modals';
import { STALE } from '../buttons';
import type { Front } from '../front';
import { refusalText, withNames } from '../names';
import * as payloads from '../payloads';
import { recordRefusal } from '../refusals';
import { cut } from '../statements';
import { FIELDS, FORMS } from '../surface';
import { wrongReason } from './reason';

/** Asks for many grants to be cut at once; the answer says what was asked, never more. */
export const cutSubmitted = (app: App, front: Front): void =>
  app.view({ callback_id: FORMS.cut, type: 'view_submission' }, async ({ ack, body }) => {
    const { by, viewId, fields, about, clickId } = payloads.submission.parse(body);
    const what = readWhat(about);
    const reason = fields[FIELDS.reason]?.trim() ?? '';
    const wrong = wrongReason(reason, 'Say why: every holder reads it.');
    const isSure = what?.of !== 'all' || fields[FIELDS.sure]?.trim().toLowerCase() === EVERYTHING;
    if (wrong !== undefined || !isSure) {
      const errors = {
        ...(wrong === undefined ? {} : { [FIELDS.reason]: wrong }),
        ...(isSure ? {} : { [FIELDS.sure]: `Type ${EVERYTHING} to say that you mean it.` }),
      };
      return ack({ response_action: 'errors', errors });
    }
    // The form has one id for its life: sent twice, it is still the same cut.
    const cutId = cutIdFor(by.workspace, viewId);
    const begun = what ? await cut(front, { cutId, what, reason, by }) : STALE;
    if (begun.outcome === 'done') {
      const note = 'note' in begun ? begun.note : '';
      return ack({
        response_action: 'update',
        view: sentenceModal(await withNames(front.client, note)),
      });
    }
    if (begun.outcome === 'refused') {
      const { because } = begun;
      recordRefusal(front, { by, clickId, what: FORMS.cut, about: undefined, because });
    }
    const errors = { [FIELDS.reason]: await refusalText(front.client, begun) };
    return ack({ response_action: 'errors', errors });
  });

/** The form's own metadata came through Slack: read like anything from outside. */
function readWhat(about: string): CutWhat | undefined {
  try {
    return cutWhat.safeParse(JSON.parse(about)).data;
  } catch {
    return undefined;
  }
}
