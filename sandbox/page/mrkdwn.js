// Slack's mrkdwn, read into a small tree. What is not one of NODES stays text.

/** Every kind of node that reading can give. */
export const NODES = [
  'text',
  'break',
  'bold',
  'italic',
  'strike',
  'code',
  'pre',
  'quote',
  'link',
  'user',
  'channel',
  'group',
  'broadcast',
  'date',
];

const MARKS = { '*': 'bold', _: 'italic', '~': 'strike' };
const FENCE = /```([\s\S]+?)```\n?/;
const QUOTED = /^(?:&gt;|>) ?/;
const SPECIAL = /<([^<>\n]+)>/y;
const CODE = /`([^`\n]+)`/y;
const ADDRESS = /https?:\/\/[^\s<>*_~`|"']*[^\s<>*_~`|"'.,;:!?)\]]/y;
const WORD = /[\p{L}\p{N}]/u;

/**
 * Nodes of a mrkdwn text: `{type, …}` with `text`, `children`, `url` or `id` as the type needs.
 * Total: any string gives nodes, and only kinds in NODES.
 */
export function readMrkdwn(text) {
  // Between fences, split() gives what stood inside each at every odd place.
  return text.split(FENCE).flatMap((piece, at) => {
    if (at % 2 === 0) return readLines(piece.replace(/\n$/, ''));
    return [{ type: 'pre', text: unescape(piece.replace(/^\n|\n$/g, '')) }];
  });
}

function readLines(text) {
  if (text === '') return [];
  const nodes = [];
  let quote;
  for (const line of text.split('\n')) {
    if (QUOTED.test(line)) {
      if (quote) quote.children.push({ type: 'break' });
      else nodes.push((quote = { type: 'quote', children: [] }));
      quote.children.push(...readInline(line.replace(QUOTED, '')));
      continue;
    }
    if (nodes.length > 0 && !quote) nodes.push({ type: 'break' });
    quote = undefined;
    nodes.push(...readInline(line));
  }
  return nodes;
}

/** One line; `open` are the marks that this piece already stands in. */
function readInline(line, open = '') {
  const nodes = [];
  let plain = '';
  const push = (node, length) => {
    if (plain) nodes.push({ type: 'text', text: unescape(plain) });
    plain = '';
    nodes.push(node);
    return length;
  };
  for (let at = 0; at < line.length;) {
    const found = readAt(line, at, open);
    if (found) at += push(found.node, found.length);
    else plain += line[at++];
  }
  if (plain) nodes.push({ type: 'text', text: unescape(plain) });
  return nodes;
}

function readAt(line, at, open) {
  const letter = line[at];
  if (letter === '<') {
    const found = matchAt(SPECIAL, line, at);
    return found && { node: readSpecial(found[1]), length: found[0].length };
  }
  if (letter === '`') {
    const found = matchAt(CODE, line, at);
    return found && { node: { type: 'code', text: unescape(found[1]) }, length: found[0].length };
  }
  if (letter === 'h' && !isWord(line[at - 1])) {
    const found = matchAt(ADDRESS, line, at);
    const url = found && safeUrl(unescape(found[0]));
    return (
      url && { node: { type: 'link', url, text: unescape(found[0]) }, length: found[0].length }
    );
  }
  if (!(letter in MARKS) || open.includes(letter) || isWord(line[at - 1])) return undefined;
  const end = closing(line, at);
  if (end === undefined) return undefined;
  const children = readInline(line.slice(at + 1, end), open + letter);
  return { node: { type: MARKS[letter], children }, length: end + 1 - at };
}

/** Where the mark opened at `at` closes, looking past code and `<…>`. */
function closing(line, at) {
  const mark = line[at];
  if (line[at + 1] === undefined || /\s/.test(line[at + 1]) || line[at + 1] === mark)
    return undefined;
  for (let end = at + 1; end < line.length; end += 1) {
    const atom = matchAt(SPECIAL, line, end) ?? matchAt(CODE, line, end);
    if (atom) end += atom[0].length - 1;
    else if (line[end] === mark && !/\s/.test(line[end - 1]) && !isWord(line[end + 1])) return end;
  }
  return undefined;
}

function matchAt(sticky, line, at) {
  sticky.lastIndex = at;
  return sticky.exec(line);
}

const isWord = (letter) => letter !== undefined && WORD.test(letter);

/** The inside of `<…>`. */
function readSpecial(inside) {
  const bar = inside.indexOf('|');
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? undefined : unescape(inside.slice(bar + 1));
  const id = /^[@#]([A-Z0-9]+)$/.exec(target)?.[1];
  if (id) return { type: target[0] === '@' ? 'user' : 'channel', id, text: label };
  if (/^!(here|channel|everyone)$/.test(target))
    return { type: 'broadcast', text: target.slice(1) };
  const group = /^!subteam\^([A-Z0-9]+)$/.exec(target)?.[1];
  if (group) return { type: 'group', id: group, text: label };
  const date = /^!date\^(-?\d{1,13})\^([^^]*)(?:\^(.+))?$/.exec(target);
  if (date) {
    const url = date[3] === undefined ? undefined : safeUrl(unescape(date[3]));
    const seconds = Number(date[1]);
    return { type: 'date', seconds, format: unescape(date[2]), url, text: label ?? target };
  }
  const url = safeUrl(unescape(target));
  if (url) return { type: 'link', url, text: label ?? unescape(target) };
  return { type: 'text', text: unescape(`<${inside}>`) };
}

/** The address if a person may be sent there; scripts, data and files are not addresses. */
export function safeUrl(text) {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : undefined;
}

const ESCAPES = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ESCAPES[entity]);
