import { z } from 'zod';
import { blocks, complaints, named, type AnyBlock } from './block-kit';
import { SlackError } from './slack-error';

/** Arguments of a Web API call: strings in a form, real JSON in a JSON body. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A structured argument, which a form carries as JSON in a string. */
export const json = <T extends z.ZodType>(form: T) =>
  z.preprocess((value, context) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      context.addIssue({ code: 'custom', message: 'must be valid JSON' });
      return z.NEVER;
    }
  }, form);

export const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0', ''])])
  .transform((value) => value === true || value === 'true' || value === '1')
  .default(false);

export const count = (fallback: number, most: number) =>
  z.coerce.number().int().min(1).max(most).default(fallback);

/** Reads a method's arguments; throws `invalid_arguments` and says which. */
export function read<T>(form: z.ZodType<T>, args: Arguments): T {
  const parsed = form.safeParse(args);
  if (parsed.success) return parsed.data;
  throw new SlackError('invalid_arguments', complaints(parsed.error));
}

const MOST_TEXT = 40_000;

const content = z.object({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
});

/** Text and blocks of a message within Slack's limits. Throws `invalid_blocks_format`, `invalid_blocks`, `msg_too_long`, `no_text`. */
export function readContent(args: Arguments): {
  text: string;
  blocks: AnyBlock[];
  warning?: string;
} {
  const { text = '', blocks: given } = read(content, args);
  const list = given === undefined || given === '' ? [] : readBlocks(given);
  if (text.length > MOST_TEXT) throw new SlackError('msg_too_long');
  if (text === '' && list.length === 0) throw new SlackError('no_text');
  const warning = text === '' ? { warning: 'missing_text_in_message' } : {};
  return { text, blocks: named(list), ...warning };
}

function readBlocks(given: unknown): AnyBlock[] {
  const list = z.array(z.unknown()).safeParse(parsed(given));
  if (!list.success) throw new SlackError('invalid_blocks_format');
  const checked = blocks(50).safeParse(list.data);
  if (!checked.success)
    throw new SlackError('invalid_blocks', complaints(checked.error, '/blocks'));
  return checked.data;
}

function parsed(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    throw new SlackError('invalid_blocks_format');
  }
}

const metadataForm = z.object({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.unknown()),
});

/** Undefined when not given, `none` for the empty object that removes it. */
export function readMetadata(args: Arguments): z.infer<typeof metadataForm> | 'none' | undefined {
  const given = args.metadata;
  if (given === undefined || given === '') return undefined;
  const value = read(z.object({ metadata: json(z.record(z.string(), z.unknown())) }), {
    metadata: given,
  }).metadata;
  if (Object.keys(value).length === 0) return 'none';
  if (JSON.stringify(value).length > 16_000) throw new SlackError('metadata_too_large');
  const checked = metadataForm.safeParse(value);
  if (!checked.success) throw new SlackError('invalid_metadata_format', complaints(checked.error));
  return checked.data;
}
