// The messages of one place. What did not change keeps its element, and with it the focus.

import { blockOf, messageText } from './blocks.js';
import { appAvatar, avatar, h, icon } from './dom.js';
import { formatDate, messageTime } from './dates.js';

const NEAR_END_PX = 80;

/** Draws into `content`, which `scroll` scrolls. `sceneOf(message)` is where its blocks stand. */
export function createMessages(content, scroll, sceneOf) {
  const drawn = new Map();
  let shown;

  function draw(state, channel) {
    const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX;
    const opened = shown !== `${state.me} ${channel.id}`;
    if (opened) drawn.clear();
    shown = `${state.me} ${channel.id}`;
    const messages = state.messages[channel.id] ?? [];
    const list = h(
      'div',
      { class: 'messages', role: 'log', 'aria-label': `Messages in ${titleOf(channel, state)}` },
      messages.length === 0 ? nothingYet(state, channel) : inThreads(messages).map(row),
    );
    keepFocus(content, () => content.replaceChildren(list));
    for (const ts of drawn.keys()) if (!messages.some((one) => one.ts === ts)) drawn.delete(ts);
    if (opened || atEnd) scroll.scrollTop = scroll.scrollHeight;

    function row(message, at, all) {
      const day = dayOf(message.ts);
      const line =
        !message.isReply && (at === 0 || dayOf(all[at - 1].ts) !== day)
          ? h('div', { class: 'day', role: 'separator' }, h('span', {}, day))
          : undefined;
      return [line, elementOf(message)];
    }
  }

  function elementOf(message) {
    const json = JSON.stringify(message);
    const before = drawn.get(message.ts);
    if (before?.json === json) return before.node;
    const node = drawMessage(message, sceneOf(message));
    drawn.set(message.ts, { json, node });
    return node;
  }

  return { draw, forget: () => (shown = undefined) };
}

/** Focus stays on the same element, also when its neighbours were drawn anew. */
function keepFocus(box, change) {
  const focused = box.contains(document.activeElement) ? document.activeElement : undefined;
  change();
  if (focused?.isConnected) focused.focus({ preventScroll: true });
}

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
      : [messageText(message.text, scene.names)];
  const classes = ['message', message.isReply && 'reply', message.ephemeral && 'ephemeral'];
  return h(
    'article',
    {
      class: classes.filter(Boolean).join(' '),
      'data-ts': message.ts,
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
