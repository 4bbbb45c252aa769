import type { App } from '@slack/bolt';
import { readButtonValue } from '../button-value';
import { STALE } from '../buttons';
import type { Front } from '../front';
import { refusalText } from '../names';
import * as payloads from '../payloads';
import { recordRefusal } from '../refusals';
import { review } from '../statements';
import { FIELDS, FORMS } from '../surface';
import { wrongReason } from './reason';

export const denyReason = (app: App, front: Front): void =>
  app.view({ callback_id: FORMS.deny, type: 'view_submission' }, async ({ ack, body }) => {
    const { by, fields, about: sent, clickId } = payloads.submission.parse(body);
    const reason = fields[FIELDS.reason]?.trim() ?? '';
    const wrong = wrongReason(reason, 'Say why: the requester reads it.');
    if (wrong) return ack(underReason(wrong));
    const about = readButtonValue(sent);
    const denied = about
      ? await review(front, about, { verdict: 'deny', reason, by, clickId })
      : STALE;
    if (denied.outcome === 'done') return ack();
    if (denied.outcome === 'refused') {
      recordRefusal(front, {
        by,
        clickId,
        what: FORMS.deny,
        about,
        because: denied.because,
        value: sent,
      });
    }
    return ack(underReason(await refusalText(front.client, denied)));
  });

const underReason = (error: string) => ({
  response_action: 'errors' as const,
  errors: { [FIELDS.reason]: error },
});
