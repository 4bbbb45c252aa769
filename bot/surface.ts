/** Every name that Slack sends back to us. The manifest and the blocks are compared with these. */
export const COMMANDS = {
  requestAccess: '/request-access',
  revoke: '/revoke',
  access: '/access',
} as const;

export const EVENTS = { homeOpened: 'app_home_opened' } as const;

/** Buttons. `approveForLess`, `deny`, `extend`, `again`, `notJustified` and `keep` open a form, `connect` and `details` a modal; the others act at once. */
export const ACTIONS = {
  approve: 'approve',
  approveForLess: 'approve_for_less',
  deny: 'deny',
  nudge: 'nudge',
  withdraw: 'withdraw',
  endNow: 'end_now',
  extend: 'extend',
  again: 'again',
  connect: 'connect',
  confirmWords: 'confirm_words',
  rejectWords: 'reject_words',
  justified: 'justified',
  notJustified: 'not_justified',
  removeNow: 'remove_now',
  keep: 'keep',
  details: 'details',
} as const;
export type ActionId = (typeof ACTIONS)[keyof typeof ACTIONS];

/** Buttons that only lead to a page: Slack tells of a press, and nothing is to be done. */
export const WAYS = { signIn: 'sign_in' } as const;

/** What stands on the buttons. */
export const BUTTONS: Record<ActionId, string> = {
  approve: 'Approve',
  approve_for_less: 'Approve for less…',
  deny: 'Deny',
  nudge: 'Nudge',
  withdraw: 'Cancel',
  end_now: 'End now',
  extend: 'Extend',
  again: 'Request again',
  connect: 'Connect',
  confirm_words: 'Confirm',
  reject_words: 'Not me',
  justified: 'Justified',
  not_justified: 'Not justified',
  remove_now: 'Remove now',
  keep: 'Keep',
  details: 'Details',
};

/** Typeahead menus. */
export const MENUS = { role: 'role_menu', grant: 'grant_menu' } as const;

/** Forms that people submit. */
export const FORMS = {
  request: 'request_form',
  approveForLess: 'approve_for_less_form',
  deny: 'deny_form',
  extend: 'extend_form',
  notJustified: 'not_justified_form',
  revoke: 'revoke_form',
  cut: 'cut_form',
} as const;

/** Fields of the forms: block ids, where errors are shown. */
export const FIELDS = {
  role: 'role',
  duration: 'duration',
  reason: 'reason',
  ticket: 'ticket',
  note: 'note',
  scope: 'scope',
  breakGlass: 'break_glass',
  grant: 'grant',
  sure: 'sure',
} as const;
export type FieldId = (typeof FIELDS)[keyof typeof FIELDS];

export const LABELS: Record<FieldId, string> = {
  role: 'Role',
  duration: 'Duration',
  reason: 'Reason',
  ticket: 'Ticket',
  note: 'Note',
  scope: 'Scope',
  break_glass: 'Break-glass',
  grant: 'Grant',
  sure: 'Really everything?',
};

/** The action id of a plain text field; each stands alone in its own block. */
export const TYPED = 'typed';

/** The type of the metadata on every message. */
export const MESSAGE_EVENT = 'curfew_request';
