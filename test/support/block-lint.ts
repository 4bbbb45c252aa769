import { z } from 'zod';

// Slack's published limits, as data; a block kit that breaks one is refused by the API.
const plainText = (max: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.literal(false),
  });
const mrkdwn = z.strictObject({
  type: z.literal('mrkdwn'),
  text: z.string().min(1).max(3000),
  verbatim: z.literal(true),
});
const anyText = z.discriminatedUnion('type', [plainText(3000), mrkdwn]);
const blockId = z.string().min(1).max(255);

const button = z.strictObject({
  type: z.literal('button'),
  action_id: z.string().min(1).max(255),
  text: plainText(75),
  value: z.string().max(2000),
  style: z.enum(['primary', 'danger']).optional(),
});
const box = z.strictObject({
  text: plainText(75),
  value: z.string().max(150),
  description: plainText(75).optional(),
});
const field = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('plain_text_input'),
    action_id: z.string().max(255),
    multiline: z.boolean(),
    initial_value: z.string().max(3000).optional(),
    placeholder: plainText(150).optional(),
  }),
  z.strictObject({
    type: z.literal('external_select'),
    action_id: z.string().max(255),
    min_query_length: z.int(),
    initial_option: z.strictObject({ text: plainText(75), value: z.string().max(75) }).optional(),
    placeholder: plainText(150).optional(),
  }),
  z.strictObject({
    type: z.literal('checkboxes'),
    action_id: z.string().max(255),
    options: z.array(box).min(1).max(10),
    initial_options: z.array(box).min(1).max(10).optional(),
  }),
]);
const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), text: plainText(150) }),
  z.strictObject({ type: z.literal('section'), text: anyText }),
  z.strictObject({ type: z.literal('context'), elements: z.array(anyText).min(1).max(10) }),
  z.strictObject({
    type: z.literal('actions'),
    block_id: blockId,
    elements: z.array(button).min(1).max(25),
  }),
  z.strictObject({
    type: z.literal('input'),
    block_id: blockId,
    label: plainText(2000),
    optional: z.boolean().optional(),
    hint: plainText(2000).optional(),
    element: field,
  }),
]);
export type LintedBlock = z.infer<typeof block>;

const blocks = (max: number) =>
  z
    .array(block)
    .min(1)
    .max(max)
    .refine((list) => unique(list.flatMap((one) => ('block_id' in one ? [one.block_id] : []))), {
      error: 'block ids repeat',
    })
    .refine(
      (list) =>
        list.every(
          (one) => one.type !== 'actions' || unique(one.elements.map((each) => each.action_id)),
        ),
      { error: 'action ids repeat in a block' },
    );

const unique = (ids: string[]): boolean => new Set(ids).size === ids.length;

export const lintedMessage = z.strictObject({
  text: z.string().trim().min(1).max(40_000),
  blocks: blocks(50),
});
export const lintedModal = z.strictObject({
  type: z.literal('modal'),
  callback_id: z.string().max(255).optional(),
  private_metadata: z.string().max(3000).optional(),
  title: plainText(24),
  submit: plainText(24).optional(),
  close: plainText(24),
  blocks: blocks(100),
});
export const lintedHome = z.strictObject({ type: z.literal('home'), blocks: blocks(100) });

/** Every formatted text in a list of blocks. */
export const formattedTexts = (list: readonly LintedBlock[]): string[] =>
  list.flatMap((one) => {
    const texts = one.type === 'section' ? [one.text] : one.type === 'context' ? one.elements : [];
    return texts.filter(({ type }) => type === 'mrkdwn').map(({ text }) => text);
  });

/** Lines a reader sees, each block's text as one: long reasons wrap, nothing else does. */
export const linesOf = (list: readonly LintedBlock[]): number =>
  list.reduce((sum, one) => sum + ('text' in one ? one.text.text.split('\n').length : 1), 0);
