import { elementsOf, type AnyBlock } from './block-kit';
import type { LiveElement } from './block-elements';
import type { Message, MessageStore } from './message-store';
import type { View, ViewStore } from './view-store';
import { textOfState, valuesOf } from './view-values';
import type { ShownField, ShownMessage, ShownView } from './wire';
import type { Workspace } from './workspace';

/** What one person sees, in words. */
export interface Shown {
  message(message: Message): ShownMessage;
  view(view: View): ShownView;
  /** All that a person can see, or one channel of it, oldest first. */
  messages(user: string, channel?: string): ShownMessage[];
  topModal(user: string): ShownView | undefined;
}

export function createShown(workspace: Workspace, messages: MessageStore, views: ViewStore): Shown {
  const shownMessage = (message: Message): ShownMessage => {
    const channel = workspace.channels.get(message.channel);
    return {
      channel: message.channel,
      channelName: channel?.kind === 'channel' ? channel.name : 'dm',
      ts: message.ts,
      ...(message.threadTs === undefined ? {} : { threadTs: message.threadTs }),
      from: workspace.users.get(message.user)?.realName ?? message.user,
      text: message.text,
      blocks: message.blocks,
      buttons: buttonsOf(message.blocks),
      metadata: texts(message.metadata?.event_payload ?? {}),
      ephemeral: message.onlyFor !== undefined,
      edited: message.editedTs !== undefined,
    };
  };

  return {
    message: shownMessage,
    view: shownView,
    messages: (user, channel) =>
      (channel === undefined ? workspace.channelsOf(user).map(({ id }) => id) : [channel])
        .flatMap((id) => messages.seenBy(user, id))
        .toSorted((one, other) => (one.ts < other.ts ? -1 : 1))
        .map(shownMessage),
    topModal(user) {
      const top = views.stack(user).at(-1);
      return top && shownView(top);
    },
  };
}

const texts = (payload: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(payload).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

/** A view in Slack's own form. */
export const rawView = (view: View) => ({
  id: view.id,
  type: view.type,
  callback_id: view.callbackId,
  ...(view.title === undefined ? {} : { title: view.title }),
  ...(view.type === 'modal' ? { submit: view.submit, close: view.close } : {}),
  private_metadata: view.privateMetadata,
  external_id: view.externalId,
  hash: view.hash,
  clear_on_close: view.clearOnClose,
  notify_on_close: view.notifyOnClose,
  root_view_id: view.rootId,
  previous_view_id: view.previousId,
  blocks: view.blocks,
  state: { values: valuesOf(view.blocks, view.typed) },
});

export const shownView = (view: View): ShownView => ({
  ...rawView(view),
  buttons: buttonsOf(view.blocks),
  fields: fieldsOf(view),
  text: [view.title?.text ?? '', ...view.blocks.flatMap(textsIn)].filter(Boolean).join('\n'),
});

/** The words on what a person can press. */
export function labelsOf(element: LiveElement): string[] {
  if (element.type === 'button') return [element.text.text];
  if (element.type === 'overflow') return element.options.map((option) => option.text.text);
  return [];
}
export const buttonsOf = (blocks: readonly AnyBlock[]): string[] =>
  blocks.flatMap(elementsOf).flatMap(labelsOf);

function fieldsOf(view: View): ShownField[] {
  const values = valuesOf(view.blocks, view.typed);
  return view.blocks.flatMap((block): ShownField[] => {
    if (block.type !== 'input') return [];
    const { element, block_id: blockId = '' } = block;
    const { action_id: actionId = '' } = element;
    const value = textOfState(values[blockId]?.[actionId]);
    const listed = listedOptions(element).map((option) => option.text.text);
    return [
      {
        label: block.label.text,
        blockId,
        actionId,
        type: element.type,
        optional: block.optional ?? false,
        ...(value === undefined ? {} : { value }),
        ...(listed.length === 0 ? {} : { options: listed }),
      },
    ];
  });
}

/** The options that a view lists itself. */
export function listedOptions(element: LiveElement) {
  if (element.type === 'static_select' || element.type === 'multi_static_select') {
    const grouped = (element.option_groups ?? []).flatMap((group) => group.options);
    return [...(element.options ?? []), ...grouped];
  }
  return element.type === 'radio_buttons' ||
    element.type === 'checkboxes' ||
    element.type === 'overflow'
    ? element.options
    : [];
}

/** Every `text` anywhere in a block, in order. */
function textsIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(textsIn);
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) =>
    key === 'text' && typeof value === 'string' ? [value] : textsIn(value),
  );
}
