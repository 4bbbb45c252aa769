import { z } from 'zod';
import type { ChatUser } from './chat-user';

export const chatUser: z.ZodType<ChatUser> = z.object({
  workspace: z.string().min(1),
  user: z.string().min(1),
});

/** Someone as the directory knows them. Only `id` is immutable. */
export const person = z.object({
  id: z.string().min(1),
  name: z.string(),
  emails: z.array(z.string()),
  /** Group names, as the policy files write them. */
  groups: z.array(z.string()),
  active: z.boolean(),
  onCall: z.boolean().optional(),
  /** The id or an address of whom they report to, as the directory has it. */
  manager: z.string().min(1).optional(),
});
export type Person = z.infer<typeof person>;

/** Who is in the company and in which groups. Facts are fresh at each call. */
export interface Directory {
  /** Undefined when nobody has this id. Throws when the directory cannot be asked. */
  person(id: string): Promise<Person | undefined>;
  /** Everyone with this address, compared without case; more than one is an ambiguity for the caller to refuse. */
  byEmail(email: string): Promise<Person[]>;
  /**
   * Some active people of a group, found among its first `atMost` members: nobody reads a large group to its end.
   * Undefined when there is no group of this name.
   */
  members(group: string, atMost: number): Promise<Members | undefined>;
}

export interface Members {
  /** With all their groups: a policy may forbid by any of them. */
  people: Person[];
  /** Are there members that were not looked at? */
  more: boolean;
}

/** Which person a chat user is. */
export interface People {
  /** Throws {@link Refused} when the chat user is linked to nobody, to several, or to someone else than before. */
  identify(user: ChatUser): Promise<Person>;
}

/** What the chat says of a user: the one place an e-mail address comes from. */
export interface ChatProfiles {
  profile(
    user: ChatUser,
  ): Promise<{ name: string; email?: string; kind: 'member' | 'guest' | 'bot' | 'stranger' }>;
}
