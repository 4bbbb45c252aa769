import type { z } from 'zod';
import { seen } from './act-command';
import type { LiveElement } from './block-elements';
import { elementsOf, type AnyBlock } from './block-kit';
import { fold } from './form';
import type { Message } from './message-store';
import type { Parts } from './parts';
import { actionOf, actionPayload, type Surface } from './payloads';
import { labelsOf } from './shown';
import { Impossible } from './slack-error';
import type { View } from './view-store';
import type { Acted, clickBody } from './wire';
import type { User } from './workspace';

type Click = z.output<typeof clickBody>;

/** Somebody presses something: in a modal, on the Home tab or in a message. */
export async function runClick(parts: Parts, body: Click, origin: string): Promise<Acted> {
  const user = parts.workspace.findUser(body.user);
  const target = find(parts, body, user);
  const on = 'view' in target.on ? { view: typedInto(parts, target.on.view, body) } : target.on;
  const { element, blockId } = target;

  const outcome = await parts.deliveries.deliver({
    type: 'interactive',
    kind: 'block_actions',
    subject: element.action_id ?? '',
    user: user.id,
    payload: actionPayload({
      user,
      on,
      action: actionOf(element, blockId, held(element, body)),
      triggerId: parts.triggers.issue(user.id, 'view' in on ? on.view.id : undefined),
      responseUrl:
        'message' in on
          ? parts.responseUrls.issue(origin, {
              channel: on.channel.id,
              user: user.id,
              message: on.message.ts,
            })
          : '',
    }),
  });
  const url = element.type === 'button' ? element.url : undefined;
  return {
    ...(await seen(parts, user)),
    ms: outcome.ms,
    ack: outcome.acked,
    ...(outcome.acked ? {} : { error: outcome.error }),
    ...(url === undefined ? {} : { url }),
  };
}

interface Target {
  on: Surface;
  element: LiveElement;
  blockId: string;
}

function find(parts: Parts, body: Click, user: User): Target {
  const surfaces = body.replay ? formerSurfaces(parts, body, user) : surfacesNow(parts, body, user);
  for (const { on, blocks } of surfaces) {
    for (const block of blocks) {
      const element = elementsOf(block).find((one) => isMeant(one, block, body));
      if (element) return { on, element, blockId: block.block_id ?? '' };
    }
  }
  const labels = surfaces.flatMap(({ blocks }) => blocks.flatMap(elementsOf).flatMap(labelsOf));
  const offered = [...new Set(labels)].join(', ') || 'none';
  throw new Impossible(
    404,
    `${user.realName} sees no button called ${body.button ?? body.actionId}. There are: ${offered}.`,
  );
}

const isMeant = (element: LiveElement, block: AnyBlock, body: Click): boolean =>
  (body.actionId === undefined || element.action_id === body.actionId) &&
  (body.blockId === undefined || block.block_id === body.blockId) &&
  (body.button === undefined ||
    labelsOf(element).some((label) => fold(label) === fold(body.button ?? '')));

interface Place {
  on: Surface;
  blocks: AnyBlock[];
}

/** In the order in which a click is looked for: top modal, Home, messages from the newest. */
function surfacesNow({ views, workspace, messages }: Parts, body: Click, user: User): Place[] {
  const inView = (view: View | undefined): Place[] =>
    view ? [{ on: { view }, blocks: view.blocks }] : [];
  const inMessages = workspace
    .channelsOf(user.id)
    .filter((channel) => isIn(channel, body))
    .flatMap((channel) =>
      messages.seenBy(user.id, channel.id).map((message) => ({ message, channel })),
    )
    .filter(({ message }) => body.message === undefined || message.ts === body.message)
    .toSorted(newestFirst)
    .map((on): Place => ({ on, blocks: on.message.blocks }));
  const elsewhere = body.message !== undefined || body.channel !== undefined;
  return chosen(body.where, {
    modal: elsewhere ? [] : inView(views.stack(user.id).at(-1)),
    home: elsewhere ? [] : inView(views.home(user.id)),
    messages: inMessages,
  });
}

/** The same for what was shown once: closed modals, and messages as they were before their latest update. */
function formerSurfaces({ views, workspace, messages }: Parts, body: Click, user: User): Place[] {
  const inViews = (list: readonly View[]): Place[] =>
    list.map((view) => ({ on: { view }, blocks: view.blocks }));
  const inMessages = messages
    .everShownTo(user.id)
    .filter(({ ts }) => body.message === undefined || ts === body.message)
    .toReversed()
    .flatMap((message): Place[] => {
      const channel = workspace.channels.get(message.channel);
      if (!channel || !isIn(channel, body)) return [];
      return [message.blocks, ...message.formerBlocks.toReversed()].map((blocks) => ({
        on: { message: { ...message, blocks }, channel },
        blocks,
      }));
    });
  return chosen(body.where, {
    modal: inViews([...views.stack(user.id).toReversed(), ...views.closed(user.id)]),
    home: inViews([views.home(user.id)].filter((view) => view !== undefined)),
    messages: inMessages,
  });
}

const chosen = (
  where: Click['where'],
  places: Record<NonNullable<Click['where']>, Place[]>,
): Place[] =>
  where === undefined ? [...places.modal, ...places.home, ...places.messages] : places[where];

const isIn = ({ id, name }: { id: string; name: string }, { channel }: Click): boolean =>
  channel === undefined || channel === id || channel.replace(/^#/, '') === name;

const newestFirst = (one: { message: Message }, other: { message: Message }): number =>
  one.message.ts < other.message.ts ? 1 : -1;

/** A click in a modal sends along what is typed in it. */
function typedInto(
  { views }: Parts,
  view: View,
  { state, action, actionId, blockId }: Click,
): View {
  if (!views.find(view.id)) return view;
  const picked =
    action && actionId !== undefined && blockId !== undefined
      ? { [blockId]: { [actionId]: { type: kindOf(view, blockId, actionId), ...action } } }
      : {};
  return state || action ? views.type(view.id, { ...state, ...picked }) : view;
}

const kindOf = (view: View, blockId: string, actionId: string): string =>
  view.blocks
    .filter((block) => block.block_id === blockId)
    .flatMap(elementsOf)
    .find((element) => element.action_id === actionId)?.type ?? '';

/** What the pressed element holds: an overflow's chosen option, a tampered value, or what the page says. */
function held(element: LiveElement, body: Click): Record<string, unknown> {
  const chosenOption =
    element.type === 'overflow'
      ? element.options.find((option) => fold(option.text.text) === fold(body.button ?? ''))
      : undefined;
  return {
    ...(chosenOption ? { selected_option: chosenOption } : {}),
    ...body.action,
    ...(body.value === undefined ? {} : { value: body.value }),
  };
}
