import { z } from 'zod';
import {
  accessory,
  actionsElement,
  anyText,
  image,
  inputElement,
  plainText,
  type LiveElement,
} from './block-elements';
import { newBlockId } from './ids';

const block = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.looseObject({
    type: z.literal(type),
    block_id: z.string().max(255, 'must be less than 256 characters').optional(),
    ...shape,
  });

const section = block('section', {
  text: anyText(3000).optional(),
  fields: z.array(anyText(2000)).min(1).max(10, 'no more than 10 items allowed').optional(),
  accessory: accessory.optional(),
}).refine((value) => value.text !== undefined || value.fields !== undefined, {
  message: 'missing required field: text or fields',
});

export const anyBlock = z.discriminatedUnion('type', [
  section,
  block('actions', {
    elements: z
      .array(actionsElement)
      .min(1, 'must have at least 1 item')
      .max(25, 'no more than 25 items allowed'),
  }),
  block('context', {
    elements: z
      .array(z.union([anyText(3000), image]))
      .min(1, 'must have at least 1 item')
      .max(10, 'no more than 10 items allowed'),
  }),
  block('divider', {}),
  block('header', { text: plainText(150) }),
  block('image', {
    image_url: z.string().max(3000, 'must be less than 3001 characters').optional(),
    alt_text: z.string().max(2000, 'must be less than 2001 characters'),
    title: plainText(2000).optional(),
  }),
  block('input', {
    label: plainText(2000),
    element: inputElement,
    hint: plainText(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
  }),
  block('markdown', { text: z.string().min(1).max(12_000, 'must be less than 12001 characters') }),
  // Shown, never pressed: their form is not checked.
  block('rich_text', { elements: z.array(z.looseObject({ type: z.string() })) }),
  block('table', { rows: z.array(z.array(z.looseObject({ type: z.string() }))) }),
  block('video', { alt_text: z.string() }),
  block('file', { external_id: z.string() }),
]);
export type AnyBlock = z.infer<typeof anyBlock>;

/** A list of blocks within the limits of its surface: 50 in a message, 100 in a modal or Home tab. */
export const blocks = (most: 50 | 100) =>
  z
    .array(anyBlock)
    .max(most, `no more than ${most} items allowed`)
    .superRefine((list, context) => {
      for (const [index, id] of repeated(list.map((one) => one.block_id))) {
        context.addIssue({
          code: 'custom',
          message: `block_id already exists: ${id}`,
          path: [index, 'block_id'],
        });
      }
      for (const [index, one] of list.entries()) {
        for (const [, id] of repeated(elementsOf(one).map((element) => element.action_id))) {
          context.addIssue({
            code: 'custom',
            message: `action_id already exists: ${id}`,
            path: [index],
          });
        }
      }
    });

function repeated(ids: readonly (string | undefined)[]): [number, string][] {
  const seen = new Set<string>();
  return [...ids.entries()].flatMap(([index, id]): [number, string][] => {
    if (id === undefined) return [];
    if (seen.has(id)) return [[index, id]];
    seen.add(id);
    return [];
  });
}

/** What a person can act on in one block, in order. */
export function elementsOf(one: AnyBlock): LiveElement[] {
  if (one.type === 'actions') return one.elements;
  if (one.type === 'input') return [one.element];
  if (one.type === 'section' && one.accessory !== undefined && one.accessory.type !== 'image')
    return [one.accessory];
  return [];
}

/** Fills in the ids that Slack makes up where an app left them out. */
export function named(list: readonly AnyBlock[]): AnyBlock[] {
  return structuredClone([...list]).map((one) => {
    for (const element of elementsOf(one)) element.action_id ??= newBlockId();
    one.block_id ??= newBlockId();
    return one;
  });
}

/** Slack's way to say where it hurts: `must be … [json-pointer:/blocks/0/text]`. */
export const complaints = (error: z.ZodError, below = ''): string[] =>
  error.issues.map(
    (issue) => `[ERROR] ${wording(issue)} [json-pointer:${below}/${issue.path.join('/')}]`,
  );

function wording(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'type') return 'unsupported type';
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return `missing required field: ${String(issue.path.at(-1))}`;
  return issue.message;
}
