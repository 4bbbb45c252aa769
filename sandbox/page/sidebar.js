// Left: who you are, and where you can go.

import { appAvatar, arrowKeys, avatar, h, icon, spoken } from './dom.js';

/** `go({as, in})` moves to another person or place; plain links, so that a new tab works too. */
export function createSidebar(nav, { go }) {
  let choosing = false;
  arrowKeys(nav, 'a.row');
  nav.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !choosing) return;
    choosing = false;
    nav.querySelector('.people').hidden = true;
    const button = nav.querySelector('.me');
    button.setAttribute('aria-expanded', 'false');
    button.focus();
  });

  const follow = (to) => (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    choosing = false;
    go(to);
  };

  function draw(state, place) {
    const focused = nav.contains(document.activeElement) && document.activeElement.dataset.key;
    nav.replaceChildren(
      heading(state.workspace),
      persona(state, place),
      h('div', { class: 'places' }, places(state, place)),
    );
    if (focused) nav.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  function persona(state, place) {
    const me = state.people.find((person) => person.id === state.me);
    const list = h(
      'ul',
      { class: 'people', hidden: !choosing, 'aria-label': 'Act as' },
      state.people.map((person) => h('li', {}, personLink(person, state, place))),
    );
    const button = h(
      'button',
      {
        type: 'button',
        class: 'me',
        'data-key': 'me',
        'aria-expanded': String(choosing),
        'aria-label': `You are ${me.name}. Act as somebody else`,
        onclick: () => {
          choosing = !choosing;
          list.hidden = !choosing;
          button.setAttribute('aria-expanded', String(choosing));
          if (choosing) list.querySelector('[aria-current]')?.focus();
        },
      },
      avatar(me.id, me.name),
      h('span', { class: 'who' }, h('small', {}, 'You are'), h('strong', {}, me.name), caption(me)),
      icon('chevron'),
    );
    return h('div', { class: 'persona' }, button, list);
  }

  function personLink(person, state, place) {
    const to = { as: person.id, in: place };
    const current = person.id === state.me;
    return h(
      'a',
      {
        class: 'row person',
        href: address(to),
        'data-key': person.id,
        'aria-current': current ? 'true' : undefined,
        onclick: follow(to),
      },
      avatar(person.id, person.name),
      h('span', { class: 'who' }, h('strong', {}, person.name), caption(person)),
      current && icon('tick'),
    );
  }

  function places(state, place) {
    const row = (key, drawing, name, unread = 0) =>
      h(
        'a',
        {
          class: unread > 0 ? 'row unread' : 'row',
          href: address({ as: state.me, in: key }),
          'data-key': key,
          'aria-current': key === place ? 'page' : undefined,
          onclick: follow({ as: state.me, in: key }),
        },
        drawing,
        h('span', { class: 'row-name' }, name),
        unread > 0 && badge(unread),
      );
    const of = (kind) => state.channels.filter((channel) => channel.kind === kind);
    return [
      section(
        'Channels',
        of('channel').map((one) => row(one.id, icon('hash'), one.name, one.unread)),
      ),
      section('App', [
        of('dm').map((one) => row(one.id, icon('chat'), `${state.app.name} messages`, one.unread)),
        row('home', icon('home'), `${state.app.name} Home`),
      ]),
    ];
  }

  return { draw };
}

const heading = (workspace) =>
  h('div', { class: 'workspace' }, appAvatar(), h('h1', {}, workspace.name));

const section = (title, rows) => [h('h2', {}, title), rows];

const badge = (count) => h('span', { class: 'badge' }, String(count), spoken(' unread'));

const caption = (person) =>
  h(
    'small',
    { class: 'caption' },
    person.active ? person.groups.join(', ') || 'no groups' : 'deactivated in the directory',
  );

/** The address of a person's view of a place. */
export const address = (to) => `?${new URLSearchParams(to)}`;
