// The stack of modals of one person: the newest on top. What was typed outlives every redraw.

import { blockOf, busy, setFieldError } from './blocks.js';
import { h, icon, newId, setChildren } from './dom.js';
import { initialValue, isEmpty } from './controls.js';

const MISSING = 'This field is needed.';
const NOT_CHOSEN = 'Choose one of the suggestions: type, then pick.';

/**
 * `sceneOf(view)` gives names, act and search; `submit(values)` resolves `{fieldErrors}` by block
 * id, `close(all)` takes the top one or the whole stack away. Both reject with a sentence.
 */
export function createModals({ sceneOf, submit, close }) {
  const entered = new Map();
  let errors = {};
  let stack = [];
  let blocks = new Map();
  let drawnFor;

  const titleId = newId('modal');
  const title = h('h2', { id: titleId });
  const body = h('div', { class: 'modal-body' });
  const problem = h('p', { class: 'modal-problem', role: 'alert' });
  const foot = h('div', { class: 'dialog-foot' });
  const back = h(
    'button',
    {
      type: 'button',
      class: 'quiet',
      'aria-label': 'Back',
      onclick: () => dismiss(false),
    },
    icon('back'),
  );
  const cross = h(
    'button',
    {
      type: 'button',
      class: 'quiet',
      'aria-label': 'Close',
      onclick: () => dismiss(true),
    },
    icon('close'),
  );
  const form = h('form', { class: 'modal-form', novalidate: true }, body, problem, foot);
  const head = h('header', { class: 'modal-head' }, back, title, cross);
  const dialog = h('dialog', { class: 'modal', 'aria-labelledby': titleId }, head, form);
  document.body.append(dialog);

  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    void dismiss(false);
  });
  // A browser closes a dialog at the second Escape whatever its page says: then the server hears of it.
  dialog.addEventListener('close', () => stack.length > 0 && dismiss(false));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) form.requestSubmit();
  });

  const top = () => stack.at(-1);

  /** Takes the top view away, or all; once, however often it is asked meanwhile. */
  const dismiss = (all) => busy(dialog, () => attempt(() => close(all)));
  const keyOf = (view, blockId, actionId) => JSON.stringify([view.id, blockId, actionId]);

  async function attempt(work) {
    problem.textContent = '';
    try {
      await work();
    } catch (failure) {
      problem.textContent = failure.message;
    }
  }

  /** What was typed here, else what the server knew of it when the page was loaded. */
  const heldIn = (view, blockId, actionId) =>
    entered.get(keyOf(view, blockId, actionId)) ?? view.state.values[blockId]?.[actionId];

  /** Every input and every select, in the form of Slack's `view.state.values`. */
  function valuesOf(view) {
    const values = {};
    for (const block of view.blocks) {
      const elements =
        block.type === 'input' ? [block.element] : [block.accessory, ...(block.elements ?? [])];
      for (const element of elements) {
        if (!element?.action_id || element.type === 'button') continue;
        values[block.block_id] ??= {};
        values[block.block_id][element.action_id] =
          heldIn(view, block.block_id, element.action_id) ?? initialValue(element);
      }
    }
    return values;
  }

  function missing(view, values) {
    const needed = view.blocks.filter((block) => block.type === 'input' && !block.optional);
    const empty = needed.filter((block) =>
      isEmpty(values[block.block_id][block.element.action_id]),
    );
    return Object.fromEntries(
      empty.map(({ block_id: id, element: { type } }) => [
        id,
        type === 'external_select' ? NOT_CHOSEN : MISSING,
      ]),
    );
  }

  async function send() {
    const view = top();
    const button = foot.querySelector('[type=submit]');
    if (!view?.submit || !button) return;
    const values = valuesOf(view);
    const local = missing(view, values);
    if (Object.keys(local).length > 0) return complain(local);
    await attempt(() =>
      busy(button, async () => {
        errors = {};
        const { fieldErrors } = await submit(values);
        if (fieldErrors && top()?.id === view.id) complain(fieldErrors);
      }),
    );
  }

  function complain(found) {
    errors = found;
    draw();
    body.querySelector('.wrong .control, .wrong input')?.focus();
  }

  function draw() {
    const view = top();
    if (view.id !== drawnFor) {
      blocks = new Map();
      problem.textContent = '';
    }
    title.textContent = view.title.text;
    back.hidden = stack.length < 2;
    const scene = sceneOf(view);
    // The server fills in every block_id.
    const next = new Map(
      view.blocks.map((block) => [block.block_id, drawBlock(block, view, scene)]),
    );
    keepCaret(body, () =>
      setChildren(
        body,
        [...next.values()].map(({ node }) => node),
      ),
    );
    blocks = next;
    for (const field of body.querySelectorAll('.field')) {
      setFieldError(field, errors[field.dataset.block]);
    }
    drawFoot(view);
    if (!dialog.open) dialog.showModal();
    if (view.id !== drawnFor)
      (body.querySelector('.control, input') ?? body.querySelector('button, a') ?? cross).focus();
    drawnFor = view.id;
  }

  function drawBlock(block, view, scene) {
    const json = JSON.stringify(block);
    const before = blocks.get(block.block_id);
    if (before?.json === json) return before;
    const node = blockOf(block, {
      ...scene,
      act: (element, blockId, value) =>
        attempt(() => scene.act(element, blockId, value, valuesOf(top()))),
      held: (blockId, actionId) => heldIn(view, blockId, actionId),
      hold: (blockId, actionId, value) => entered.set(keyOf(view, blockId, actionId), value),
    });
    return { json, node };
  }

  function drawFoot(view) {
    const json = JSON.stringify([view.id, view.close, view.submit]);
    if (foot.dataset.drawn === json) return;
    foot.dataset.drawn = json;
    const cancel = () => dismiss(false);
    foot.replaceChildren(
      h(
        'button',
        { type: 'button', class: 'button plain', onclick: cancel },
        view.close?.text ?? (view.submit ? 'Cancel' : 'Close'),
      ),
      ...(view.submit
        ? [h('button', { type: 'submit', class: 'button primary' }, view.submit.text)]
        : []),
    );
  }

  return {
    /** The stack as it is now, oldest first. */
    show(views) {
      if (top()?.id !== views.at(-1)?.id) errors = {};
      const ids = views.map((view) => view.id);
      for (const key of entered.keys()) if (!ids.includes(JSON.parse(key)[0])) entered.delete(key);
      stack = views;
      if (views.length > 0) return draw();
      drawnFor = undefined;
      if (dialog.open) dialog.close();
      return undefined;
    },
  };
}

/** Focus and caret stay in the same field, also when it was built anew. */
function keepCaret(box, change) {
  const field = box.contains(document.activeElement) ? document.activeElement : undefined;
  const block = field?.closest('[data-block]')?.dataset.block;
  const caret =
    typeof field?.selectionStart === 'number'
      ? [field.selectionStart, field.selectionEnd]
      : undefined;
  change();
  if (!field) return;
  const again = field.isConnected
    ? field
    : block && box.querySelector(`[data-block="${CSS.escape(block)}"] :is(.control, input)`);
  again?.focus?.();
  if (caret && again && again.type !== 'email') again.setSelectionRange?.(...caret);
}
