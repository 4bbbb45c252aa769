import { elementsOf, type AnyBlock } from './block-kit';
import type { LiveElement } from './block-elements';
import type { ViewState } from './wire';

/** One field's value in Slack's own form: `{type, value}`, `{type, selected_option}`, … */
export type FieldState = { type: string; [key: string]: unknown };

/** `state.values` of a view: initial values, and what was entered since. Buttons and menus without memory have none. */
export function valuesOf(blocks: readonly AnyBlock[], typed: ViewState): ViewState {
  const values: ViewState = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      const initial = initialState(element);
      const { block_id: blockId } = block;
      const { action_id: actionId } = element;
      if (initial === undefined || blockId === undefined || actionId === undefined) continue;
      values[blockId] = {
        ...values[blockId],
        [actionId]: typed[blockId]?.[actionId] ?? initial,
      };
    }
  }
  return values;
}

function initialState(element: LiveElement): FieldState | undefined {
  const { type } = element;
  switch (type) {
    case 'button':
    case 'overflow':
      return undefined;
    case 'plain_text_input':
    case 'number_input':
    case 'email_text_input':
    case 'url_text_input':
      return { type, value: element.initial_value ?? null };
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { type, selected_option: element.initial_option ?? null };
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      return { type, selected_options: element.initial_options ?? [] };
    case 'users_select':
      return { type, selected_user: element.initial_user ?? null };
    case 'multi_users_select':
      return { type, selected_users: element.initial_users ?? [] };
    case 'conversations_select':
      return { type, selected_conversation: element.initial_conversation ?? null };
    case 'channels_select':
      return { type, selected_channel: element.initial_channel ?? null };
    case 'datepicker':
      return { type, selected_date: element.initial_date ?? null };
    case 'timepicker':
      return { type, selected_time: element.initial_time ?? null };
    case 'datetimepicker':
      return { type, selected_date_time: element.initial_date_time ?? null };
    default:
      return type satisfies never;
  }
}

/** What a field holds, as a person reads it; undefined when it is empty. */
export function textOfState(state: FieldState | undefined): string | undefined {
  if (state === undefined) return undefined;
  const { type: _, ...rest } = state;
  const [held] = Object.values(rest);
  const words = (Array.isArray(held) ? held : [held]).flatMap((one: unknown) => wordsOf(one));
  return words.length === 0 ? undefined : words.join(', ');
}

function wordsOf(held: unknown): string[] {
  if (typeof held === 'string') return held === '' ? [] : [held];
  if (typeof held === 'number') return [String(held)];
  if (typeof held === 'object' && held !== null && 'text' in held) {
    const { text } = held;
    if (
      typeof text === 'object' &&
      text !== null &&
      'text' in text &&
      typeof text.text === 'string'
    )
      return [text.text];
  }
  return [];
}
