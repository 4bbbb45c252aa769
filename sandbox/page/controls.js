// The form elements of Block Kit. Each is built from its JSON and a value in Slack's own form
// (`{type, value}`, `{type, selected_option}`, …) and tells every change in that form.

import { h, newId } from './dom.js';
import { textOf } from './text.js';
import { typeahead } from './typeahead.js';

/**
 * `{node, focus}` for an element. `field` has `value` (or undefined: the element's initial one),
 * `onchange(value)`, `attributes` for the control, `names`, and `search(text)` for external selects.
 */
export function control(element, field) {
  const build = CONTROLS[element.type];
  if (build) return build(element, { ...field, value: field.value ?? initialValue(element) });
  const words = `This stand-in has no “${element.type}” element.`;
  return { node: h('p', { class: 'unknown' }, words), focus: () => {} };
}

export const hasControl = (type) => type in CONTROLS;

/** What an element holds before anybody touched it. */
export function initialValue(element) {
  const { type } = element;
  switch (type) {
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { type, selected_option: element.initial_option ?? null };
    case 'checkboxes':
    case 'multi_static_select':
      return { type, selected_options: element.initial_options ?? [] };
    case 'users_select':
      return { type, selected_user: element.initial_user ?? null };
    case 'datepicker':
      return { type, selected_date: element.initial_date ?? null };
    case 'timepicker':
      return { type, selected_time: element.initial_time ?? null };
    default:
      return { type, value: element.initial_value ?? null };
  }
}

/** Was nothing entered? */
export function isEmpty(value) {
  const { type: _, ...held } = value;
  return Object.values(held).every((one) => one === null || one === '' || one?.length === 0);
}

const CONTROLS = {
  plain_text_input: (element, field) =>
    textControl(element, field, element.multiline ? 'textarea' : 'input'),
  email_text_input: (element, field) => textControl(element, field, 'input', { type: 'email' }),
  url_text_input: (element, field) => textControl(element, field, 'input', { type: 'url' }),
  number_input: (element, field) =>
    textControl(element, field, 'input', {
      type: 'text',
      inputmode: element.is_decimal_allowed ? 'decimal' : 'numeric',
    }),
  datepicker: (element, field) => picker(element, field, 'date', 'selected_date'),
  timepicker: (element, field) => picker(element, field, 'time', 'selected_time'),
  static_select: staticSelect,
  external_select: externalSelect,
  users_select: usersSelect,
  overflow: (element, field) => staticSelect({ ...element, placeholder: MORE }, field),
  radio_buttons: (element, field) => choices(element, field, 'radio'),
  checkboxes: (element, field) => choices(element, field, 'checkbox'),
  multi_static_select: (element, field) => choices(element, field, 'checkbox'),
};

const MORE = { type: 'plain_text', text: 'More…' };

const controlled = (node) => ({ node, focus: () => node.focus() });

function textControl(element, { value, onchange, attributes }, tag, more = {}) {
  const node = h(tag, {
    class: 'control',
    placeholder: element.placeholder?.text,
    maxlength: element.max_length,
    rows: tag === 'textarea' ? 3 : undefined,
    autocomplete: 'off',
    ...more,
    ...attributes,
  });
  node.value = value.value ?? '';
  const tell = () => onchange({ type: element.type, value: node.value === '' ? null : node.value });
  node.addEventListener('input', tell);
  return controlled(node);
}

function picker(element, { value, onchange, attributes }, type, key) {
  const node = h('input', { class: 'control', type, ...attributes });
  node.value = value[key] ?? '';
  const tell = () => onchange({ type: element.type, [key]: node.value || null });
  node.addEventListener('change', tell);
  return controlled(node);
}

function staticSelect(element, { value, onchange, attributes }) {
  const all = optionsOf(element);
  const asOption = (option) => h('option', { value: all.indexOf(option) }, option.text.text);
  const node = h(
    'select',
    { class: 'control', ...attributes },
    h('option', { value: '' }, element.placeholder?.text ?? 'Choose…'),
    element.option_groups
      ? element.option_groups.map((group) =>
          h('optgroup', { label: group.label.text }, group.options.map(asOption)),
        )
      : all.map(asOption),
  );
  const held = value.selected_option?.value;
  const at = all.findIndex((option) => option.value === held);
  node.value = at < 0 ? '' : String(at);
  node.addEventListener('change', () =>
    onchange({ type: element.type, selected_option: all[Number(node.value || -1)] ?? null }),
  );
  return controlled(node);
}

/** All options of an element or of an answer, groups taken apart. */
export const optionsOf = (from) =>
  from.option_groups ? from.option_groups.flatMap((group) => group.options) : (from.options ?? []);

function externalSelect(element, { value, onchange, attributes, search }) {
  const { node, input } = typeahead({
    placeholder: element.placeholder?.text ?? 'Type to search…',
    initial: value.selected_option ?? undefined,
    minLength: element.min_query_length ?? 3,
    search,
    onpick: (option) => onchange({ type: element.type, selected_option: option ?? null }),
    attributes,
  });
  return { node, focus: () => input.focus() };
}

function usersSelect(element, field) {
  const options = field.names
    .everyone()
    .map((person) => ({ text: { type: 'plain_text', text: person.name }, value: person.id }));
  const held = options.find((option) => option.value === field.value.selected_user);
  return staticSelect(
    { ...element, options },
    {
      ...field,
      value: { type: element.type, selected_option: held ?? null },
      onchange: (chosen) =>
        field.onchange({
          type: element.type,
          selected_user: chosen.selected_option?.value ?? null,
        }),
    },
  );
}

function choices(element, { value, onchange, attributes, names }, type) {
  const all = optionsOf(element);
  const many = type === 'checkbox';
  const held = (many ? value.selected_options : [value.selected_option]).map((one) => one?.value);
  const group = newId('choice');
  const boxes = all.map((option) => {
    const box = h('input', { type, name: group, checked: held.includes(option.value) });
    const words = h('span', {}, textOf(option.text, names));
    if (option.description) words.append(h('small', {}, textOf(option.description, names)));
    return { option, box, row: h('label', { class: 'choice' }, box, words) };
  });
  const node = h(
    'div',
    { class: 'choices', role: many ? 'group' : 'radiogroup', ...attributes },
    boxes.map(({ row }) => row),
  );
  node.addEventListener('change', () => {
    const chosen = boxes.filter(({ box }) => box.checked).map(({ option }) => option);
    onchange(
      many
        ? { type: element.type, selected_options: chosen }
        : { type: element.type, selected_option: chosen[0] ?? null },
    );
  });
  return { node, focus: () => boxes[0]?.box.focus() };
}
