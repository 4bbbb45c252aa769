/** Every Web API method that we call, and the bot scopes Slack asks for it. Methods without any need none. */
export const METHOD_SCOPES = {
  'auth.test': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'conversations.open': ['im:write'],
  'users.info': ['users:read', 'users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
} as const satisfies Record<string, readonly string[]>;

/** What the manifest asks for: those, and slash commands. */
export const SCOPES: readonly string[] = [
  ...new Set<string>(['commands', ...Object.values(METHOD_SCOPES).flat()]),
].toSorted();
