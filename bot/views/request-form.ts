import type { App } from '@slack/bolt';
import { accessRequest } from '../../access/request';
import { requestIdFor } from '../../keys/ids';
import type { Front } from '../front';
import { refusalText } from '../names';
import * as payloads from '../payloads';
import { FIELDS, FORMS } from '../surface';
import { judgeFields } from './request-fields';

/** Opens the request. Whatever is wrong stands under its field, and the form keeps what was typed. */
export const requestSubmitted = (app: App, front: Front): void =>
  app.view({ callback_id: FORMS.request, type: 'view_submission' }, async ({ ack, body }) => {
    const { by, viewId, fields } = payloads.submission.parse(body);
    const judged = judgeFields(fields, front.catalog);
    if ('errors' in judged) return ack({ response_action: 'errors', errors: judged.errors });
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
    return ack({
      response_action: 'errors',
      errors: { [FIELDS.role]: await refusalText(front.client, opened) },
    });
  });
