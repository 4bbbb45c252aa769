import type { App } from '@slack/bolt';
import type { Outcome } from '../../access/desk';
import { readButtonValue, type ButtonValue } from '../button-value';
import { STALE } from '../buttons';
import type { Front } from '../front';
import { refusalText } from '../names';
import * as payloads from '../payloads';
import { recordRefusal } from '../refusals';
import { FIELDS, type FORMS } from '../surface';
import { wrongReason } from './reason';

/** A form behind a button with one field, the reason. Whatever is wrong stands under it; refusals go on record. */
export const sayingWhy = (
  app: App,
  front: Front,
  form: (typeof FORMS)[keyof typeof FORMS],
  whenEmpty: string,
  say: (
    about: ButtonValue,
    said: { by: payloads.Submission['by']; reason: string; clickId: string },
  ) => Promise<Outcome>,
): void =>
  app.view({ callback_id: form, type: 'view_submission' }, async ({ ack, body }) => {
    const { by, fields, about: sent, clickId } = payloads.submission.parse(body);
    const reason = fields[FIELDS.reason]?.trim() ?? '';
    const wrong = wrongReason(reason, whenEmpty);
    if (wrong) return ack(underReason(wrong));
    const about = readButtonValue(sent);
    const done = about ? await say(about, { by, reason, clickId }) : STALE;
    if (done.outcome === 'done') return ack();
    if (done.outcome === 'refused') {
      const { because } = done;
      recordRefusal(front, { by, clickId, what: form, about, because, value: sent });
    }
    return ack(underReason(await refusalText(front.client, done)));
  });

const underReason = (error: string) => ({
  response_action: 'errors' as const,
  errors: { [FIELDS.reason]: error },
});
