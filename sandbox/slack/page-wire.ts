import { z } from 'zod';
import {
  channel,
  user,
  type Call,
  type Option,
  type OptionGroup,
  type ShownMessage,
  type ShownPerson,
  type ShownView,
} from './wire';

// What the browser page and the Slack stand-in say to each other under /sandbox/page/.

/** `GET /sandbox/page/state?user=` — everything one person sees. Ask again after each `changed` event. Without `user`: the first one. */
export interface PageState {
  /** "Local sandbox: not Slack, not AWS" */
  banner: string;
  workspace: { id: string; name: string; domain: string };
  app: {
    id: string;
    name: string;
    botUserId: string;
    transport: 'socket' | 'http';
    connected: boolean;
  };
  /** Id of the person that is looked through. */
  me: string;
  people: ShownPerson[];
  /** Slash commands of the app's manifest, for the composer. */
  commands: { command: string; description: string; hint: string }[];
  /** Channels first, in seed order, then the DM with the app. */
  channels: PageChannel[];
  /** By channel id, oldest first; ephemeral ones among them. The newest 300 of each. */
  messages: Record<string, PageMessage[]>;
  /** Open modals, the top one last. */
  modals: ShownView[];
  /** Null until the app published one. */
  home: ShownView | null;
  /** Where the embedded Temporal shows its workflows; absent without one. */
  temporalUi?: string;
}
export interface PageChannel {
  id: string;
  name: string;
  kind: 'channel' | 'dm';
  /** Messages of others after the last `POST /sandbox/page/read`. */
  unread: number;
}
export interface PageMessage extends ShownMessage {
  authorId: string;
  isApp: boolean;
  /** Replies in its thread (they are listed too, by `threadTs`). */
  replies: number;
}

/**
 * `GET /sandbox/page/events?user=`: Server-Sent Events. `event: changed` (data `{}`): fetch the state again.
 * `event: delivery` (data {@link Delivery}). `event: call` (data {@link Call}).
 */
export interface PageEvents {
  changed: Record<string, never>;
  delivery: Delivery;
  call: Call;
}

/** `GET /sandbox/page/deliveries` → `{deliveries, calls}`, newest first, at most 200 of each; secrets are masked. */
export interface Deliveries {
  deliveries: Delivery[];
  calls: Call[];
}
export interface Delivery {
  id: string;
  /** `command`, `block_actions`, `block_suggestion`, `view_submission`, `view_closed`, or an event's name. */
  kind: string;
  /** `/request-access`, an action_id, a callback_id. */
  subject: string;
  user: string;
  transport: 'socket' | 'http';
  at: string;
  ms: number;
  /** `acked`, or `operation_timeout`, `dispatch_failed`. */
  outcome: string;
  /** Sent a second time by a `duplicate` fault, or as a retry of an event. */
  repeated: boolean;
  /** The payload sent, and what came back. */
  payload: unknown;
  answer?: unknown;
}

/** `POST /sandbox/page/options` → {@link OptionsAnswer}: typeahead of an external select. */
export const optionsBody = z.strictObject({
  user,
  /** Omitted: in the top modal, else in `message`. */
  viewId: z.string().optional(),
  message: z.string().optional(),
  channel: channel.optional(),
  blockId: z.string(),
  actionId: z.string(),
  /** What is typed so far. */
  value: z.string().default(''),
});
export interface OptionsAnswer {
  options?: Option[];
  option_groups?: OptionGroup[];
  error?: string;
}

/** `POST /sandbox/page/close`: the ✕ (or Cancel) of the top modal; `clear` closes all of them. → `{}` */
export const closeBody = z.strictObject({ user, clear: z.boolean().default(false) });

/** `POST /sandbox/page/home`: the person opens the Home tab, the app hears `app_home_opened`. → {@link PageState}.home */
export const homeBody = z.strictObject({ user });

/** `POST /sandbox/page/read`: the person has this channel in front of them. → `{}` */
export const readBody = z.strictObject({ user, channel });

/** `POST /sandbox/page/post`: plain text typed into the composer; `/…` goes to the command control instead. → `{ts}` */
export const postBody = z.strictObject({
  user,
  channel,
  text: z.string().min(1).max(12_000),
  threadTs: z.string().optional(),
});
