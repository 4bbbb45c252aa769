import { z } from 'zod';
import { byTs, newTs } from './ids';
import type { Rows } from './rows';
import { SlackError } from './slack-error';
import { anyBlock } from './block-kit';
import { APP, type Workspace } from './workspace';

const metadata = z.object({
  event_type: z.string(),
  event_payload: z.record(z.string(), z.unknown()),
});
export type Metadata = z.infer<typeof metadata>;

const messageRow = z.object({
  channel: z.string(),
  ts: z.string(),
  threadTs: z.string().optional(),
  user: z.string(),
  text: z.string(),
  blocks: z.array(anyBlock),
  metadata: metadata.optional(),
  editedTs: z.string().optional(),
  /** Only this person sees it, until they reload: an ephemeral message. */
  onlyFor: z.string().optional(),
  deleted: z.boolean(),
  /** What it showed before, oldest first: somebody may still have it on a screen and press a button. */
  formerBlocks: z.array(z.array(anyBlock)),
});
export type Message = z.infer<typeof messageRow>;

export type NewMessage = Pick<Message, 'channel' | 'user' | 'text' | 'blocks'> &
  Partial<Pick<Message, 'threadTs' | 'metadata' | 'onlyFor'>>;

export interface MessageStore {
  post(message: NewMessage): Message;
  /** Metadata that is not given stays; an empty one goes. Throws `message_not_found`, `cant_update_message`. */
  update(
    at: { channel: string; ts: string },
    change: { text: string; blocks: Message['blocks']; metadata?: Metadata | 'none' },
  ): Message;
  remove(at: { channel: string; ts: string }): void;
  /** An ephemeral message goes from the one screen it was on. */
  dismiss(message: Message): void;
  /** In one channel, oldest first, as everybody sees it: nothing ephemeral, nothing deleted. */
  inChannel(channel: string): Message[];
  /** What one person can see in one channel, oldest first, ephemeral messages among it. */
  seenBy(user: string, channel: string): Message[];
  /** Also what was deleted. */
  at(channel: string, ts: string): Message | undefined;
  /** Everything one person was ever shown, oldest first, also what was deleted. */
  everShownTo(user: string): Message[];
}

const FORMER_KEPT = 20;

export function openMessageStore(
  rows: Rows,
  workspace: Workspace,
  now: () => number = Date.now,
): MessageStore {
  const shelf = rows.shelf('message', messageRow);
  const byChannel = new Map<string, Message[]>();
  for (const message of shelf.values().toSorted(byTs)) listOf(message.channel).push(message);
  let lastTs = shelf.values().reduce((last, { ts }) => (ts > last ? ts : last), '');

  function listOf(channel: string): Message[] {
    const list = byChannel.get(channel) ?? [];
    byChannel.set(channel, list);
    return list;
  }

  const save = (message: Message): Message => {
    shelf.set(`${message.channel}/${message.ts}`, message);
    const list = listOf(message.channel);
    const index = list.findIndex(({ ts }) => ts === message.ts);
    if (index === -1) list.push(message);
    else list[index] = message;
    workspace.events.emit('changed');
    return message;
  };

  const ours = ({ channel, ts }: { channel: string; ts: string }, error: string): Message => {
    const message = listOf(channel).find((one) => one.ts === ts);
    // An ephemeral message has no ts of its own for the Web API.
    if (!message || message.deleted || message.onlyFor !== undefined)
      throw new SlackError('message_not_found');
    if (message.user !== APP.userId) throw new SlackError(error);
    return message;
  };

  return {
    post(message) {
      lastTs = newTs(lastTs, now());
      return save({ ...message, ts: lastTs, deleted: false, formerBlocks: [] });
    },
    update(at, change) {
      const { metadata: before, ...message } = ours(at, 'cant_update_message');
      const after = change.metadata ?? before;
      return save({
        ...message,
        text: change.text,
        blocks: change.blocks,
        editedTs: newTs('', now()),
        formerBlocks: [...message.formerBlocks, message.blocks].slice(-FORMER_KEPT),
        ...(after === undefined || after === 'none' ? {} : { metadata: after }),
      });
    },
    remove(at) {
      save({ ...ours(at, 'cant_delete_message'), deleted: true });
    },
    dismiss(message) {
      save({ ...message, deleted: true });
    },
    inChannel: (channel) =>
      listOf(channel).filter((message) => !message.deleted && message.onlyFor === undefined),
    seenBy: (user, channel) =>
      listOf(channel).filter(
        ({ deleted, onlyFor }) => !deleted && (onlyFor === undefined || onlyFor === user),
      ),
    at: (channel, ts) => listOf(channel).find((message) => message.ts === ts),
    everShownTo: (user) =>
      workspace
        .channelsOf(user)
        .flatMap(({ id }) => listOf(id))
        .filter(({ onlyFor }) => onlyFor === undefined || onlyFor === user)
        .toSorted(byTs),
  };
}
