import { z } from 'zod';

// Block Kit's elements with the limits Slack enforces. The wording of a complaint is Slack's own.

const short = (most: number) => z.string().max(most, `must be less than ${most + 1} characters`);
const filled = (most: number) => short(most).min(1, 'must be more than 0 characters');

export const plainText = (most: number) =>
  z.looseObject({ type: z.literal('plain_text'), text: filled(most) });
export const anyText = (most: number) =>
  z.looseObject({ type: z.enum(['plain_text', 'mrkdwn']), text: filled(most) });

const atMost = <T extends z.ZodType>(item: T, most: number) =>
  z.array(item).min(1, 'must have at least 1 item').max(most, `no more than ${most} items allowed`);

const actionId = short(255).optional();
const placeholder = plainText(150).optional();
const confirm = z
  .looseObject({
    title: plainText(100),
    text: anyText(300),
    confirm: plainText(30),
    deny: plainText(30),
  })
  .optional();

export const option = z.looseObject({
  text: plainText(75),
  value: short(75),
  description: plainText(75).optional(),
});
/** Radio buttons and check boxes also take mrkdwn. */
const richOption = option.extend({ text: anyText(75), description: anyText(75).optional() });
export const optionGroup = z.looseObject({ label: plainText(75), options: atMost(option, 100) });

const element = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.looseObject({ type: z.literal(type), action_id: actionId, confirm, ...shape });

const listed = {
  placeholder,
  options: atMost(option, 100).optional(),
  option_groups: atMost(optionGroup, 100).optional(),
};
const fetched = { placeholder, min_query_length: z.int().min(0).optional() };

const button = element('button', {
  text: plainText(75),
  value: short(2000).optional(),
  url: short(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: short(75).optional(),
});
const overflow = element('overflow', { options: atMost(option, 5) });
const staticSelect = element('static_select', { ...listed, initial_option: option.optional() });
const externalSelect = element('external_select', {
  ...fetched,
  initial_option: option.optional(),
});
const usersSelect = element('users_select', { placeholder, initial_user: z.string().optional() });
const conversationsSelect = element('conversations_select', {
  placeholder,
  initial_conversation: z.string().optional(),
});
const channelsSelect = element('channels_select', {
  placeholder,
  initial_channel: z.string().optional(),
});
const multiStaticSelect = element('multi_static_select', {
  ...listed,
  initial_options: z.array(option).optional(),
});
const multiExternalSelect = element('multi_external_select', {
  ...fetched,
  initial_options: z.array(option).optional(),
});
const multiUsersSelect = element('multi_users_select', {
  placeholder,
  initial_users: z.array(z.string()).optional(),
});
const datepicker = element('datepicker', {
  placeholder,
  initial_date: z.iso.date('must be a date').optional(),
});
const timepicker = element('timepicker', {
  placeholder,
  initial_time: z
    .string()
    .regex(/^\d\d:\d\d$/, 'must be a time')
    .optional(),
});
const datetimepicker = element('datetimepicker', { initial_date_time: z.int().optional() });
const checkboxes = element('checkboxes', {
  options: atMost(richOption, 10),
  initial_options: z.array(richOption).optional(),
});
const radioButtons = element('radio_buttons', {
  options: atMost(richOption, 10),
  initial_option: richOption.optional(),
});

const typed = { placeholder, initial_value: short(3000).optional() };
const plainTextInput = element('plain_text_input', {
  ...typed,
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
});
const numberInput = element('number_input', {
  ...typed,
  is_decimal_allowed: z.boolean('missing required field: is_decimal_allowed'),
  min_value: z.string().optional(),
  max_value: z.string().optional(),
});
const emailInput = element('email_text_input', typed);
const urlInput = element('url_text_input', typed);

export const image = z.looseObject({
  type: z.literal('image'),
  image_url: short(3000).optional(),
  alt_text: filled(2000),
});

const CHOICES = [
  overflow,
  staticSelect,
  externalSelect,
  usersSelect,
  conversationsSelect,
  channelsSelect,
  datepicker,
  timepicker,
  datetimepicker,
  checkboxes,
  radioButtons,
] as const;
const MANY = [multiStaticSelect, multiExternalSelect, multiUsersSelect] as const;

/** What may stand in each kind of block. */
export const actionsElement = z.discriminatedUnion('type', [button, ...CHOICES]);
export const accessory = z.discriminatedUnion('type', [button, image, ...CHOICES, ...MANY]);
export const inputElement = z.discriminatedUnion('type', [
  staticSelect,
  externalSelect,
  usersSelect,
  conversationsSelect,
  channelsSelect,
  ...MANY,
  datepicker,
  timepicker,
  datetimepicker,
  checkboxes,
  radioButtons,
  plainTextInput,
  numberInput,
  emailInput,
  urlInput,
]);

export type ActionsElement = z.infer<typeof actionsElement>;
export type InputElement = z.infer<typeof inputElement>;
/** Everything a person can act on. */
export type LiveElement =
  | ActionsElement
  | InputElement
  | Exclude<z.infer<typeof accessory>, { type: 'image' }>;
export type ListedOption = z.infer<typeof richOption>;
