import type { WebClient } from '@slack/web-api';
import type { ChatUser } from '../access/chat-user';
import { inOurWords } from './slack-faults';

/** Finds the ids of channels and direct messages, and remembers them. */
export interface Conversations {
  /** `named`: a channel's id, or its name with or without #. */
  channel(named: string): Promise<string>;
  direct(user: ChatUser): Promise<string>;
}

const CHANNEL_ID = /^[CGD][A-Z0-9]{7,}$/;

export function createConversations(client: WebClient): Conversations {
  const channels = new Map<string, string>();
  const directs = new Map<string, string>();

  async function learnChannels(): Promise<void> {
    let cursor = '';
    do {
      const page = await inOurWords('conversations.list', () =>
        client.conversations.list({
          types: 'public_channel,private_channel',
          exclude_archived: true,
          limit: 999,
          ...(cursor ? { cursor } : {}),
        }),
      );
      for (const { id, name } of page.channels ?? []) if (id && name) channels.set(name, id);
      cursor = page.response_metadata?.next_cursor ?? '';
    } while (cursor !== '');
  }

  return {
    async channel(named) {
      if (CHANNEL_ID.test(named)) return named;
      const name = named.replace(/^#/, '');
      if (!channels.has(name)) await learnChannels();
      const id = channels.get(name);
      if (id !== undefined) return id;
      throw new Error(
        `Slack has no channel #${name} that the app can see: create it or invite the app.`,
      );
    },
    async direct({ user }) {
      const known = directs.get(user);
      if (known !== undefined) return known;
      const opened = await inOurWords('conversations.open', () =>
        client.conversations.open({ users: user }),
      );
      const id = opened.channel?.id;
      if (id === undefined) throw new Error('Slack opened a direct message without an id.');
      directs.set(user, id);
      return id;
    },
  };
}
