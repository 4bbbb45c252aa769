// The "are you sure" of a button: one question, two answers, Escape is no.

import { h, newId } from './dom.js';
import { textOf } from './text.js';

/** Resolves true at once when there is nothing to confirm. */
export function confirmed(question, names) {
  if (!question) return Promise.resolve(true);
  const titleId = newId('confirm');
  const answer = (value) => () => dialog.close(value);
  const dialog = h(
    'dialog',
    { class: 'confirm', 'aria-labelledby': titleId },
    h('h2', { id: titleId }, question.title.text),
    h('div', { class: 'text' }, textOf(question.text, names)),
    h(
      'div',
      { class: 'dialog-foot' },
      h(
        'button',
        { type: 'button', class: 'button plain', onclick: answer('no') },
        question.deny.text,
      ),
      h(
        'button',
        { type: 'button', class: `button ${question.style ?? 'primary'}`, onclick: answer('yes') },
        question.confirm.text,
      ),
    ),
  );
  const back = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      back?.focus?.();
      resolve(dialog.returnValue === 'yes');
    });
  });
}
