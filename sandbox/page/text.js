// From what a text says to what is shown: Slack's text objects, mrkdwn nodes and rich text.

import { formatDate, isInstant } from './dates.js';
import { h } from './dom.js';
import { readMrkdwn, safeUrl } from './mrkdwn.js';

/**
 * A text object, or a plain string. `plain_text` is shown letter by letter, never read.
 * `names` resolves ids: `{person(id), channel(id)}`, each giving a name or undefined.
 */
export function textOf(object, names) {
  if (!object) return [];
  if (typeof object === 'string') return [object];
  return object.type === 'mrkdwn' ? mrkdwn(object.text, names) : [object.text];
}

/** A mrkdwn text as elements. */
export const mrkdwn = (text, names) => readMrkdwn(text).map((node) => show(node, names));

const SHOW = {
  text: (node) => node.text,
  break: () => h('br'),
  bold: (node, names) => h('strong', {}, inside(node, names)),
  italic: (node, names) => h('em', {}, inside(node, names)),
  strike: (node, names) => h('s', {}, inside(node, names)),
  code: (node) => h('code', {}, node.text),
  pre: (node) => h('pre', {}, node.text),
  quote: (node, names) => h('blockquote', {}, inside(node, names)),
  link: (node) => link(node.url, node.text),
  user: (node, names) => mention(`@${names.person(node.id) ?? node.text ?? node.id}`),
  channel: (node, names) => mention(`#${names.channel(node.id) ?? node.text ?? node.id}`),
  group: (node) => mention(node.text ?? `@${node.id}`),
  broadcast: (node) => mention(`@${node.text}`),
  date: (node) => time(node),
};

const show = (node, names) => SHOW[node.type](node, names);
const inside = (node, names) => node.children.map((child) => show(child, names));
const mention = (text) => h('span', { class: 'mention' }, text);

/** Opens beside this page and tells the other side nothing about it; not a safe address, then text. */
export function link(address, label) {
  const href = safeUrl(address);
  if (!href) return label;
  return h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, label);
}

function time({ seconds, format, url, text }) {
  if (!isInstant(seconds)) return text;
  const at = new Date(seconds * 1000);
  const shown = h(
    'time',
    { datetime: at.toISOString(), title: formatDate(seconds, '{date_long} {time_secs}') },
    formatDate(seconds, format),
  );
  return url ? link(url, shown) : shown;
}

/** A `rich_text` block. */
export const richText = (block, names) =>
  (block.elements ?? []).map((element) => richElement(element, names));

function richElement(element, names) {
  const children = element.elements ?? [];
  switch (element.type) {
    case 'rich_text_preformatted':
      return h(
        'pre',
        {},
        children.map((child) => richLeaf(child, names)),
      );
    case 'rich_text_quote':
      return h(
        'blockquote',
        {},
        children.map((child) => richLeaf(child, names)),
      );
    case 'rich_text_list':
      return h(
        element.style === 'ordered' ? 'ol' : 'ul',
        {},
        children.map((child) => h('li', {}, richElement(child, names))),
      );
    default:
      return h(
        'p',
        {},
        children.map((child) => richLeaf(child, names)),
      );
  }
}

function richLeaf(leaf, names) {
  switch (leaf.type) {
    case 'text':
      return styled(leaf.text, leaf.style);
    case 'link':
      return link(leaf.url, leaf.text ?? leaf.url);
    case 'user':
      return show({ type: 'user', id: leaf.user_id }, names);
    case 'channel':
      return show({ type: 'channel', id: leaf.channel_id }, names);
    case 'usergroup':
      return show({ type: 'group', id: leaf.usergroup_id }, names);
    case 'broadcast':
      return show({ type: 'broadcast', text: leaf.range }, names);
    case 'date':
      return time({ ...leaf, seconds: leaf.timestamp, text: leaf.fallback ?? '' });
    case 'emoji':
      return `:${leaf.name}:`;
    default:
      return leaf.text ?? '';
  }
}

function styled(text, style = {}) {
  const tags = { code: 'code', strike: 's', italic: 'em', bold: 'strong' };
  return Object.entries(tags)
    .filter(([name]) => style[name])
    .reduce((shown, [, tag]) => h(tag, {}, shown), text);
}
