import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { ChatUser } from '../access/chat-user';
import type { AwayTold } from '../access/away';
import type { CutProgress } from '../access/cut';
import type {
  Alarm,
  Before,
  Card,
  MessageRef,
  Messenger,
  Notice,
  Reminder,
  ReviewTask,
} from '../access/messages';
import type { Quarantine } from '../access/quarantine';
import { awayContent } from './blocks/away';
import { cardContent, type MessageContent } from './blocks/card';
import { cutContent } from './blocks/cut';
import { alarmContent, noticeContent } from './blocks/notices';
import { quarantineContent } from './blocks/quarantine';
import { reminderContent } from './blocks/reminder';
import { taskContent } from './blocks/task';
import { createConversations } from './conversations';
import { withNames } from './names';
import { inOurWords, isAmbiguous, platformError } from './slack-faults';
import { MESSAGE_EVENT } from './surface';

/** What a message is about: how it is found again. */
interface MessageKey {
  requestId?: string;
  grantId?: string;
  /** `card`, `reminder`, `task`, `alarm`, `cut`, `quarantine`, `away`, or a notice's kind. */
  kind: string;
  /** Of a reminder, an alarm, a mass cut, a quarantine or an absence. */
  key?: string;
}

/** Somebody deleted the message that others stand beside. */
const ALONE = new Set(['thread_not_found', 'message_not_found']);
const DELETED = new Set(['message_not_found', 'cant_update_message']);
/** Messages that are looked through at once, and in all: a repeat comes within minutes, another run within days. */
const PAGE = 200;
const PAGES = 10;

/**
 * Says things in Slack. `client` must neither retry nor wait on a 429 (see messagesClient).
 * `before`: when this call or another run may have said it already, the message is looked up first; and what another
 * run had painted is painted anew.
 * Throws RateLimited with the pause that Slack asks for; Refused when the person to be told is gone.
 */
export function createMessenger(client: WebClient, before: () => Promise<Before>): Messenger {
  const conversations = createConversations(client);
  const find = createFinder(client);

  /** `thread`: the message that it stands beside. */
  async function post(
    channel: string,
    key: MessageKey,
    content: MessageContent,
    thread?: string,
  ): Promise<MessageRef> {
    const happened = await before();
    if (happened !== 'nothing') {
      const earlier = await find(channel, key, happened === 'another run' ? PAGES : 1, thread);
      if (earlier && happened === 'another run') await repaint(earlier, key, content);
      if (earlier) return earlier;
    }
    try {
      const posted = await client.chat.postMessage({
        channel,
        ...(thread !== undefined && { thread_ts: thread }),
        ...asSent(key, content),
      });
      return { channel, ts: posted.ts ?? '' };
    } catch (error) {
      // Sent but not answered: look, before somebody sends it again.
      const found = isAmbiguous(error) ? await find(channel, key, 1, thread) : undefined;
      if (found) return found;
      return inOurWords('chat.postMessage', () => Promise.reject(error));
    }
  }

  async function repaint(at: MessageRef, key: MessageKey, content: MessageContent): Promise<void> {
    try {
      await client.chat.update({ ...at, ...asUpdated(key, content) });
    } catch (error) {
      if (!DELETED.has(platformError(error) ?? '')) {
        await inOurWords('chat.update', () => Promise.reject(error));
      }
      await replace(at, key, content);
    }
  }

  /** Somebody deleted the message: what it says must still stand somewhere, once. */
  async function replace(
    { channel }: MessageRef,
    key: MessageKey,
    content: MessageContent,
  ): Promise<void> {
    const replacement = await find(channel, key);
    if (replacement === undefined) {
      await post(channel, key, content);
      return;
    }
    await inOurWords('chat.update', () =>
      client.chat.update({ ...replacement, ...asUpdated(key, content) }),
    );
  }

  /** Is there a message to stand beside? */
  async function stands(channel: string, ts: string): Promise<boolean> {
    try {
      await client.conversations.replies({ channel, ts, limit: 1 });
      return true;
    } catch (error) {
      if (ALONE.has(platformError(error) ?? '')) return false;
      return inOurWords('conversations.replies', () => Promise.reject(error));
    }
  }

  /** The desk names people in Slack's own form, and a refusal is shown as plain text. */
  const named = async (told: AwayTold): Promise<AwayTold> =>
    told.what === 'refused' ? { ...told, because: await withNames(client, told.because) } : told;

  const placed = (place: ChatUser | string): Promise<string> =>
    typeof place === 'string' ? conversations.channel(place) : conversations.direct(place);

  return {
    find: async (message) =>
      'card' in message
        ? find(await conversations.channel(message.card.channel), cardKey(message.card), PAGES)
        : find(await conversations.direct(message.to), noticeKey(message.notice), PAGES),
    postCard: async (card) =>
      post(await conversations.channel(card.channel), cardKey(card), cardContent(card)),
    repaintCard: (at, card) => repaint(at, cardKey(card), cardContent(card)),
    tell: async (to, notice) =>
      post(await conversations.direct(to), noticeKey(notice), noticeContent(notice)),
    repaintNotice: (at, notice) => repaint(at, noticeKey(notice), noticeContent(notice)),
    async remind({ channel, ts }, reminder) {
      const said = [channel, reminderKey(reminder), reminderContent(reminder)] as const;
      return (await stands(channel, ts)) ? post(...said, ts) : post(...said);
    },
    postTask: async (task) =>
      post(await conversations.channel(task.channel), taskKey(task), taskContent(task)),
    repaintTask: (at, task) => repaint(at, taskKey(task), taskContent(task)),
    alarm: async (channel, alarm) =>
      post(await conversations.channel(channel), alarmKey(alarm), alarmContent(alarm)),
    showCut: async (place, progress) =>
      post(await placed(place), cutKey(progress), cutContent(progress)),
    repaintCut: (at, progress) => repaint(at, cutKey(progress), cutContent(progress)),
    showQuarantine: async (place, found) =>
      post(await placed(place), quarantineKey(found), quarantineContent(found)),
    tellAway: async (told) => {
      const channel = await conversations.direct(told[told.reader]);
      return post(channel, awayKey(told), awayContent(await named(told)));
    },
    repaintQuarantine: (at, found) => repaint(at, quarantineKey(found), quarantineContent(found)),
  };
}

const about = ({ requestId, grantId }: { requestId?: string; grantId?: string }) => ({
  ...(requestId === undefined ? {} : { requestId }),
  ...(grantId === undefined ? {} : { grantId }),
});
const cardKey = (card: Card): MessageKey => ({ ...about(card), kind: 'card' });
const taskKey = (task: ReviewTask): MessageKey => ({ ...about(task), kind: 'task' });
const noticeKey = (notice: Notice): MessageKey => ({ ...about(notice), kind: notice.kind });
const reminderKey = ({ requestId, key }: Reminder): MessageKey => ({
  requestId,
  kind: 'reminder',
  key,
});
const alarmKey = (alarm: Alarm): MessageKey => ({ ...about(alarm), kind: 'alarm', key: alarm.key });

const cutKey = ({ cutId }: CutProgress): MessageKey => ({ kind: 'cut', key: cutId });

const quarantineKey = ({ quarantineId }: Quarantine): MessageKey => ({
  kind: 'quarantine',
  key: quarantineId,
});

const awayKey = ({ awayId, what }: AwayTold): MessageKey => ({
  kind: 'away',
  key: `${awayId}:${what}`,
});

const asUpdated = (key: MessageKey, { text, blocks }: MessageContent) => ({
  text,
  blocks,
  metadata: { event_type: MESSAGE_EVENT, event_payload: { ...key } },
  parse: 'none' as const,
  link_names: false,
});

const asSent = (key: MessageKey, content: MessageContent) => ({
  ...asUpdated(key, content),
  unfurl_links: false,
  unfurl_media: false,
});

const history = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        user: z.string().optional(),
        metadata: z
          .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
          .optional()
          .catch(undefined),
      }),
    )
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().default('') }).optional(),
});

/** Finds our own newest message with this key. Others may write metadata too, so the author counts. */
function createFinder(client: WebClient) {
  let self: string | undefined;
  const page = (channel: string, cursor: string, thread: string | undefined) => {
    const part = { channel, include_all_metadata: true, limit: PAGE, ...(cursor && { cursor }) };
    return thread === undefined
      ? inOurWords('conversations.history', () => client.conversations.history(part))
      : inOurWords('conversations.replies', () =>
          client.conversations.replies({ ...part, ts: thread }),
        );
  };
  return async (
    channel: string,
    key: MessageKey,
    pages = 1,
    thread?: string,
  ): Promise<MessageRef | undefined> => {
    self ??= (await inOurWords('auth.test', () => client.auth.test())).user_id;
    let cursor = '';
    for (let seen = 0; seen < pages; seen += 1) {
      const answer = await page(channel, cursor, thread);
      const { messages, response_metadata: more } = history.parse(answer);
      const found = messages.find(
        ({ user, metadata }) =>
          user === self &&
          metadata?.event_type === MESSAGE_EVENT &&
          fits(metadata.event_payload, key),
      );
      if (found) return { channel, ts: found.ts };
      cursor = more?.next_cursor ?? '';
      if (cursor === '') break;
    }
    return undefined;
  };
}

// A card exists before its grant does, so the grant is no part of what must agree.
const fits = (payload: Record<string, unknown>, { requestId, kind, key }: MessageKey): boolean =>
  payload.kind === kind && payload.requestId === requestId && payload.key === key;
