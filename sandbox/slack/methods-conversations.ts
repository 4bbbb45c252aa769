import { z } from 'zod';
import { count, flag, read } from './arguments';
import type { Message } from './message-store';
import { knownChannel, rawMessage } from './methods-chat';
import { SlackError } from './slack-error';
import type { Methods } from './web-api';
import { APP, TEAM, type Channel } from './workspace';

const page = { cursor: z.string().default(''), limit: count(100, 1000) };
const range = {
  oldest: z.string().default('0'),
  latest: z.string().default('9999999999.999999'),
  inclusive: flag,
  include_all_metadata: flag,
};

export const conversationMethods: Methods = {
  'conversations.open': (args, { workspace }) => {
    const { users, channel } = read(
      z.object({ users: z.string().optional(), channel: z.string().optional() }),
      args,
    );
    if (channel !== undefined) {
      const open = workspace.channels.get(channel);
      if (open?.kind !== 'dm') throw new SlackError('channel_not_found');
      return { channel: { id: open.id }, already_open: true, no_op: true };
    }
    const ids = (users ?? '').split(',').filter(Boolean);
    const [only] = ids;
    if (only === undefined) throw new SlackError('users_list_not_supplied');
    if (ids.length > 1) throw new SlackError('too_many_users');
    const user = workspace.users.get(only);
    if (!user) throw new SlackError('user_not_found');
    if (user.deleted) throw new SlackError('user_disabled');
    if (user.isBot) throw new SlackError('cannot_dm_bot');
    return { channel: { id: workspace.dmOf(user.id).id } };
  },

  'conversations.list': (args, { workspace }) => {
    const { cursor, limit, types } = read(
      z.object({ ...page, types: z.string().default('public_channel') }),
      args,
    );
    const kinds = types.split(',').map((type) => type.trim());
    const wanted = workspace.channels
      .values()
      .filter(({ kind }) => kinds.includes(kind === 'dm' ? 'im' : 'public_channel'))
      .map(rawChannel);
    return paged('channels', wanted, cursor, limit);
  },

  'conversations.info': (args, context) => {
    const { channel } = read(z.object({ channel: z.string() }), args);
    return { channel: rawChannel(knownChannel(channel, context)) };
  },

  'conversations.members': (args, context) => {
    const { channel, cursor, limit } = read(z.object({ channel: z.string(), ...page }), args);
    return paged('members', knownChannel(channel, context).members, cursor, limit);
  },

  'conversations.history': (args, context) => {
    const options = read(z.object({ channel: z.string(), ...page, ...range }), args);
    const channel = knownChannel(options.channel, context);
    if (!channel.members.includes(APP.userId)) throw new SlackError('not_in_channel');
    const all = context.messages.inChannel(channel.id);
    const wanted = within(all, options)
      .filter((message) => message.threadTs === undefined)
      .toReversed()
      .map((message) => ({
        ...rawMessage(message, options.include_all_metadata),
        ...threadOf(message, all),
      }));
    return paged('messages', wanted, options.cursor, options.limit);
  },

  'conversations.replies': (args, context) => {
    const options = read(
      z.object({ channel: z.string(), ts: z.string(), ...page, ...range }),
      args,
    );
    const channel = knownChannel(options.channel, context);
    const all = context.messages.inChannel(channel.id);
    const asked = all.find(({ ts }) => ts === options.ts);
    if (!asked) throw new SlackError('thread_not_found');
    const root = asked.threadTs ?? asked.ts;
    const parent = all.filter(({ ts }) => ts === root);
    const replies = within(all, options).filter(({ threadTs }) => threadTs === root);
    const wanted = [...parent, ...replies].map((message) => ({
      ...rawMessage(message, options.include_all_metadata),
      ...threadOf(message, all),
    }));
    return paged('messages', wanted, options.cursor, options.limit);
  },
};

function within(
  messages: readonly Message[],
  { oldest, latest, inclusive }: { oldest: string; latest: string; inclusive: boolean },
): Message[] {
  const from = Number(oldest);
  const to = Number(latest);
  return messages.filter(({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= from && at <= to : at > from && at < to;
  });
}

function threadOf(message: Message, all: readonly Message[]): object {
  const replies = all.filter(({ threadTs }) => threadTs === message.ts);
  const last = replies.at(-1);
  if (!last) return {};
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users: [...new Set(replies.map(({ user }) => user))],
    latest_reply: last.ts,
  };
}

/** One page of a list; the cursor is where the next one begins. */
export function paged(name: string, items: readonly unknown[], cursor: string, limit: number) {
  const start = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) throw new SlackError('invalid_cursor');
  const end = start + limit;
  const more = end < items.length;
  return {
    [name]: items.slice(start, end),
    has_more: more,
    response_metadata: { next_cursor: more ? Buffer.from(String(end)).toString('base64url') : '' },
  };
}

const rawChannel = (channel: Channel) =>
  channel.kind === 'dm'
    ? {
        id: channel.id,
        created: channel.created,
        is_im: true,
        is_channel: false,
        user: channel.dmWith,
        is_user_deleted: false,
      }
    : {
        id: channel.id,
        name: channel.name,
        name_normalized: channel.name,
        created: channel.created,
        is_channel: true,
        is_group: false,
        is_im: false,
        is_mpim: false,
        is_private: false,
        is_archived: false,
        is_general: channel.name === 'general',
        is_member: channel.members.includes(APP.userId),
        is_shared: false,
        is_ext_shared: false,
        num_members: channel.members.length,
        context_team_id: TEAM.id,
      };
