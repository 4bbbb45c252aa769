import { z } from 'zod';
import { plainText } from './block-elements';
import { blocks, complaints } from './block-kit';
import { SlackError } from './slack-error';

const id = z.string().max(255, 'must be less than 256 characters');
const common = {
  blocks: blocks(100),
  callback_id: id.default(''),
  external_id: id.default(''),
  private_metadata: z.string().max(3000, 'must be less than 3001 characters').default(''),
};

const modal = z
  .strictObject({
    type: z.literal('modal'),
    ...common,
    title: plainText(24),
    submit: plainText(24).nullish(),
    close: plainText(24).nullish(),
    clear_on_close: z.boolean().default(false),
    notify_on_close: z.boolean().default(false),
    submit_disabled: z.boolean().optional(),
  })
  .refine((view) => Boolean(view.submit) || !view.blocks.some((block) => block.type === 'input'), {
    message: 'missing required field: submit',
    path: ['submit'],
  });
const home = z.strictObject({ type: z.literal('home'), ...common });

export type ModalView = z.infer<typeof modal>;
export type HomeView = z.infer<typeof home>;

/** A modal as an app described it. Throws `invalid_arguments` or `view_too_large`. */
export const readModal = (view: unknown): ModalView => read(modal, view);
export const readHome = (view: unknown): HomeView => read(home, view);

function read<T>(form: z.ZodType<T>, view: unknown): T {
  if (JSON.stringify(view ?? null).length > 250_000) throw new SlackError('view_too_large');
  const parsed = form.safeParse(view);
  if (!parsed.success) throw new SlackError('invalid_arguments', complaints(parsed.error, '/view'));
  return parsed.data;
}
