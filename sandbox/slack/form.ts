import type { InputElement } from './block-elements';
import { elementsOf, type AnyBlock } from './block-kit';
import { listedOptions } from './shown';
import { Impossible } from './slack-error';
import { textOfState, type FieldState } from './view-values';
import type { Option, SubmitValues, ViewState } from './wire';
import type { Workspace } from './workspace';

type Input = Extract<AnyBlock, { type: 'input' }>;
type Value = SubmitValues[string];
type Choice = Pick<Option, 'text' | 'value'>;

/** Fetches a typeahead's options for what is typed so far. */
export type Suggest = (
  block: { blockId: string; actionId: string },
  typed: string,
) => Promise<Choice[]>;

/** A value that fits no field or no single option; says under which field. */
export class BadValue extends Impossible {
  readonly blockId: string;

  constructor(blockId: string, message: string) {
    super(422, message);
    this.blockId = blockId;
  }
}

/** Puts what a person would type or pick into Slack's own form. Throws {@link BadValue}, or 422 for an unknown field. */
export async function fillIn(
  blocks: readonly AnyBlock[],
  values: SubmitValues,
  workspace: Workspace,
  suggest: Suggest,
): Promise<ViewState> {
  const state: ViewState = {};
  for (const [name, value] of Object.entries(values)) {
    const block = fieldCalled(name, blocks);
    const { element, block_id: blockId = '' } = block;
    const actionId = element.action_id ?? '';
    const typed = await stateOf(element, value, {
      workspace,
      fail: (message) => new BadValue(blockId, `${block.label.text}: ${message}`),
      suggest: (text) => suggest({ blockId, actionId }, text),
    });
    state[blockId] = { ...state[blockId], [actionId]: typed };
  }
  return state;
}

function fieldCalled(name: string, blocks: readonly AnyBlock[]): Input {
  const inputs = blocks.filter((block): block is Input => block.type === 'input');
  const same = (text: string): boolean => fold(text) === fold(name);
  const found =
    inputs.find((block) => block.block_id === name) ?? inputs.find(({ label }) => same(label.text));
  if (found) return found;
  const labels = inputs.map(({ label }) => label.text).join(', ') || 'none';
  throw new Impossible(422, `The modal has no field called ${name}. It has: ${labels}.`);
}

interface Help {
  workspace: Workspace;
  fail: (message: string) => BadValue;
  suggest: (text: string) => Promise<Choice[]>;
}

async function stateOf(element: InputElement, value: Value, help: Help): Promise<FieldState> {
  const { type } = element;
  const empty = value === null || value === '';
  const text = String(value ?? '');
  const list = (Array.isArray(value) ? value : [value]).filter((one) => one !== null).map(String);
  switch (type) {
    case 'plain_text_input':
    case 'number_input':
    case 'email_text_input':
    case 'url_text_input':
      return { type, value: empty ? null : text };
    case 'static_select':
    case 'radio_buttons':
      return { type, selected_option: empty ? null : pick(listedOptions(element), text, help) };
    case 'external_select':
      return { type, selected_option: empty ? null : await fetched(text, help) };
    case 'multi_static_select':
    case 'checkboxes':
      return {
        type,
        selected_options: empty ? [] : list.map((one) => pick(listedOptions(element), one, help)),
      };
    case 'multi_external_select': {
      const options: Choice[] = [];
      for (const one of empty ? [] : list) options.push(await fetched(one, help));
      return { type, selected_options: options };
    }
    case 'users_select':
      return { type, selected_user: empty ? null : help.workspace.findUser(text).id };
    case 'multi_users_select':
      return {
        type,
        selected_users: empty ? [] : list.map((one) => help.workspace.findUser(one).id),
      };
    case 'conversations_select':
      return { type, selected_conversation: empty ? null : help.workspace.findChannel(text).id };
    case 'channels_select':
      return { type, selected_channel: empty ? null : help.workspace.findChannel(text).id };
    case 'datepicker':
      return { type, selected_date: empty ? null : text };
    case 'timepicker':
      return { type, selected_time: empty ? null : text };
    case 'datetimepicker':
      return { type, selected_date_time: empty ? null : Number(text) };
    default:
      return type satisfies never;
  }
}

/** As a person would: types the text, or its first word, and picks the one option that fits. */
async function fetched(text: string, help: Help): Promise<Choice> {
  const options = await help.suggest(text);
  const [word = text] = text.split(/\s/);
  const all = options.length > 0 || word === text ? options : await help.suggest(word);
  return pick(all, text, help);
}

function pick(options: readonly Choice[], text: string, { fail }: Help): Choice {
  const wanted = fold(text);
  const rungs = [
    options.filter((option) => fold(option.text.text) === wanted),
    options.filter((option) => option.value === text),
    options.filter((option) => fold(option.text.text).includes(wanted)),
  ];
  const found = rungs.find((rung) => rung.length > 0) ?? [];
  const [only, ...others] = found;
  if (only === undefined) {
    const offered = options.map((option) => option.text.text).join(', ');
    throw fail(`no option is called “${text}”${offered ? `; offered: ${offered}` : ''}.`);
  }
  if (others.length > 0) {
    throw fail(
      `several options fit “${text}”: ${found.map((option) => option.text.text).join(', ')}.`,
    );
  }
  return { text: only.text, value: only.value };
}

export const fold = (text: string): string =>
  text
    .trim()
    .replace(/\s*(…|\.\.\.)$/, '')
    .toLowerCase();

/** What Slack's own form would not send off, by block_id. */
export function incomplete(blocks: readonly AnyBlock[], values: ViewState): Record<string, string> {
  const complaints: Record<string, string> = {};
  for (const block of blocks) {
    if (block.type !== 'input' || block.block_id === undefined) continue;
    const [element] = elementsOf(block);
    const held = textOfState(values[block.block_id]?.[element?.action_id ?? '']);
    const complaint = complaintAbout(block, held);
    if (complaint !== undefined) complaints[block.block_id] = complaint;
  }
  return complaints;
}

function complaintAbout(
  { element, optional }: Input,
  held: string | undefined,
): string | undefined {
  if (held === undefined) return optional ? undefined : 'Please complete this required field.';
  if (element.type === 'plain_text_input') {
    const { min_length: least = 0, max_length: most = 3000 } = element;
    if (held.length < least) return `Must be at least ${least} characters.`;
    if (held.length > most) return `Must be at most ${most} characters.`;
  }
  if (element.type === 'number_input' && !(element.is_decimal_allowed ? DECIMAL : WHOLE).test(held))
    return 'Please enter a number.';
  if (element.type === 'email_text_input' && !/^\S+@\S+$/.test(held))
    return 'Please enter an email address.';
  if (element.type === 'url_text_input' && !URL.canParse(held)) return 'Please enter a link.';
  return undefined;
}

const WHOLE = /^-?\d+$/;
const DECIMAL = /^-?\d+(\.\d+)?$/;
