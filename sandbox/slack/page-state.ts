import { z } from 'zod';
import type { Message } from './message-store';
import type { Parts } from './parts';
import type { Rows } from './rows';
import { shownView } from './shown';
import type { PageChannel, PageMessage, PageState } from './page-wire';
import type { ShownPerson } from './wire';
import { APP, TEAM, type Channel, type User, type Workspace } from './workspace';

export const BANNER = 'Local sandbox: not Slack, not AWS';
const NEWEST = 300;

/** How far each person has read each channel. */
export interface Reads {
  mark(user: string, channel: string): void;
  upTo(user: string, channel: string): string;
}

export interface PageParts extends Parts {
  reads: Reads;
  people: () => ShownPerson[];
  transport: { kind: 'socket' | 'http'; connected(): boolean };
  temporalUi: string | undefined;
}

export function openReads(rows: Rows, workspace: Workspace, now: () => number = Date.now): Reads {
  const shelf = rows.shelf('read', z.string());
  return {
    mark(user, channel) {
      shelf.set(`${user}/${channel}`, (now() / 1000).toFixed(6));
      workspace.events.emit('changed');
    },
    upTo: (user, channel) => shelf.get(`${user}/${channel}`) ?? '',
  };
}

/** Everything one person sees. */
export function pageState(parts: PageParts, me: User): PageState {
  const { workspace, views, messages, transport, temporalUi } = parts;
  const channels = workspace.channelsOf(me.id);
  const home = views.home(me.id);
  return {
    banner: BANNER,
    workspace: { id: TEAM.id, name: TEAM.name, domain: TEAM.domain },
    app: {
      id: APP.id,
      name: APP.name,
      botUserId: APP.userId,
      transport: transport.kind,
      connected: transport.connected(),
    },
    me: me.id,
    people: parts.people(),
    commands: [...parts.commands],
    channels: channels.map((channel) => shownChannel(parts, channel, me)),
    messages: Object.fromEntries(
      channels.map(({ id }) => [id, shownMessages(parts, messages.seenBy(me.id, id))]),
    ),
    modals: views.stack(me.id).map(shownView),
    home: home ? shownView(home) : null,
    ...(temporalUi === undefined ? {} : { temporalUi }),
  };
}

function shownChannel({ messages, reads }: PageParts, channel: Channel, me: User): PageChannel {
  const { id, kind } = channel;
  const read = reads.upTo(me.id, id);
  const unread = messages.seenBy(me.id, id).filter(({ ts, user }) => user !== me.id && ts > read);
  return { id, kind, name: kind === 'dm' ? APP.name : channel.name, unread: unread.length };
}

const shownMessages = ({ shown }: Parts, all: readonly Message[]): PageMessage[] =>
  all.slice(-NEWEST).map((message) => ({
    ...shown.message(message),
    authorId: message.user,
    isApp: message.user === APP.userId,
    replies: all.filter(({ threadTs }) => threadTs === message.ts).length,
  }));
