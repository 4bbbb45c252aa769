import type { InputBlock, ModalView } from '@slack/types';
import { FIELDS, FORMS, LABELS, MENUS, TYPED, type FieldId } from '../surface';
import { plain } from './text';

/** `/request-access`: three fields, and a ticket for those who have one. */
export const requestForm = (hint?: string): ModalView => ({
  type: 'modal',
  callback_id: FORMS.request,
  title: plain('Request access', 24),
  submit: plain('Request', 24),
  close: plain('Close', 24),
  blocks: [
    ...(hint ? [{ type: 'context' as const, elements: [plain(hint, 300)] }] : []),
    menu(FIELDS.role, MENUS.role, 'Type a role, an account or what it is for'),
    typed(FIELDS.duration, {
      optional: true,
      placeholder: '1h, 90m, 1h30m',
      hint: "Empty means the role's usual time.",
    }),
    typed(FIELDS.reason, { multiline: true, placeholder: 'What you are going to do' }),
    typed(FIELDS.ticket, { optional: true, placeholder: 'INC-42' }),
  ],
});

/** Deny, with the reason that the requester will read. `about` comes back with the submission. */
export const denyForm = (about: string): ModalView => ({
  type: 'modal',
  callback_id: FORMS.deny,
  private_metadata: about,
  title: plain('Deny the request', 24),
  submit: plain('Deny', 24),
  close: plain('Close', 24),
  blocks: [
    typed(FIELDS.reason, {
      multiline: true,
      placeholder: 'What would have to be different',
      hint: 'The requester reads this.',
    }),
  ],
});

/** `/revoke`: cut somebody's live grant. */
export const revokeForm = (hint?: string): ModalView => ({
  type: 'modal',
  callback_id: FORMS.revoke,
  title: plain('Revoke access', 24),
  submit: plain('Revoke', 24),
  close: plain('Close', 24),
  blocks: [
    ...(hint ? [{ type: 'context' as const, elements: [plain(hint, 300)] }] : []),
    menu(FIELDS.grant, MENUS.grant, 'Type a person or a role'),
    typed(FIELDS.reason, { multiline: true, hint: 'Goes on record; the holder reads it.' }),
  ],
});

const menu = (field: FieldId, actionId: string, placeholder: string): InputBlock => ({
  type: 'input',
  block_id: field,
  label: plain(LABELS[field], 2000),
  element: {
    type: 'external_select',
    action_id: actionId,
    min_query_length: 0,
    placeholder: plain(placeholder, 150),
  },
});

// No max_length: a text that is too long is answered with how long it is, and nothing of it is cut.
const typed = (
  field: FieldId,
  shape: { optional?: boolean; multiline?: boolean; placeholder?: string; hint?: string },
): InputBlock => ({
  type: 'input',
  block_id: field,
  label: plain(LABELS[field], 2000),
  optional: shape.optional ?? false,
  ...(shape.hint ? { hint: plain(shape.hint, 2000) } : {}),
  element: {
    type: 'plain_text_input',
    action_id: TYPED,
    multiline: shape.multiline ?? false,
    ...(shape.placeholder ? { placeholder: plain(shape.placeholder, 150) } : {}),
  },
});
