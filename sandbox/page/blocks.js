// Blocks of messages, modals and the App Home. A block that is not known is named, not dropped.

import { confirmed } from './confirm.js';
import { control, hasControl } from './controls.js';
import { h, icon, newId, spoken } from './dom.js';
import { safeUrl } from './mrkdwn.js';
import { link, mrkdwn, richText, textOf } from './text.js';

/**
 * One block as an element. `scene` is where it stands:
 * `names` resolves ids, `act(element, blockId, value)` sends an action and resolves when it was
 * acknowledged, `search(element, blockId, text)` asks for options, `held(blockId, actionId)` and
 * `hold(blockId, actionId, value)` keep what was entered.
 */
export function blockOf(block, scene) {
  const draw = BLOCKS[block.type];
  if (!draw)
    return h('p', { class: 'unknown' }, `This stand-in cannot show a “${block.type}” block.`);
  const node = draw(block, scene);
  node.classList.add('block', `block-${block.type.replaceAll('_', '-')}`);
  return node;
}

const BLOCKS = {
  section: (block, scene) =>
    h(
      'div',
      {},
      h(
        'div',
        { class: 'section-words' },
        block.text && h('div', { class: 'text' }, textOf(block.text, scene.names)),
        block.fields &&
          h(
            'div',
            { class: 'fields' },
            block.fields.map((field) => h('div', { class: 'text' }, textOf(field, scene.names))),
          ),
      ),
      block.accessory &&
        h('div', { class: 'accessory' }, elementOf(block.accessory, block.block_id, scene)),
    ),
  header: (block) => h('h3', {}, block.text.text),
  divider: () => h('hr'),
  context: (block, scene) =>
    h(
      'div',
      {},
      block.elements.map((element) =>
        element.type === 'image'
          ? picture(element)
          : h('span', { class: 'text' }, textOf(element, scene.names)),
      ),
    ),
  actions: (block, scene) =>
    h(
      'div',
      {},
      block.elements.map((element) => elementOf(element, block.block_id, scene)),
    ),
  image: (block) =>
    h('figure', {}, picture(block), block.title && h('figcaption', {}, block.title.text)),
  rich_text: (block, scene) => h('div', { class: 'text' }, richText(block, scene.names)),
  markdown: (block) => h('div', { class: 'text' }, block.text),
  video: (block) => h('p', {}, link(block.title_url ?? block.video_url, block.title.text)),
  input: inputBlock,
};

/** Pictures come from elsewhere and this page never asks elsewhere: their words stand for them. */
function picture({ image_url: url, alt_text: words }) {
  if (url?.startsWith('data:image/')) return h('img', { src: url, alt: words });
  return h('span', { class: 'picture', role: 'img', 'aria-label': words }, words);
}

function elementOf(element, blockId, scene) {
  if (element.type === 'button' || element.type === 'workflow_button')
    return button(element, blockId, scene);
  if (element.type === 'image') return picture(element);
  if (!hasControl(element.type)) return control(element, scene).node;
  const words = element.accessibility_label ?? element.placeholder?.text ?? 'Choose';
  const built = control(element, {
    value: scene.held(blockId, element.action_id),
    names: scene.names,
    attributes: { 'aria-label': words },
    search: (text) => scene.search(element, blockId, text),
    onchange: async (value) => {
      scene.hold(blockId, element.action_id, value);
      if (await confirmed(element.confirm, scene.names)) await scene.act(element, blockId, value);
    },
  });
  return built.node;
}

function button(element, blockId, scene) {
  const href = element.url && safeUrl(element.url);
  const press = () => busy(node, () => scene.act(element, blockId));
  const attributes = {
    class: `button ${element.style ?? 'plain'}`,
    'aria-label': element.accessibility_label,
  };
  // A link button opens its page, and the app hears of the press as of any other.
  const node = href
    ? h(
        'a',
        { ...attributes, href, target: '_blank', rel: 'noopener noreferrer', onclick: press },
        element.text.text,
        h('span', { 'aria-hidden': 'true' }, ' ↗'),
      )
    : h('button', { ...attributes, type: 'button', onclick: ask }, element.text.text);
  async function ask() {
    if (await confirmed(element.confirm, scene.names)) await press();
  }
  return node;
}

/** Shows that something is under way, and lets it be asked only once at a time. */
export async function busy(node, work) {
  if (node.getAttribute('aria-busy') === 'true') return;
  node.setAttribute('aria-busy', 'true');
  try {
    await work();
  } finally {
    node.removeAttribute('aria-busy');
  }
}

function inputBlock(block, scene) {
  const { element, block_id: blockId } = block;
  const [labelId, hintId, errorId] = ['label', 'hint', 'error'].map(newId);
  const built = control(element, {
    value: scene.held(blockId, element.action_id),
    names: scene.names,
    attributes: {
      'aria-labelledby': labelId,
      'aria-describedby': `${errorId} ${hintId}`,
      'aria-required': block.optional ? undefined : 'true',
    },
    search: (text) => scene.search(element, blockId, text),
    onchange: async (value) => {
      scene.hold(blockId, element.action_id, value);
      if (block.dispatch_action) await scene.act(element, blockId, value);
    },
  });
  const node = h(
    'div',
    { class: 'field', 'data-block': blockId },
    // A click on the words enters the field, as a label of one control would.
    h(
      'div',
      { class: 'label', id: labelId, onclick: built.focus },
      block.label.text,
      block.optional && h('span', { class: 'optional' }, ' (optional)'),
    ),
    built.node,
    h('p', { class: 'field-error', id: errorId }),
    block.hint && h('p', { class: 'hint', id: hintId }, block.hint.text),
  );
  return node;
}

/** Says under an input block what is wrong with it, or no longer; what is typed is not touched. */
export function setFieldError(node, error) {
  const wrong = error !== undefined;
  node.classList.toggle('wrong', wrong);
  node.querySelector('[aria-describedby]')?.setAttribute('aria-invalid', String(wrong));
  const words = wrong ? [icon('alert'), spoken('Error: '), error] : [];
  node.querySelector('.field-error').replaceChildren(...words);
}

/** What a message without blocks says: from the app it is mrkdwn, from a person what was typed. */
export const messageText = ({ isApp, text }, names) =>
  h('div', { class: 'text block' }, isApp ? mrkdwn(text, names) : text);
