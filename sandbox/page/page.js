// Boot: one person, one place, the state of the server; every part draws itself from them.

import * as api from './api.js';
import { blockOf } from './blocks.js';
import { createComposer } from './composer.js';
import { createDeliveries } from './deliveries.js';
import { h } from './dom.js';
import { createMessages, titleOf } from './messages.js';
import { createModals } from './modal.js';
import { createPlaceBar } from './place-bar.js';
import { address, createSidebar } from './sidebar.js';
import { link } from './text.js';

const part = (id) => document.getElementById(id);
const WIDE = window.matchMedia('(min-width: 1180px)');

let state;
let place;
let stopListening = () => {};
let read;
let reading;
let again = false;

const names = {
  person: (id) =>
    id === state.app.botUserId ? state.app.name : state.people.find((one) => one.id === id)?.name,
  channel: (id) => state.channels.find((one) => one.id === id)?.name,
  everyone: () => state.people,
};

/** Where the blocks of a message, a modal or the Home tab stand. */
const sceneOf = (where, found) => {
  const held = new Map();
  const key = (blockId, actionId) => JSON.stringify([blockId, actionId]);
  const act = async (element, blockId, value, typed) => {
    const action = { blockId, actionId: element.action_id, action: value, where, state: typed };
    await api.click(state.me, { ...action, ...found });
    await refresh();
  };
  return {
    names,
    act: where === 'modal' ? act : (...args) => act(...args).catch(complain),
    search: (element, blockId, value) =>
      api.searchOptions(state.me, { blockId, actionId: element.action_id, value, ...found }),
    held: (blockId, actionId) => held.get(key(blockId, actionId)),
    hold: (blockId, actionId, value) => held.set(key(blockId, actionId), value),
  };
};

const sidebar = createSidebar(part('sidebar'), { go });
const placeBar = createPlaceBar(part('place'), {
  onmenu: toggleSidebar,
  ondeliveries: () => showDeliveries(part('deliveries').hidden),
});
const messages = createMessages(part('content'), part('scroll'), (message) =>
  sceneOf('messages', { message: message.ts, channel: message.channel }),
);
const composer = createComposer(part('composer'), {
  run: async (command, text) => {
    await api.runCommand(state.me, place, command, text);
    await refresh();
  },
  say: async (text) => {
    await api.post(state.me, place, text);
    await refresh();
  },
});
const modals = createModals({
  sceneOf: () => sceneOf('modal', {}),
  submit: async (values) => {
    const answer = await api.submit(state.me, values);
    await refresh();
    return answer;
  },
  close: async (all) => {
    await api.close(state.me, all);
    await refresh();
  },
});
const deliveries = createDeliveries(part('deliveries'), {
  read: api.readDeliveries,
  onclose: () => showDeliveries(false),
});

/** Who and where, as the address has it. */
const asked = () => Object.fromEntries(new URLSearchParams(location.search));

/** Asks for the state and draws it; while one question is under way, at most one more waits. */
async function refresh() {
  if (reading) {
    again = true;
    return reading;
  }
  reading = (async () => {
    do {
      again = false;
      const wanted = asked().as;
      const answer = await api.readState(wanted);
      // The person may have been switched while the answer was on its way.
      if (wanted === asked().as) state = answer;
      else again = true;
    } while (again);
  })();
  try {
    await reading;
    trouble(undefined);
  } finally {
    reading = undefined;
  }
  draw();
  return undefined;
}

function draw() {
  place = knownPlace(asked().in);
  const channel = channelHere();
  sidebar.draw(state, place);
  drawPlace();
  drawLinks();
  composer.show(channel !== undefined);
  if (channel) {
    messages.draw(state, channel);
    composer.draw(state.commands, titleHere());
    markRead(channel);
  } else drawHome();
  modals.show(state.modals);
}

/** Once for what is newest here; not while the page lies behind another. */
function markRead(channel) {
  const newest = `${state.me} ${state.messages[channel.id]?.at(-1)?.ts}`;
  if (channel.unread === 0 || newest === read || document.visibilityState !== 'visible') return;
  read = newest;
  api.markRead(state.me, channel.id).then(refresh, complain);
}

const channelHere = () => state.channels.find((one) => one.id === place);

const titleHere = () => {
  const channel = channelHere();
  return channel ? titleOf(channel, state) : `${state.app.name} Home`;
};

/** A channel's id or name, or `home`; without one, the conversation with the app. */
function knownPlace(wanted) {
  const known = [...state.channels.map((one) => one.id), 'home'];
  if (known.includes(wanted)) return wanted;
  const byName = state.channels.find((one) => one.name === wanted?.replace(/^#/, ''));
  return (byName ?? state.channels.find((one) => one.kind === 'dm') ?? state.channels[0]).id;
}

function drawPlace() {
  const unread = state.channels.some((one) => one.unread > 0);
  document.title = `${unread ? '• ' : ''}${titleHere()} · ${names.person(state.me)} · sandbox`;
  const paneShown = !part('deliveries').hidden;
  placeBar.draw({ name: titleHere(), app: state.app, paneShown });
}

function drawLinks() {
  part('links').replaceChildren(
    ...(state.temporalUi ? [link(state.temporalUi, 'Temporal UI ↗')] : []),
  );
}

let homeJson;

function drawHome() {
  const json = JSON.stringify([state.me, state.home]);
  if (json === homeJson && part('content').querySelector('.home')) return;
  homeJson = json;
  const blocks = state.home?.blocks ?? [];
  const scene = sceneOf('home', {});
  const words = state.home
    ? blocks.map((block) => blockOf(block, scene))
    : h('p', { class: 'nothing' }, `${state.app.name} has not drawn its Home for you yet.`);
  part('content').replaceChildren(h('div', { class: 'home' }, words));
}

/** Another person or place: the address changes, nothing is loaded anew. */
function go(to) {
  const person = to.as !== state.me;
  history.pushState({}, '', address(to));
  arrive(person);
}

function arrive(person) {
  part('frame').classList.remove('sidebar-open');
  const { as, in: where } = asked();
  if (person) connect(as);
  if (where === 'home') api.openHome(as).then(refresh, complain);
  refresh().then(() => !part('composer').hidden && composer.focus(), complain);
}

window.addEventListener('popstate', () => arrive(true));
document.addEventListener('visibilitychange', () => {
  if (state && document.visibilityState === 'visible') refresh().catch(complain);
});

function connect(user) {
  stopListening();
  stopListening = api.listen(user, {
    onchange: () => refresh().catch(complain),
    ontraffic: soon(() => deliveries.refresh().catch(complain)),
    onconnected: (ok) =>
      ok
        ? refresh().catch(complain)
        : trouble('The sandbox went away. Waiting for it to come back…'),
  });
}

/** Many calls in a row become one. */
function soon(work) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, 120);
  };
}

part('scrim').addEventListener('click', toggleSidebar);
part('frame').addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && part('frame').classList.contains('sidebar-open')) toggleSidebar();
});

function toggleSidebar() {
  const open = part('frame').classList.toggle('sidebar-open');
  if (open) part('sidebar').querySelector('button')?.focus();
  else placeBar.focusMenu();
}

function showDeliveries(shown) {
  part('deliveries').hidden = !shown;
  drawPlace();
  deliveries.refresh().catch(complain);
}

function trouble(text) {
  part('trouble').hidden = text === undefined;
  part('trouble').textContent = text ?? '';
}

let toastTimer;

/** Something a person did went wrong: said once, out of the way, gone by itself. */
function complain(failure) {
  part('toast').textContent = failure.message;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (part('toast').textContent = ''), 8000);
}

/** An address without a person, or with one whom nobody knows, is the first person's. */
async function somebody() {
  const people = await api.readPeople();
  if (people.some((person) => person.id === asked().as)) return;
  history.replaceState({}, '', address({ ...asked(), as: people[0].id }));
}

async function boot() {
  await somebody();
  await refresh();
  history.replaceState({}, '', address({ as: state.me, in: place }));
  connect(state.me);
  await deliveries.refresh();
  if (place === 'home') await api.openHome(state.me).then(refresh);
}

part('deliveries').hidden = !WIDE.matches;
boot().catch((failure) => {
  trouble(`${failure.message} Reload the page to try again.`);
});
