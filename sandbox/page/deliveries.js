// Right: what went over the wire, as a reader of the app's code wants to see it.

import { h, icon, setChildren } from './dom.js';
import { formatDate } from './dates.js';

const FILTERS = { all: 'All', in: 'To the app', out: 'From the app' };
const SHOWN = 150;

/** `read()` gives `{deliveries, calls}`, each newest first. */
export function createDeliveries(pane, { read, onclose }) {
  let filter = 'all';
  let lines = [];
  let drawn = new Map();
  const list = h('ol', { class: 'delivery-list' });
  const filters = h(
    'div',
    { class: 'filters', role: 'group', 'aria-label': 'Which deliveries' },
    Object.entries(FILTERS).map(([key, words]) =>
      h(
        'button',
        {
          type: 'button',
          'data-filter': key,
          'aria-pressed': String(key === filter),
          onclick: () => choose(key),
        },
        words,
      ),
    ),
  );
  pane.replaceChildren(
    h(
      'header',
      { class: 'pane-head' },
      h('h2', {}, 'Deliveries'),
      h(
        'button',
        { type: 'button', class: 'quiet', 'aria-label': 'Hide deliveries', onclick: onclose },
        icon('close'),
      ),
    ),
    h('p', { class: 'pane-hint' }, 'What the app was sent, and what it called. Newest first.'),
    filters,
    list,
  );

  function choose(key) {
    filter = key;
    for (const button of filters.children) {
      button.setAttribute('aria-pressed', String(button.dataset.filter === key));
    }
    draw();
  }

  function draw() {
    const shown = lines.filter((line) => filter === 'all' || line.way === filter).slice(0, SHOWN);
    // A line that was there stays the same element: one that was opened stays open.
    drawn = new Map(shown.map((line) => [line.key, drawn.get(line.key) ?? lineOf(line)]));
    const nothing = h('li', { class: 'pane-empty' }, 'Nothing yet. Run a command and watch.');
    setChildren(list, shown.length === 0 ? [nothing] : [...drawn.values()]);
  }

  return {
    async refresh() {
      if (pane.hidden) return;
      lines = inOrder(await read());
      draw();
    },
  };
}

function inOrder({ deliveries, calls }) {
  const sent = deliveries.map((one) => ({
    key: one.id,
    way: 'in',
    at: one.at,
    ms: one.ms,
    name: one.kind,
    detail: one.repeated ? `${one.subject} · sent again` : one.subject,
    status: one.outcome,
    ok: one.outcome === 'acked',
    json: { payload: one.payload, answer: one.answer },
  }));
  const called = calls.map((one) => ({
    key: `${one.at} ${one.method} ${one.ms}`,
    way: 'out',
    at: one.at,
    ms: one.ms,
    name: one.method,
    detail: one.error,
    status: one.status === 0 ? 'dropped' : String(one.status),
    ok: one.ok,
  }));
  return [...sent, ...called].toSorted((one, other) => (one.at < other.at ? 1 : -1));
}

const WORDS = { in: 'to the app', out: 'from the app' };

function lineOf({ way, at, ms, name, detail, status, ok, json }) {
  const line = [
    h(
      'span',
      { class: `way way-${way}`, title: WORDS[way] },
      icon(way === 'in' ? 'right' : 'left'),
    ),
    h('span', { class: 'spoken' }, `${WORDS[way]}: `),
    h('span', { class: 'line-words' }, h('strong', {}, name), detail && h('small', {}, detail)),
    h(
      'span',
      { class: 'line-figures' },
      h('span', { class: 'status' }, !ok && icon('alert'), status),
      h('small', {}, `${Math.round(ms)} ms · ${formatDate(Date.parse(at) / 1000, '{time_secs}')}`),
    ),
  ];
  const kind = ok ? 'line' : 'line failed';
  if (!json) return h('li', { class: kind }, h('div', { class: 'line-head' }, line));
  const details = h('details', {}, h('summary', { class: 'line-head' }, line));
  details.addEventListener(
    'toggle',
    () => details.append(h('pre', {}, JSON.stringify(json, null, 2))),
    { once: true },
  );
  return h('li', { class: kind }, details);
}
