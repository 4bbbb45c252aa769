import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChatUser } from '../access/chat-user';

// The one file that reads Slack's field names on the way in.

const id = z.string().min(1).max(64);
const member = z.object({ id, team_id: id.nullish() });
const team = z.object({ id }).nullish();

const chatUserOf = (user: z.infer<typeof member>, home: z.infer<typeof team>): ChatUser => ({
  workspace: user.team_id ?? home?.id ?? '',
  user: user.id,
});

export interface Command {
  by: ChatUser;
  triggerId: string;
  text: string;
}

export const command = z
  .object({ team_id: id, user_id: id, trigger_id: z.string(), text: z.string().default('') })
  .transform((body): Command => ({
    by: { workspace: body.team_id, user: body.user_id },
    triggerId: body.trigger_id,
    text: body.text.trim(),
  }));

/** Where a button was pressed. */
export type Place =
  | { in: 'message'; channel: string; ts: string }
  | { in: 'modal'; viewId: string }
  | { in: 'home'; viewId: string };

export interface Click {
  by: ChatUser;
  action: string;
  /** As it came back from Slack: see button-value.ts. */
  value: string | undefined;
  place: Place;
  triggerId: string | undefined;
  /** The same for every delivery of the same click, and for no other. */
  clickId: string;
}

const view = z.object({ id, type: z.string() });

export const click = z
  .object({
    type: z.literal('block_actions'),
    user: member,
    team,
    trigger_id: z.string().optional(),
    channel: z.object({ id }).nullish(),
    message: z.object({ ts: id }).nullish(),
    container: z.object({ message_ts: id.optional(), channel_id: id.optional() }).nullish(),
    view: view.nullish(),
    actions: z.tuple([
      z.object({ action_id: z.string(), action_ts: z.string(), value: z.string().optional() }),
    ]),
  })
  .transform((body, context): Click => {
    const [action] = body.actions;
    const by = chatUserOf(body.user, body.team);
    const channel = body.channel?.id ?? body.container?.channel_id;
    const ts = body.message?.ts ?? body.container?.message_ts;
    const place = placeOf(body.view, channel, ts);
    if (place === undefined) {
      context.addIssue('a click in neither a message nor a view');
      return z.NEVER;
    }
    return {
      by,
      action: action.action_id,
      value: action.value,
      place,
      triggerId: body.trigger_id,
      clickId: clickId([
        by.workspace,
        by.user,
        action.action_id,
        action.action_ts,
        place.in === 'message' ? place.ts : place.viewId,
        action.value ?? '',
      ]),
    };
  });

function placeOf(
  shown: z.infer<typeof view> | null | undefined,
  channel: string | undefined,
  ts: string | undefined,
): Place | undefined {
  if (shown) return { in: shown.type === 'home' ? 'home' : 'modal', viewId: shown.id };
  return channel !== undefined && ts !== undefined ? { in: 'message', channel, ts } : undefined;
}

const clickId = (parts: string[]): string =>
  `c-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;

const field = z.union([
  z.object({ type: z.literal('plain_text_input'), value: z.string().nullish() }),
  z.object({
    type: z.enum(['external_select', 'radio_buttons']),
    selected_option: z.object({ value: z.string() }).nullish(),
  }),
  z.object({
    type: z.literal('checkboxes'),
    selected_options: z.array(z.object({ value: z.string() })).default([]),
  }),
]);

export interface Submission {
  by: ChatUser;
  viewId: string;
  /** What we gave the form when it was opened. */
  about: string;
  /** What stands in each field, by its block id; absent when empty. */
  fields: Partial<Record<string, string>>;
  /** The same for every delivery of what this form said. */
  clickId: string;
}

export const submission = z
  .object({
    type: z.literal('view_submission'),
    user: member,
    team,
    view: z.object({
      id,
      private_metadata: z.string().default(''),
      state: z.object({ values: z.record(z.string(), z.record(z.string(), field)) }),
    }),
  })
  .transform((body): Submission => {
    const by = chatUserOf(body.user, body.team);
    const entries = Object.entries(body.view.state.values).flatMap(([block, elements]) => {
      const text = textOf(Object.values(elements)[0]);
      return text === undefined ? [] : [[block, text] as const];
    });
    return {
      by,
      viewId: body.view.id,
      about: body.view.private_metadata,
      fields: Object.fromEntries(entries),
      clickId: clickId([by.workspace, by.user, 'submission', body.view.id]),
    };
  });

function textOf(given: z.infer<typeof field> | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (given.type === 'checkboxes') return given.selected_options[0]?.value;
  return 'value' in given || given.type === 'plain_text_input'
    ? (given.value ?? undefined)
    : (given.selected_option?.value ?? undefined);
}

export const suggestion = z
  .object({ type: z.literal('block_suggestion'), user: member, value: z.string().default('') })
  .transform(({ value }) => ({ typed: value }));

export const homeOpened = z
  .object({ team_id: id, event: z.object({ user: id, tab: z.string() }) })
  .transform(({ team_id, event }) => ({
    by: { workspace: team_id, user: event.user },
    tab: event.tab,
  }));
