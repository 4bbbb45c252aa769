import { z } from 'zod';
import { readContent, readMetadata, read, type Arguments } from './arguments';
import type { MethodContext, Methods } from './web-api';
import { SlackError } from './slack-error';
import type { Message } from './message-store';
import { APP, TEAM, type Channel } from './workspace';

const place = z.object({ channel: z.string() });
const spot = z.object({ channel: z.string(), ts: z.string() });

export const chatMethods: Methods = {
  'chat.postMessage': (args, context) => {
    const channel = whereTo(read(place, args).channel, context);
    const { text, blocks, warning } = readContent(args);
    const metadata = readMetadata(args);
    const threadTs = parentOf(args, channel, context);
    const message = context.messages.post({
      channel: channel.id,
      user: APP.userId,
      text,
      blocks,
      ...(metadata === undefined || metadata === 'none' ? {} : { metadata }),
      ...(threadTs === undefined ? {} : { threadTs }),
    });
    return {
      channel: channel.id,
      ts: message.ts,
      message: rawMessage(message, true),
      ...(warning === undefined ? {} : { warning, response_metadata: { warnings: [warning] } }),
    };
  },

  'chat.update': (args, context) => {
    const at = read(spot, args);
    const channel = knownChannel(at.channel, context);
    if (!context.messages.at(channel.id, at.ts)) throw new SlackError('message_not_found');
    const { text, blocks } = readContent(args);
    const metadata = readMetadata(args);
    const change = { text, blocks, ...(metadata === undefined ? {} : { metadata }) };
    const message = context.messages.update({ channel: channel.id, ts: at.ts }, change);
    return { channel: channel.id, ts: message.ts, text, message: rawMessage(message, true) };
  },

  'chat.delete': (args, context) => {
    const at = read(spot, args);
    const channel = knownChannel(at.channel, context);
    context.messages.remove({ channel: channel.id, ts: at.ts });
    return { channel: channel.id, ts: at.ts };
  },

  'chat.postEphemeral': (args, context) => {
    const { user } = read(z.object({ user: z.string() }), args);
    const channel = whereTo(read(place, args).channel, context);
    const { text, blocks } = readContent(args);
    if (!channel.members.includes(user)) throw new SlackError('user_not_in_channel');
    const threadTs = parentOf(args, channel, context);
    const message = context.messages.post({
      channel: channel.id,
      user: APP.userId,
      text,
      blocks,
      onlyFor: user,
      ...(threadTs === undefined ? {} : { threadTs }),
    });
    return { message_ts: message.ts };
  },

  'chat.getPermalink': (args, context) => {
    const { channel: id, message_ts: ts } = read(
      z.object({ channel: z.string(), message_ts: z.string() }),
      args,
    );
    const channel = knownChannel(id, context);
    const message = context.messages.at(channel.id, ts);
    if (!message || message.deleted) throw new SlackError('message_not_found');
    return {
      channel: channel.id,
      permalink: `https://${TEAM.domain}.slack.com/archives/${channel.id}/p${ts.replace('.', '')}`,
    };
  },
};

/** A message in Slack's own form. */
export const rawMessage = (message: Message, withMetadata: boolean) => ({
  type: 'message',
  ...(message.onlyFor === undefined ? {} : { is_ephemeral: true }),
  user: message.user,
  ...(message.user === APP.userId ? { bot_id: APP.botId, app_id: APP.id } : {}),
  team: TEAM.id,
  ts: message.ts,
  ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
  text: message.text,
  ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
  ...(message.editedTs === undefined
    ? {}
    : { edited: { user: message.user, ts: message.editedTs } }),
  ...(withMetadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
});

/** A channel's id. */
export function knownChannel(id: string, { workspace }: MethodContext): Channel {
  const channel = workspace.channels.get(id);
  if (!channel) throw new SlackError('channel_not_found');
  return channel;
}

/** To post, Slack also takes `#name`, a bare name, and a person's id for their conversation with the app. */
function whereTo(name: string, context: MethodContext): Channel {
  const { workspace } = context;
  const user = workspace.users.get(name);
  if (user !== undefined && !user.isBot) return workspace.dmOf(user.id);
  const bare = name.replace(/^#/, '');
  const named = workspace.channels.values().find((one) => one.name !== '' && one.name === bare);
  const channel = named ?? knownChannel(name, context);
  if (!channel.members.includes(APP.userId)) throw new SlackError('not_in_channel');
  return channel;
}

function parentOf(args: Arguments, channel: Channel, context: MethodContext): string | undefined {
  const { thread_ts: ts } = read(z.object({ thread_ts: z.string().optional() }), args);
  if (ts === undefined || ts === '') return undefined;
  const parent = context.messages.at(channel.id, ts);
  if (!parent) throw new SlackError('thread_not_found');
  return parent.threadTs ?? parent.ts;
}
