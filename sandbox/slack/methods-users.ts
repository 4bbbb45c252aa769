import { z } from 'zod';
import { count, read } from './arguments';
import { paged } from './methods-conversations';
import { SlackError } from './slack-error';
import type { Methods } from './web-api';
import { APP, TEAM, type User } from './workspace';

export const userMethods: Methods = {
  'auth.test': () => ({
    url: `https://${TEAM.domain}.slack.com/`,
    team: TEAM.name,
    team_id: TEAM.id,
    user: 'curfew',
    user_id: APP.userId,
    bot_id: APP.botId,
    is_enterprise_install: false,
  }),
  'team.info': () => ({ team: { id: TEAM.id, name: TEAM.name, domain: TEAM.domain } }),
  'bots.info': (args) => {
    const { bot } = read(z.object({ bot: z.string() }), args);
    if (bot !== APP.botId) throw new SlackError('bot_not_found');
    return {
      bot: { id: APP.botId, app_id: APP.id, user_id: APP.userId, name: APP.name, deleted: false },
    };
  },
  'users.info': (args, { workspace }) => {
    const user = workspace.users.get(read(z.object({ user: z.string() }), args).user);
    if (!user) throw new SlackError('user_not_found');
    return { user: rawUser(user) };
  },
  'users.list': (args, { workspace }) => {
    const { cursor, limit } = read(
      z.object({ cursor: z.string().default(''), limit: count(200, 1000) }),
      args,
    );
    return paged('members', workspace.users.values().map(rawUser), cursor, limit);
  },
  'users.lookupByEmail': (args, { workspace }) => {
    const { email } = read(z.object({ email: z.string() }), args);
    const wanted = email.toLowerCase();
    const user = workspace.users
      .values()
      .find((one) => !one.deleted && one.email?.toLowerCase() === wanted);
    if (!user) throw new SlackError('users_not_found');
    return { user: rawUser(user) };
  },
};

const rawUser = (user: User) => ({
  id: user.id,
  team_id: TEAM.id,
  name: user.name,
  deleted: user.deleted,
  real_name: user.realName,
  tz: user.tz,
  tz_label: user.tz,
  tz_offset: offsetSeconds(user.tz),
  is_admin: false,
  is_owner: false,
  is_bot: user.isBot,
  is_app_user: false,
  is_restricted: user.isGuest,
  is_ultra_restricted: false,
  profile: {
    real_name: user.realName,
    display_name: user.realName,
    real_name_normalized: user.realName,
    display_name_normalized: user.realName,
    team: TEAM.id,
    ...(user.email === undefined ? {} : { email: user.email }),
  },
});

function offsetSeconds(tz: string): number {
  const name = new Intl.DateTimeFormat('en', { timeZone: tz, timeZoneName: 'longOffset' })
    .formatToParts(new Date())
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60);
}
