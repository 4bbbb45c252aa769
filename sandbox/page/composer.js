// Where a person types: messages, and the app's commands with suggestions.

import { h, icon, newId } from './dom.js';

/** `run(command, text)` and `say(text)` resolve when it was taken, and reject with a sentence. */
export function createComposer(box, { run, say }) {
  let commands = [];
  let matches = [];
  let active = 0;
  const listId = newId('commands');
  const list = h('ul', {
    class: 'suggestions',
    role: 'listbox',
    id: listId,
    'aria-label': 'Commands',
    hidden: true,
  });
  const problem = h('p', { class: 'composer-problem', role: 'alert' });
  const text = h('textarea', {
    id: 'composer-text',
    rows: 1,
    autocomplete: 'off',
    'aria-controls': listId,
    'aria-autocomplete': 'list',
  });
  const button = h('button', { type: 'submit', class: 'send', 'aria-label': 'Send' }, icon('send'));
  const form = h(
    'form',
    { class: 'composer' },
    list,
    h('div', { class: 'composer-box' }, text, button),
    problem,
  );
  box.replaceChildren(form);

  const suggest = () => {
    const typed = text.value;
    matches = /^\/\S*$/.test(typed)
      ? commands.filter((one) => one.command.startsWith(typed) && one.command !== typed)
      : [];
    active = Math.min(active, Math.max(0, matches.length - 1));
    list.replaceChildren(...matches.map(row));
    list.hidden = matches.length === 0;
    if (matches[active]) text.setAttribute('aria-activedescendant', `${listId}-${active}`);
    else text.removeAttribute('aria-activedescendant');
    text.style.height = 'auto';
    text.style.height = `${Math.min(160, text.scrollHeight)}px`;
  };
  const row = (one, at) =>
    h(
      'li',
      {
        role: 'option',
        id: `${listId}-${at}`,
        class: at === active ? 'active' : '',
        'aria-selected': String(at === active),
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => complete(one),
      },
      h('span', {}, h('strong', {}, one.command), one.hint && h('em', {}, ` ${one.hint}`)),
      one.description && h('small', {}, one.description),
    );
  const complete = (one) => {
    text.value = one.hint ? `${one.command} ` : one.command;
    suggest();
    text.focus();
  };

  text.addEventListener('input', () => {
    active = 0;
    problem.textContent = '';
    suggest();
  });
  text.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (matches.length > 0 && step) {
      event.preventDefault();
      active = (active + step + matches.length) % matches.length;
      suggest();
    } else if (
      matches.length > 0 &&
      (event.key === 'Tab' || event.key === 'Enter') &&
      !event.shiftKey
    ) {
      event.preventDefault();
      complete(matches[active]);
    } else if (event.key === 'Escape' && matches.length > 0) {
      matches = [];
      list.hidden = true;
    } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const typed = text.value.trim();
    if (typed === '' || form.getAttribute('aria-busy') === 'true') return;
    form.setAttribute('aria-busy', 'true');
    problem.textContent = '';
    try {
      await sendOff(typed);
      if (text.value.trim() === typed) text.value = '';
      suggest();
    } catch (failure) {
      problem.textContent = failure.message;
    } finally {
      form.removeAttribute('aria-busy');
    }
  });

  function sendOff(typed) {
    const [, command, rest] = /^(\/\S+)\s*([\s\S]*)$/.exec(typed) ?? [];
    if (!command) return say(typed);
    if (commands.some((one) => one.command === command)) return run(command, rest);
    const known =
      commands.map((one) => one.command).join(', ') || 'none yet: the app is not connected';
    throw new Error(`${command} is not a command here. There are: ${known}.`);
  }

  return {
    /** What can be typed here, and what the field says while empty. */
    draw(known, where) {
      commands = known;
      const label = `Message ${where}`;
      text.setAttribute('aria-label', label);
      text.placeholder = known[0] ? `${label}, or ${known[0].command}` : label;
      suggest();
    },
    show: (shown) => (box.hidden = !shown),
    focus: () => text.focus(),
  };
}
