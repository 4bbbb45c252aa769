import type { LiveElement } from './block-elements';
import type { Message } from './message-store';
import { rawMessage } from './methods-chat';
import { rawView } from './shown';
import type { View } from './view-store';
import { APP, TEAM, type Channel, type User } from './workspace';

// What the app receives, in Slack's own form.

/** Slack's old verification token: sent, never to be trusted. */
const TOKEN = 'verification-tokens-are-deprecated';

const team = { id: TEAM.id, domain: TEAM.domain };
const who = (user: User) => ({
  id: user.id,
  username: user.name,
  name: user.name,
  team_id: TEAM.id,
});
const common = (user: User) => ({
  team,
  user: who(user),
  api_app_id: APP.id,
  token: TOKEN,
  enterprise: null,
  is_enterprise_install: false,
});
const inView = (view: View) => ({
  ...rawView(view),
  team_id: TEAM.id,
  app_id: APP.id,
  app_installed_team_id: TEAM.id,
  bot_id: APP.botId,
});
const channelName = (channel: Channel): string =>
  channel.kind === 'dm' ? 'directmessage' : channel.name;

export const commandPayload = (given: {
  user: User;
  channel: Channel;
  command: string;
  text: string;
  triggerId: string;
  responseUrl: string;
}) => ({
  token: TOKEN,
  team_id: TEAM.id,
  team_domain: TEAM.domain,
  channel_id: given.channel.id,
  channel_name: channelName(given.channel),
  user_id: given.user.id,
  user_name: given.user.name,
  command: given.command,
  text: given.text,
  api_app_id: APP.id,
  is_enterprise_install: 'false',
  response_url: given.responseUrl,
  trigger_id: given.triggerId,
});

/** Where something was pressed. */
export type Surface = { view: View } | { message: Message; channel: Channel };

export const actionPayload = (given: {
  user: User;
  on: Surface;
  action: Record<string, unknown>;
  triggerId: string;
  responseUrl: string;
}) => ({
  type: 'block_actions',
  ...common(given.user),
  trigger_id: given.triggerId,
  ...surfaceOf(given.on),
  // Only messages have one: a view answers through the Web API.
  ...('message' in given.on ? { response_url: given.responseUrl } : {}),
  actions: [given.action],
});

const surfaceOf = (on: Surface) =>
  'view' in on
    ? { container: { type: 'view', view_id: on.view.id }, view: inView(on.view) }
    : {
        container: {
          type: 'message',
          message_ts: on.message.ts,
          channel_id: on.channel.id,
          is_ephemeral: on.message.onlyFor !== undefined,
          ...(on.message.threadTs === undefined ? {} : { thread_ts: on.message.threadTs }),
        },
        channel: { id: on.channel.id, name: channelName(on.channel) },
        // Of an ephemeral message Slack does not send the content along.
        ...(on.message.onlyFor === undefined ? { message: rawMessage(on.message, true) } : {}),
        state: { values: {} },
      };

/** One pressed element. `held` carries what a select or picker now holds. */
export const actionOf = (
  element: LiveElement,
  blockId: string,
  held: Record<string, unknown>,
): Record<string, unknown> => ({
  type: element.type,
  action_id: element.action_id,
  block_id: blockId,
  ...(element.type === 'button'
    ? {
        text: { emoji: true, ...element.text },
        ...(element.value === undefined ? {} : { value: element.value }),
        ...(element.style === undefined ? {} : { style: element.style }),
      }
    : {}),
  ...held,
  action_ts: `${(Date.now() / 1000).toFixed(6)}`,
});

export const suggestionPayload = (given: {
  user: User;
  on: Surface;
  blockId: string;
  actionId: string;
  value: string;
}) => ({
  type: 'block_suggestion',
  ...common(given.user),
  ...surfaceOf(given.on),
  action_id: given.actionId,
  block_id: given.blockId,
  value: given.value,
});

export const submissionPayload = (user: User, view: View, triggerId: string) => ({
  type: 'view_submission',
  ...common(user),
  trigger_id: triggerId,
  view: inView(view),
  response_urls: [],
});

export const closedPayload = (user: User, view: View, isCleared: boolean) => ({
  type: 'view_closed',
  ...common(user),
  view: inView(view),
  is_cleared: isCleared,
});

export function homeOpenedPayload(user: User, dm: Channel, eventId: string, view?: View) {
  const now = Date.now() / 1000;
  return {
    token: TOKEN,
    team_id: TEAM.id,
    api_app_id: APP.id,
    type: 'event_callback',
    event: {
      type: 'app_home_opened',
      user: user.id,
      channel: dm.id,
      tab: 'home',
      event_ts: now.toFixed(6),
      ...(view === undefined ? {} : { view: inView(view) }),
    },
    event_id: eventId,
    event_time: Math.floor(now),
    event_context: eventId,
    is_ext_shared_channel: false,
    authorizations: [
      {
        enterprise_id: null,
        team_id: TEAM.id,
        user_id: APP.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
  };
}
