import { EventEmitter } from 'node:events';
import { z } from 'zod';
import { CHANNELS, PEOPLE, WORKSPACE } from '../people';
import { newId } from './ids';
import type { Rows, Shelf } from './rows';
import { Impossible } from './slack-error';

/** The app under test, as the workspace knows it. */
export const APP = {
  id: 'A0CURFEW01',
  name: 'Curfew',
  botId: 'B0CURFEWBT',
  userId: 'U0CURFEWBT',
} as const;
export const SLACKBOT = 'USLACKBOT';
export const TEAM = WORKSPACE;

const userRow = z.object({
  id: z.string(),
  name: z.string(),
  realName: z.string(),
  email: z.string().optional(),
  isBot: z.boolean(),
  isGuest: z.boolean(),
  deleted: z.boolean(),
  tz: z.string(),
});
export type User = z.infer<typeof userRow>;

const channelRow = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['channel', 'dm']),
  /** Whose conversation with the app it is. */
  dmWith: z.string().optional(),
  members: z.array(z.string()),
  created: z.int(),
});
export type Channel = z.infer<typeof channelRow>;

/** Who and where: people, channels, and each person's conversation with the app. */
export interface Workspace {
  readonly users: Shelf<User>;
  readonly channels: Shelf<Channel>;
  /** `changed`: something that somebody sees is different now. */
  readonly events: EventEmitter<{ changed: [] }>;
  /** By id, full or first name, or e-mail address, without case. Throws {@link Impossible}. */
  findUser(who: string): User;
  /** By id or name, with or without #. Throws {@link Impossible}. */
  findChannel(which: string): Channel;
  /** The same among what this person can see: nobody looks into the conversations of others. */
  findChannelOf(user: User, which: string): Channel;
  dmOf(user: string): Channel;
  /** Channels the user is in, and their DM with the app. */
  channelsOf(user: string): Channel[];
}

/** Seeds the company on first use; afterwards everything is as it was left. */
export function openWorkspace(rows: Rows): Workspace {
  const users = rows.shelf('user', userRow);
  const channels = rows.shelf('channel', channelRow);
  const events = new EventEmitter<{ changed: [] }>();
  events.setMaxListeners(0);
  seed(users, channels);

  const dmOf = (user: string): Channel => {
    const open = channels.values().find((channel) => channel.dmWith === user);
    if (open) return open;
    const channel = newChannel('', 'dm', [user, APP.userId], user);
    channels.set(channel.id, channel);
    return channel;
  };

  const findChannel = (which: string): Channel => {
    const wanted = which.trim().replace(/^#/, '').toLowerCase();
    const found = channels
      .values()
      .find(({ id, name }) => id.toLowerCase() === wanted || (name !== '' && name === wanted));
    if (found) return found;
    const names = channels.values().flatMap(({ name }) => (name === '' ? [] : [`#${name}`]));
    throw new Impossible(404, `No channel is called ${which}. There are: ${names.join(', ')}.`);
  };

  return {
    users,
    channels,
    events,
    dmOf,
    findChannel,
    findChannelOf(user, which) {
      const channel = findChannel(which);
      if (channel.members.includes(user.id)) return channel;
      throw new Impossible(404, `${user.realName} is not in ${which}.`);
    },
    findUser(who) {
      const wanted = who.trim().toLowerCase();
      const people = users.values().filter((user) => !user.isBot);
      const byId = users.values().filter((user) => user.id.toLowerCase() === wanted);
      const byName = people.filter((user) =>
        [user.realName, user.email, user.name].some((name) => name?.toLowerCase() === wanted),
      );
      const byFirst = people.filter(
        (user) => user.realName.split(' ')[0]?.toLowerCase() === wanted,
      );
      const found = [byId, byName, byFirst].find((list) => list.length > 0) ?? [];
      const [only, ...others] = found;
      if (only && others.length === 0) return only;
      throw new Impossible(
        only ? 422 : 404,
        only
          ? `Several people are called ${who}: give an id.`
          : `Nobody is called ${who}. There are: ${people.map((user) => user.realName).join(', ')}.`,
      );
    },
    channelsOf: (user) => [
      ...channels
        .values()
        .filter((channel) => channel.kind === 'channel' && channel.members.includes(user))
        .toSorted((one, other) => rank(one) - rank(other)),
      dmOf(user),
    ],
  };
}

const rank = ({ name }: Channel): number => {
  const at = [...CHANNELS].findIndex((known) => known === name);
  return at === -1 ? CHANNELS.length : at;
};

const newChannel = (
  name: string,
  kind: Channel['kind'],
  members: string[],
  dmWith?: string,
): Channel => ({
  id: newId(kind === 'dm' ? 'D' : 'C'),
  name,
  kind,
  members,
  created: Math.floor(Date.now() / 1000),
  ...(dmWith === undefined ? {} : { dmWith }),
});

function seed(users: Shelf<User>, channels: Shelf<Channel>): void {
  const bot = { isGuest: false, deleted: false, tz: 'Etc/UTC', isBot: true };
  users.set(APP.userId, { id: APP.userId, name: 'curfew', realName: APP.name, ...bot });
  users.set(SLACKBOT, { id: SLACKBOT, name: 'slackbot', realName: 'Slackbot', ...bot });
  for (const { id, name, email } of PEOPLE) {
    if (users.get(id)) continue;
    // Signed in still, whatever the directory says: that someone left is the app's to notice.
    users.set(id, {
      id,
      name: email.split('@')[0] ?? id.toLowerCase(),
      realName: name,
      email,
      isBot: false,
      isGuest: false,
      deleted: false,
      tz: 'Europe/Berlin',
    });
  }
  for (const name of CHANNELS) {
    if (channels.values().some((channel) => channel.name === name)) continue;
    const members = [APP.userId, ...PEOPLE.map((person) => person.id)];
    const channel = newChannel(name, 'channel', members);
    channels.set(channel.id, channel);
  }
}
