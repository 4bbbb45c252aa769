import type { InputBlock, ModalView } from '@slack/types';
import type { CatalogRole } from '../../access/catalog';
import { durationText } from '../../access/duration';
import { FIELDS, FORMS, LABELS, MENUS, TYPED, type FieldId } from '../surface';
import { fit, plain } from './text';

/** What a form opens with. */
export interface Prefilled {
  role?: CatalogRole;
  duration?: string;
  ticket?: string;
  reason?: string;
  breakGlass?: boolean;
}

/** The value of the ticked box. */
export const TICKED = 'yes';

/** `/request-access`: three fields, a ticket for those who have one, and a box where a role can be had by break-glass. */
export const requestForm = (
  hint?: string,
  { offersBreakGlass = false, ...given }: Prefilled & { offersBreakGlass?: boolean } = {},
): ModalView => ({
  type: 'modal',
  callback_id: FORMS.request,
  title: plain('Request access', 24),
  submit: plain('Request', 24),
  close: plain('Close', 24),
  blocks: [
    ...(hint ? [{ type: 'context' as const, elements: [plain(hint, 300)] }] : []),
    menu(FIELDS.role, MENUS.role, 'Type a role, an account or what it is for', given.role?.id),
    typed(FIELDS.duration, {
      optional: true,
      placeholder: '1h, 90m, 1h30m',
      hint: "Empty means the role's usual time.",
      initial: given.duration,
    }),
    typed(FIELDS.reason, {
      multiline: true,
      placeholder: 'What you are going to do',
      initial: given.reason,
    }),
    typed(FIELDS.ticket, { optional: true, placeholder: 'INC-42', initial: given.ticket }),
    ...(offersBreakGlass ? [breakGlassBox(given.breakGlass ?? false)] : []),
  ],
});

const breakGlassBox = (ticked: boolean): InputBlock => {
  const option = {
    text: plain('Emergency: granted at once, told to everybody, reviewed afterwards', 75),
    value: TICKED,
    description: plain('Only for roles that have it, and only when a rule lets you', 75),
  };
  return {
    type: 'input',
    block_id: FIELDS.breakGlass,
    label: plain(LABELS[FIELDS.breakGlass], 2000),
    optional: true,
    element: {
      type: 'checkboxes',
      action_id: TYPED,
      options: [option],
      ...(ticked ? { initial_options: [option] } : {}),
    },
  };
};

/** The choice of no narrower scope. */
export const ALL_OF_IT = '*';

/** Approve for less than stood on the card: less time, a narrower scope, or both. `about` comes back with the submission. */
export const lessForm = (
  about: string,
  { minutes, scope, narrower = [] }: { minutes: number; scope?: string; narrower?: string[] },
): ModalView => ({
  type: 'modal',
  callback_id: FORMS.approveForLess,
  private_metadata: about,
  title: plain('Approve for less', 24),
  submit: plain('Approve', 24),
  close: plain('Close', 24),
  blocks: [
    ...(narrower.length > 0 ? [scopeChoice(scope ?? 'All that the role may', narrower)] : []),
    typed(FIELDS.duration, {
      placeholder: '15m, 1h, 1h30m',
      hint: `${narrower.length > 0 ? 'At most' : 'Less than'} ${durationText(minutes)}, from the last approval on. Nobody who approves after you can make it longer${narrower.length > 0 ? ' or wider' : ''}.`,
      initial: durationText(narrower.length > 0 ? minutes : Math.max(1, Math.floor(minutes / 2))),
    }),
    typed(FIELDS.note, {
      optional: true,
      multiline: true,
      placeholder: 'Why this is enough, or when to ask again',
      hint: 'The requester reads this.',
    }),
  ],
});

function scopeChoice(shown: string, narrower: readonly string[]): InputBlock {
  const options = [
    { text: plain(shown, 75), value: ALL_OF_IT },
    ...narrower.map((name) => ({ text: plain(name, 75), value: name })),
  ];
  return {
    type: 'input',
    block_id: FIELDS.scope,
    label: plain(LABELS[FIELDS.scope], 2000),
    hint: plain('Each is within the one above it.', 2000),
    element: {
      type: 'radio_buttons',
      action_id: TYPED,
      options,
      ...(options[0] && { initial_option: options[0] }),
    },
  };
}

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

/** Extend: another request for the same role. `about` comes back with the submission. */
export const extendForm = (about: string): ModalView => ({
  type: 'modal',
  callback_id: FORMS.extend,
  private_metadata: about,
  title: plain('Extend access', 24),
  submit: plain('Request', 24),
  close: plain('Close', 24),
  blocks: [
    typed(FIELDS.duration, {
      optional: true,
      placeholder: '1h, 90m, 1h30m',
      hint: "From the approval on. Empty means the role's usual time.",
    }),
    typed(FIELDS.reason, {
      multiline: true,
      placeholder: 'Why you need it for longer',
      hint: 'It is decided anew, by the same rules. What you have ends when it was going to.',
    }),
  ],
});

/** Not justified, with what everybody will read. `about` comes back with the submission. */
export const notJustifiedForm = (about: string): ModalView => ({
  type: 'modal',
  callback_id: FORMS.notJustified,
  private_metadata: about,
  title: plain('Not justified', 24),
  submit: plain('Record', 24),
  close: plain('Close', 24),
  blocks: [
    typed(FIELDS.reason, {
      multiline: true,
      placeholder: 'Why this was no emergency, and what follows',
      hint: 'Goes on record; the alarm channel and the person read it.',
    }),
  ],
});

/** `/revoke`: cut somebody's live grant. */
export const revokeForm = (): ModalView => ({
  type: 'modal',
  callback_id: FORMS.revoke,
  title: plain('Revoke access', 24),
  submit: plain('Revoke', 24),
  close: plain('Close', 24),
  blocks: [
    menu(FIELDS.grant, MENUS.grant, 'Type a person or a role'),
    typed(FIELDS.reason, { multiline: true, hint: 'Goes on record; the holder reads it.' }),
  ],
});

const menu = (
  field: FieldId,
  actionId: string,
  placeholder: string,
  chosen?: string,
): InputBlock => ({
  type: 'input',
  block_id: field,
  label: plain(LABELS[field], 2000),
  element: {
    type: 'external_select',
    action_id: actionId,
    min_query_length: 0,
    placeholder: plain(placeholder, 150),
    ...(chosen === undefined ? {} : { initial_option: { text: plain(chosen, 75), value: chosen } }),
  },
});

/** A text field. */
// No max_length: a text that is too long is answered with how long it is, and nothing of it is cut.
export const typed = (
  field: FieldId,
  shape: {
    optional?: boolean;
    multiline?: boolean;
    placeholder?: string;
    hint?: string;
    initial?: string | undefined;
  },
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
    ...(shape.initial ? { initial_value: fit(shape.initial, 3000) } : {}),
    ...(shape.placeholder ? { placeholder: plain(shape.placeholder, 150) } : {}),
  },
});
