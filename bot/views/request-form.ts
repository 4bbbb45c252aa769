import type { App } from '@slack/bolt';
import { accessRequest } from '../../access/request';
import { hashOf } from '../../keys/canonical';
import { requestIdFor } from '../../keys/ids';
import type { Front } from '../front';
import { refusalText } from '../names';
import * as payloads from '../payloads';
import { recordRefusal } from '../refusals';
import { FIELDS, FORMS } from '../surface';
import { judgeFields } from './request-fields';

/** Opens the request. Whatever is wrong stands under its field, and the form keeps what was typed. */
export const requestSubmitted = (app: App, front: Front): void =>
  app.view({ callback_id: FORMS.request, type: 'view_submission' }, async ({ ack, body }) => {
    const { by, viewId, clickId, fields } = payloads.submission.parse(body);
    const judged = judgeFields(fields, front.catalog);
    if ('errors' in judged) {
      const because = Object.entries(judged.errors)
        .map(([field, error]) => `${field}: ${error}`)
        .join(' ');
      // The same form may be wrong in several ways, one after the other. What was typed stays out of the record.
      const attempt = `${clickId}:${hashOf(judged.errors).slice(0, 16)}`;
      recordRefusal(front, {
        by,
        clickId: attempt,
        what: FORMS.request,
        about: undefined,
        because,
      });
      return ack({ response_action: 'errors', errors: judged.errors });
    }
    const opened = await front.desk.open(
      await front.signer.sign({
        kind: 'request',
        request: accessRequest.parse({
          ...judged.asked,
          // The form has one id for its life: sent twice, it is still the same request.
          requestId: requestIdFor(by.workspace, viewId),
          requester: by,
          submittedAt: front.now().toISOString(),
        }),
      }),
    );
    if (opened.outcome === 'done') return ack();
    if (opened.outcome === 'refused') {
      const { because } = opened;
      recordRefusal(front, { by, clickId, what: FORMS.request, about: undefined, because });
    }
    return ack({
      response_action: 'errors',
      errors: { [FIELDS.role]: await refusalText(front.client, opened) },
    });
  });
