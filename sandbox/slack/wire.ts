import { z } from 'zod';

// What the controls of the Slack stand-in say over HTTP (the page: page-wire.ts). Block Kit itself stays raw JSON.

/** A Block Kit block as the app sent it; `block_id` and every `action_id` are filled in. */
export const block = z.looseObject({ type: z.string(), block_id: z.string().optional() });
export type Block = z.infer<typeof block>;

/** What a person put into fields: `block_id` → `action_id` → Slack's own state object (`{type, value | selected_option | …}`). */
export const viewState = z.record(
  z.string(),
  z.record(z.string(), z.looseObject({ type: z.string() })),
);
export type ViewState = z.infer<typeof viewState>;

/** An option of a select: what Slack calls an option object. */
export interface Option {
  text: { type: string; text: string };
  value: string;
  description?: { type: string; text: string } | undefined;
}
export interface OptionGroup {
  label: { type: string; text: string };
  options: Option[];
}

/** `user`: id, full or first name, or e-mail address; case does not matter. */
export const user = z.string().min(1);
/** `channel`: id, or name with or without #. Omitted: the person's DM with the app. */
export const channel = z.string().min(1);

/** `POST /sandbox/slack/command` → {@link Acted} */
export const commandBody = z.strictObject({
  user,
  /** With or without the slash. */
  command: z.string().min(1),
  text: z.string().default(''),
  channel: channel.optional(),
});

/**
 * `POST /sandbox/slack/submit` → {@link Submitted}. The page sends `state`, a script `values`; what neither names
 * keeps what was typed before, or its initial value.
 */
export const submitBody = z.strictObject({
  user,
  /**
   * By label or block_id. Text, number and date fields: the text (`YYYY-MM-DD`, `HH:mm`). Selects and radio buttons: an
   * option's visible text (or its value). Check boxes and multi-selects: an array of those. null empties a field.
   */
  values: z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
    )
    .default({}),
  state: viewState.optional(),
});
export type SubmitValues = z.infer<typeof submitBody>['values'];

/** `POST /sandbox/slack/click` → {@link Acted}. Give `button` (its label), or `blockId` and `actionId`. */
export const clickBody = z
  .strictObject({
    user,
    /** Label; case and a trailing … do not matter. Also finds an overflow menu's option by its text. */
    button: z.string().min(1).optional(),
    blockId: z.string().optional(),
    actionId: z.string().optional(),
    /** Omitted: modal, then home, then messages, newest first. */
    where: z.enum(['modal', 'home', 'messages']).optional(),
    /** `ts` of the message. */
    message: z.string().optional(),
    channel: channel.optional(),
    /** Sent in place of the button's own value. */
    value: z.string().optional(),
    /** Sends a button that was shown once and is no more. */
    replay: z.boolean().default(false),
    /** What a select, date picker, check box … now holds (Slack's own fields: `selected_option`, `selected_date`, …). */
    action: z.looseObject({}).optional(),
    /** What is typed in the modal at this moment. */
    state: viewState.optional(),
  })
  .refine((body) => body.button !== undefined || body.actionId !== undefined, {
    message: 'give button (its label), or actionId',
    path: ['button'],
  });

/** What a command or a click led to. */
export interface Acted {
  /** Milliseconds until the app's ack. */
  ms: number;
  /** The app acked within Slack's 3 seconds. */
  ack: boolean;
  /** What the person is told when it did not: `operation_timeout`, `dispatch_failed`. */
  error?: string;
  /** The person's top modal, if one is open. */
  modal?: ShownView;
  /** What the person can see now: newest 200, oldest of them first. */
  messages: ShownMessage[];
  /** Of a link button. */
  url?: string;
}

/** What a submission led to. Status 422 when a value fits no field or no single option. */
export interface Submitted {
  ms: number;
  /** By label (block_id where there is none): what the app, or Slack's own form, says under the field. */
  errors?: Record<string, string>;
  /** The same by block_id, for the page. */
  fieldErrors?: Record<string, string>;
  /** `operation_timeout`, `dispatch_failed`, or an answer of the app that Slack would not take. */
  error?: string;
  /** The submitted modal is gone, with what was typed. */
  closed: boolean;
  /** The modal that is on top now. */
  modal?: ShownView;
  messages: ShownMessage[];
}

/** `GET /sandbox/slack/messages` */
export interface ShownMessage {
  /** Channel id. */
  channel: string;
  /** Name of the channel; `dm` for a conversation with the app. */
  channelName: string;
  ts: string;
  threadTs?: string;
  /** Display name of the author. */
  from: string;
  text: string;
  blocks: Block[];
  /** Labels of the buttons on it, in order. */
  buttons: string[];
  /** `event_payload` of Slack's message metadata, as far as it is text. */
  metadata: { requestId?: string; grantId?: string; [key: string]: string | undefined };
  ephemeral: boolean;
  edited: boolean;
}

/** A modal or the Home tab: Slack's own view object, with what stands on it in words. */
export interface ShownView {
  id: string;
  type: 'modal' | 'home';
  callback_id: string;
  title?: { type: string; text: string };
  submit?: { type: string; text: string } | null;
  close?: { type: string; text: string } | null;
  private_metadata: string;
  hash: string;
  root_view_id: string;
  previous_view_id: string | null;
  blocks: Block[];
  state: { values: ViewState };
  /** Labels of its buttons, in order. */
  buttons: string[];
  fields: ShownField[];
  /** All text on it, a line each. */
  text: string;
}
export interface ShownField {
  label: string;
  blockId: string;
  actionId: string;
  /** Slack's element type: `plain_text_input`, `external_select`, … */
  type: string;
  optional: boolean;
  /** What it holds now, as text. */
  value?: string;
  /** Visible texts, where the view lists them itself. */
  options?: string[];
}

/** `GET /sandbox/slack/calls`: what the app called, oldest first (the last 5,000 since start). */
export interface Call {
  method: string;
  /** ISO 8601. */
  at: string;
  ms: number;
  /** HTTP status; 0 when the connection was dropped. */
  status: number;
  ok: boolean;
  error?: string;
}

/** `GET /sandbox/people` */
export interface ShownPerson {
  /** The chat's id. */
  id: string;
  /** The directory's id. */
  directoryId: string;
  name: string;
  email: string;
  groups: string[];
  active: boolean;
}

/** Whatever is refused: 400 malformed, 403 guard, 404 nobody or nothing called that, 409 no modal open, 422 value. */
export interface Refusal {
  error: string;
}
