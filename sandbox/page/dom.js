// Builds elements. Text always becomes a text node; nothing here reads markup.

/**
 * `h('button', {class: 'primary', onclick}, 'Approve')`. Properties that are functions become
 * listeners, `true` an empty attribute, `false`/`undefined` none; the rest are attributes.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false || value === null) continue;
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter(isContent));
  return element;
}

const isContent = (child) => child !== undefined && child !== null && child !== false;

const ICONS = {
  hash: 'M9 4 7 20M17 4l-2 16M4 9h16M3.5 15h16',
  home: 'M4 11 12 4l8 7v9h-5v-6H9v6H4z',
  chat: 'M4 5h16v11H9l-5 4z',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6 6 18',
  back: 'M15 5l-7 7 7 7',
  send: 'M4 12h15M13 6l6 6-6 6',
  chevron: 'M7 10l5 5 5-5',
  activity: 'M3 12h4l3-8 4 16 3-8h4',
  link: 'M9 7H5v12h12v-4M13 5h6v6M19 5l-9 9',
  alert: 'M12 4 2.5 20h19zM12 10v5M12 17.5v.5',
  tick: 'M5 12.5 10 17.5 19.5 7',
  eye: 'M2 12s4-6.5 10-6.5S22 12 22 12s-4 6.5-10 6.5S2 12 2 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  left: 'M19 12H6M12 6l-6 6 6 6',
  right: 'M5 12h13M12 6l6 6-6 6',
};

/** A drawing that says nothing by itself: the words stand beside it. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

const INKS = 8;

/** Initials on one of a few colours; the same id always looks the same. */
export function avatar(id, name) {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word[0] ?? '')
    .join('')
    .toUpperCase();
  const ink = [...id].reduce((sum, letter) => (sum * 2 + letter.charCodeAt(0)) % 65_521, 7) % INKS;
  return h('span', { class: `avatar ink-${ink}`, 'aria-hidden': 'true' }, initials);
}

/** The app's own mark: a crescent. */
export const appAvatar = () => h('span', { class: 'avatar app-mark', 'aria-hidden': 'true' });

let ids = 0;

/** An id for `aria-*` references, unique on this page. */
export const newId = (prefix) => `${prefix}-${(ids += 1)}`;

/**
 * Makes `wanted` the children of `parent`, touching only what differs: what stays keeps focus,
 * caret and scroll position, and a live region announces no more than what is new.
 */
export function setChildren(parent, wanted) {
  for (const child of [...parent.childNodes]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((node, at) => {
    if (parent.childNodes[at] !== node) parent.insertBefore(node, parent.childNodes[at] ?? null);
  });
}

/** For screen readers only. */
export const spoken = (text) => h('span', { class: 'spoken' }, text);

/** Arrow keys, Home and End move the focus among the `selector` elements inside `box`. */
export function arrowKeys(box, selector) {
  box.addEventListener('keydown', (event) => {
    const items = [...box.querySelectorAll(selector)].filter((item) => item.checkVisibility());
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    items[(to + items.length) % items.length]?.focus();
  });
}
