// A text field with suggestions that the app answers (external_select), by the ARIA combobox pattern.

import { h, newId } from './dom.js';

const DEBOUNCE_MS = 200;

/**
 * `search(text)` gives `{options}` (also from `option_groups`) or throws with a sentence.
 * `onpick(option)` is told what is selected now, undefined while the text names nothing.
 */
export function typeahead({
  placeholder,
  initial,
  minLength = 0,
  search,
  onpick,
  attributes = {},
}) {
  const listId = newId('suggestions');
  const list = h('ul', { class: 'suggestions', role: 'listbox', id: listId, hidden: true });
  const status = h('span', { class: 'spoken', role: 'status' });
  const input = h('input', {
    type: 'text',
    class: 'control',
    role: 'combobox',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': listId,
    placeholder,
    ...attributes,
  });
  input.value = initial?.text.text ?? '';

  let options = [];
  let active = -1;
  let timer;
  let asked = 0;
  let picked = initial;

  const show = (children, words) => {
    list.replaceChildren(...children);
    list.hidden = children.length === 0;
    input.setAttribute('aria-expanded', String(!list.hidden));
    status.textContent = words ?? '';
    if (!list.hidden) place(list, input);
  };
  const note = (text) =>
    show([h('li', { class: 'suggestion-note', role: 'presentation' }, text)], text);
  const close = () => {
    clearTimeout(timer);
    asked += 1;
    options = [];
    move(-1);
    show([]);
  };
  const move = (to) => {
    active = to;
    const rows = [...list.querySelectorAll('[role=option]')];
    rows.forEach((row, at) => row.classList.toggle('active', at === to));
    if (rows[to]) input.setAttribute('aria-activedescendant', rows[to].id);
    else input.removeAttribute('aria-activedescendant');
    rows[to]?.scrollIntoView({ block: 'nearest' });
  };
  const pick = (option) => {
    picked = option;
    input.value = option.text.text;
    onpick(option);
    close();
  };
  const row = (option) =>
    h(
      'li',
      {
        role: 'option',
        id: newId('option'),
        'aria-selected': String(option.value === picked?.value),
        // Before the field loses the focus, or the list would close under the pointer.
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => pick(option),
      },
      h('span', {}, option.text.text),
      option.description && h('small', {}, option.description.text),
    );

  async function ask() {
    const text = picked && input.value === picked.text.text ? '' : input.value;
    if (text.length < minLength) return note(`Type at least ${minLength} characters.`);
    const mine = (asked += 1);
    const slow = setTimeout(() => mine === asked && note('Searching…'), DEBOUNCE_MS);
    try {
      const answer = await search(text);
      if (mine !== asked) return undefined;
      options = answer;
      if (options.length === 0)
        return note(text ? `Nothing matches “${text}”.` : 'Nothing to choose.');
      show(options.map(row), `${options.length} to choose from`);
      move(text ? 0 : -1);
    } catch (failure) {
      if (mine === asked) note(failure instanceof Error ? failure.message : String(failure));
    } finally {
      clearTimeout(slow);
    }
    return undefined;
  }

  input.addEventListener('input', () => {
    if (picked) onpick((picked = undefined));
    clearTimeout(timer);
    timer = setTimeout(ask, DEBOUNCE_MS);
  });
  input.addEventListener('click', () => list.hidden && ask());
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    const open = !list.hidden && options.length > 0;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) void ask();
      else if (open)
        move((active + (event.key === 'ArrowDown' ? 1 : -1) + options.length) % options.length);
    } else if (event.key === 'Enter' && open && options[active]) {
      event.preventDefault();
      pick(options[active]);
    } else if (event.key === 'Escape' && !list.hidden) {
      // Closes the list only; the modal around it stays.
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });

  return { node: h('div', { class: 'typeahead' }, input, list, status), input };
}

/** Below the field, or above where there is more room; fixed, so that no scrolling box cuts it. */
function place(list, input) {
  const field = input.getBoundingClientRect();
  const below = window.innerHeight - field.bottom - 12;
  const up = below < 160 && field.top > below;
  Object.assign(list.style, {
    left: `${field.left}px`,
    width: `${field.width}px`,
    top: up ? 'auto' : `${field.bottom + 4}px`,
    bottom: up ? `${window.innerHeight - field.top + 4}px` : 'auto',
    maxHeight: `${Math.min(280, up ? field.top - 12 : below)}px`,
  });
}
