import type { App } from '@slack/bolt';
import { durationText } from '../../access/duration';
import { REASON_MAX } from '../../access/request';
import { hashOf } from '../../keys/canonical';
import { wayModal } from '../blocks/way';
import { ALL_OF_IT } from '../blocks/forms';
import { readButtonValue, type ButtonValue } from '../button-value';
import { STALE } from '../buttons';
import type { Front } from '../front';
import { refusalText } from '../names';
import * as payloads from '../payloads';
import { recordRefusal } from '../refusals';
import { review } from '../statements';
import { FIELDS, FORMS, type FieldId } from '../surface';
import { minutesIn } from './request-fields';
import { tooLong } from './reason';

/** Approves for less than stood on the card. Whatever is wrong stands under its field; refusals go on record. */
export const lessSubmitted = (app: App, front: Front): void =>
  app.view(
    { callback_id: FORMS.approveForLess, type: 'view_submission' },
    async ({ ack, body }) => {
      const { by, fields, about: sent, clickId } = payloads.submission.parse(body);
      const about = readButtonValue(sent);
      const judged = judge(fields, about);
      if ('errors' in judged) return ack(under(judged.errors));
      const { durationMinutes, scope, note } = judged;
      const less = {
        durationMinutes,
        ...(scope !== undefined && { scope }),
        ...(note && { reason: note }),
      };
      const way = about && (await front.signIn?.wayToApprove(by, about, less));
      if (way) return ack({ response_action: 'update', view: wayModal(way) });
      const done = about
        ? await review(front, about, {
            verdict: 'approve',
            ...less,
            by,
            clickId: [
              clickId,
              durationMinutes,
              ...(scope === undefined ? [] : [hashOf(scope).slice(0, 8)]),
            ].join('-'),
          })
        : STALE;
      if (done.outcome === 'done') return ack();
      if (done.outcome === 'refused') {
        const { because } = done;
        const what = FORMS.approveForLess;
        recordRefusal(front, { by, clickId, what, about, because, value: sent });
      }
      return ack(under({ [FIELDS.duration]: await refusalText(front.client, done) }));
    },
  );

function judge(
  fields: payloads.Submission['fields'],
  about: ButtonValue | undefined,
):
  | { durationMinutes: number; scope: string | undefined; note: string }
  | { errors: Partial<Record<FieldId, string>> } {
  const minutes = minutesIn(fields[FIELDS.duration]?.trim() ?? '');
  const chosen = fields[FIELDS.scope] ?? ALL_OF_IT;
  const isNarrower = chosen !== ALL_OF_IT;
  const duration =
    'error' in minutes ? minutes.error : notLess(minutes.minutes, about?.minutes, isNarrower);
  const note = fields[FIELDS.note]?.trim() ?? '';
  const length = note.length > REASON_MAX ? tooLong(note, REASON_MAX) : undefined;
  if ('minutes' in minutes && duration === undefined && length === undefined) {
    // What stood on the card, where nothing narrower was chosen.
    const scope = isNarrower ? chosen : about?.scope;
    return { durationMinutes: minutes.minutes, scope, note };
  }
  return {
    errors: {
      ...(duration !== undefined && { [FIELDS.duration]: duration }),
      ...(length !== undefined && { [FIELDS.note]: length }),
    },
  };
}

function notLess(
  minutes: number,
  shown: number | undefined,
  isNarrower: boolean,
): string | undefined {
  if (shown === undefined || minutes < shown || (isNarrower && minutes === shown)) return undefined;
  return isNarrower
    ? `The card says ${durationText(shown)}: give that or less.`
    : `The card says ${durationText(shown)}: give less here, or press Approve on the card for all of it.`;
}

const under = (errors: Partial<Record<FieldId, string>>) => ({
  response_action: 'errors' as const,
  errors,
});
