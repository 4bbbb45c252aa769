import type { App } from '@slack/bolt';
import type { ChatUser } from '../../access/chat-user';
import { accessRequest } from '../../access/request';
import type { AccessRequest } from '../../access/request';
import { hashOf } from '../../keys/canonical';
import { requestIdFor } from '../../keys/ids';
import { wayModal } from '../blocks/way';
import type { Front } from '../front';
import { refusalText } from '../names';
import * as payloads from '../payloads';
import { recordRefusal } from '../refusals';
import type { FieldId, FORMS } from '../surface';

/** What a form says, judged: what is asked for, or what is wrong under which field. */
export type JudgedForm =
  | { asked: Omit<AccessRequest, 'requestId' | 'requester' | 'submittedAt'> }
  | { errors: Partial<Record<FieldId, string>> };

/** What `by` asks for; the same `submission` is the same request. */
export const requestOf = (
  { now }: Pick<Front, 'now'>,
  by: ChatUser,
  submission: string,
  asked: Extract<JudgedForm, { asked: unknown }>['asked'],
): AccessRequest =>
  accessRequest.parse({
    ...asked,
    requestId: requestIdFor(by.workspace, submission),
    requester: by,
    submittedAt: now().toISOString(),
  });

/** A form that opens a request. Whatever is wrong stands under its field, and the form keeps what was typed. */
export const openingRequests = (
  app: App,
  front: Front,
  { form, field }: { form: (typeof FORMS)[keyof typeof FORMS]; field: FieldId },
  judge: (submission: payloads.Submission) => JudgedForm | Promise<JudgedForm>,
): void =>
  app.view({ callback_id: form, type: 'view_submission' }, async ({ ack, body }) => {
    const submission = payloads.submission.parse(body);
    const { by, viewId, clickId } = submission;
    const judged = await judge(submission);
    if ('errors' in judged) {
      const because = Object.entries(judged.errors)
        .map(([name, error]) => `${name}: ${error}`)
        .join(' ');
      // The same form may be wrong in several ways, one after the other. What was typed stays out of the record.
      const attempt = `${clickId}:${hashOf(judged.errors).slice(0, 16)}`;
      recordRefusal(front, { by, clickId: attempt, what: form, about: undefined, because });
      return ack({ response_action: 'errors', errors: judged.errors });
    }
    // The form has one id for its life: sent twice, it is still the same request.
    const request = requestOf(front, by, viewId, judged.asked);
    const way = front.signIn?.wayToBreakGlass(request);
    if (way) return ack({ response_action: 'update', view: wayModal(way) });
    const opened = await front.desk.open(await front.signer.sign({ kind: 'request', request }));
    if (opened.outcome === 'done') return ack();
    if (opened.outcome === 'refused') {
      const { because } = opened;
      recordRefusal(front, { by, clickId, what: form, about: undefined, because });
    }
    return ack({
      response_action: 'errors',
      errors: { [field]: await refusalText(front.client, opened) },
    });
  });
