// Above the messages: where you are, and what can be folded out.

import { h, icon } from './dom.js';

/** `onmenu` folds the sidebar out on a narrow screen, `ondeliveries` the pane on the right. */
export function createPlaceBar(bar, { onmenu, ondeliveries }) {
  const title = h('h2');
  const offline = h('span', { class: 'offline', role: 'status' });
  const pane = h(
    'button',
    { type: 'button', class: 'quiet with-words', onclick: ondeliveries },
    icon('activity'),
    h('span', {}, 'Deliveries'),
  );
  pane.setAttribute('aria-label', 'Deliveries');
  const menu = h(
    'button',
    { type: 'button', class: 'quiet menu', 'aria-label': 'Channels and people', onclick: onmenu },
    icon('menu'),
  );
  bar.replaceChildren(menu, title, offline, pane);

  return {
    draw({ name, app, paneShown }) {
      title.textContent = name;
      pane.setAttribute('aria-pressed', String(paneShown));
      const missing = app.connected ? [] : [icon('alert'), `${app.name} is not connected`];
      offline.replaceChildren(...missing);
    },
    focusMenu: () => menu.focus(),
  };
}
