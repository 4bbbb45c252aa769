import type { App } from '@slack/bolt';
import { sameChatUser } from '../../access/chat-user';
import { readButtonValue } from '../button-value';
import type { Front } from '../front';
import type { Submission } from '../payloads';
import { FIELDS, FORMS } from '../surface';
import { WORDS } from '../words';
import { openingRequests, type JudgedForm } from './opening';
import { judgeFields } from './request-fields';

/** Asks for more time: an ordinary request for the same role, which names the one that it extends. */
export const extendSubmitted = (app: App, front: Front): void =>
  openingRequests(app, front, { form: FORMS.extend, field: FIELDS.duration }, (submission) =>
    judgeExtension(front, submission),
  );

async function judgeExtension(
  { desk, catalog }: Front,
  { by, about, fields }: Submission,
): Promise<JudgedForm> {
  const extended = readButtonValue(about)?.requestId;
  if (extended === undefined) return wrong(WORDS.staleButton);
  const grant = await desk.request(extended);
  if (grant?.state !== 'active') return wrong(WORDS.notExtendable);
  if (!sameChatUser(grant.requester, by)) return wrong(WORDS.notYours);
  const { role, ticket } = grant;
  const judged = judgeFields({ ...fields, role, ...(ticket !== undefined && { ticket }) }, catalog);
  if ('asked' in judged) return { asked: { ...judged.asked, extends: extended } };
  // The form has two fields: what is wrong with another stands under the first.
  const { reason, ...others } = judged.errors;
  const [first] = Object.values(others);
  return {
    errors: {
      ...(reason !== undefined && { [FIELDS.reason]: reason }),
      ...(first !== undefined && { [FIELDS.duration]: first }),
    },
  };
}

const wrong = (sentence: string): JudgedForm => ({ errors: { [FIELDS.duration]: sentence } });
