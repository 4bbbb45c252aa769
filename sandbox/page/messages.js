// The messages of one place. What did not change keeps its element, and with it the focus.

import { blockOf, messageText } from './blocks.js';
import { appAvatar, avatar, h, icon, setChildren } from './dom.js';
import { formatDate, messageTime } from './dates.js';

const NEAR_END_PX = 80;

/** Draws into `content`, which `scroll` scrolls. `sceneOf(message)` is where its blocks stand. */
export function createMessages(content, scroll, sceneOf) {
  const list = h('div', { class: 'messages', role: 'log' });
  let drawn = new Map();
  let shown;

  function draw(state, channel) {
    const place = `${state.me} ${channel.id}`;
    const opened = shown !== place || !list.isConnected;
    const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX;
    if (opened) drawn = new Map();
    shown = place;
    list.setAttribute('aria-label', `Messages in ${titleOf(channel, state)}`);
    drawn = new Map(linesOf(state, channel).map((line) => [line.key, drawnLine(line)]));
    const focused = document.activeElement?.closest?.('article')?.dataset.ts;
    setChildren(
      list,
      [...drawn.values()].map(({ node }) => node),
    );
    if (!list.isConnected) content.replaceChildren(list);
    if (focused && document.activeElement === document.body) articleOf(focused)?.focus();
    if (opened || atEnd) scroll.scrollTop = scroll.scrollHeight;
  }

  /** The line as it was drawn before, when nothing about it changed. */
  function drawnLine({ key, about, draw: drawLine }) {
    const json = JSON.stringify(about);
    const before = drawn.get(key);
    return before?.json === json ? before : { json, node: drawLine() };
  }

  function linesOf(state, channel) {
    const messages = inThreads(state.messages[channel.id] ?? []);
    if (messages.length === 0) {
      const about = [channel.kind, state.commands[0]];
      return [{ key: 'nothing', about, draw: () => nothingYet(state, channel) }];
    }
    let day;
    return messages.flatMap((message) => {
      const key = message.ts;
      const line = { key, about: message, draw: () => drawMessage(message, sceneOf(message)) };
      if (message.isReply || dayOf(message.ts) === day) return [line];
      day = dayOf(message.ts);
      return [dayLine(day), line];
    });
  }

  // When its button has gone with the redraw, the keyboard goes on from the message itself.
  const articleOf = (ts) => list.querySelector(`article[data-ts="${CSS.escape(ts)}"]`);

  return { draw };
}

const dayLine = (day) => ({
  key: day,
  about: day,
  draw: () => h('div', { class: 'day', role: 'separator' }, h('span', {}, day)),
});

const dayOf = (ts) => {
  const day = formatDate(Number.parseFloat(ts), '{date_pretty}');
  return day[0].toUpperCase() + day.slice(1);
};

/** Replies right below what they answer. */
function inThreads(messages) {
  const isReply = (message) => message.threadTs !== undefined && message.threadTs !== message.ts;
  return messages
    .filter((message) => !isReply(message))
    .flatMap((parent) => [
      parent,
      ...messages
        .filter((message) => isReply(message) && message.threadTs === parent.ts)
        .map((reply) => ({ ...reply, isReply: true })),
    ]);
}

function drawMessage(message, scene) {
  const { blocks, from, isApp } = message;
  const words =
    blocks.length > 0
      ? blocks.map((block) => blockOf(block, scene))
      : [messageText(message, scene.names)];
  const classes = ['message', message.isReply && 'reply', message.ephemeral && 'ephemeral'];
  return h(
    'article',
    {
      class: classes.filter(Boolean).join(' '),
      'data-ts': message.ts,
      tabindex: -1,
      'aria-label': `${from}, ${messageTime(message.ts)}`,
    },
    isApp ? appAvatar() : avatar(message.authorId, from),
    h(
      'div',
      { class: 'message-body' },
      message.ephemeral && h('p', { class: 'only-you' }, icon('eye'), 'Only visible to you'),
      h(
        'p',
        { class: 'byline' },
        h('strong', {}, from),
        isApp && h('span', { class: 'app-tag' }, 'App'),
        h(
          'time',
          { datetime: isoOf(message.ts), title: fullTime(message.ts) },
          messageTime(message.ts),
        ),
        message.edited && h('span', { class: 'edited' }, '(edited)'),
      ),
      h('div', { class: blocks.length > 1 ? 'card' : 'plain-body' }, words),
    ),
  );
}

const isoOf = (ts) => new Date(Number.parseFloat(ts) * 1000).toISOString();
const fullTime = (ts) => formatDate(Number.parseFloat(ts), '{date_long} {time_secs}');

/** What a place is called, for headings and labels. */
export const titleOf = (channel, state) =>
  channel.kind === 'channel' ? `#${channel.name}` : state.app.name;

function nothingYet({ app, commands }, channel) {
  const first = commands[0]?.command;
  if (channel.kind === 'channel' || !first) {
    return h(
      'div',
      { class: 'nothing' },
      h('h3', {}, 'Quiet so far'),
      h('p', {}, 'Nobody has written here yet.'),
    );
  }
  return h(
    'div',
    { class: 'nothing' },
    h('h3', {}, `${app.name} has not written to you yet`),
    h('p', {}, 'You can walk through the whole story from here:'),
    h(
      'ol',
      {},
      h('li', {}, 'Type ', h('code', {}, first), ' below, press Enter and fill in the form.'),
      h(
        'li',
        {},
        'Become a reviewer under “You are” and answer the card in the channel with the unread mark.',
      ),
      h(
        'li',
        {},
        `Come back as yourself: ${app.name} tells you here how to sign in, and until when.`,
      ),
    ),
  );
}
