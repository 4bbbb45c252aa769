/** Someone as the chat knows them: both ids are immutable. */
export interface ChatUser {
  workspace: string;
  user: string;
}

export const sameChatUser = (one: ChatUser, other: ChatUser): boolean =>
  one.workspace === other.workspace && one.user === other.user;
