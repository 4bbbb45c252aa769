import { z } from 'zod';
import { anyBlock, named } from './block-kit';
import { newId } from './ids';
import type { Rows } from './rows';
import { SlackError } from './slack-error';
import type { HomeView, ModalView } from './view-kit';
import { viewState, type ViewState } from './wire';
import type { Workspace } from './workspace';

const label = z.looseObject({ type: z.string(), text: z.string() });

const viewRow = z.object({
  id: z.string(),
  type: z.enum(['modal', 'home']),
  user: z.string(),
  hash: z.string(),
  callbackId: z.string(),
  externalId: z.string(),
  privateMetadata: z.string(),
  title: label.optional(),
  submit: label.nullable(),
  close: label.nullable(),
  clearOnClose: z.boolean(),
  notifyOnClose: z.boolean(),
  blocks: z.array(anyBlock),
  rootId: z.string(),
  previousId: z.string().nullable(),
  /** What the person has entered so far, beside the initial values. */
  typed: viewState,
});
export type View = z.infer<typeof viewRow>;

export const MOST_VIEWS = 3;
const CLOSED_KEPT = 20;

/** Each person's open modals and Home tab. */
export interface ViewStore {
  /** Open modals of one person, the top one last. */
  stack(user: string): View[];
  home(user: string): View | undefined;
  /** Modals the person had open, newest first. */
  closed(user: string): View[];
  find(id: string): View | undefined;
  byExternalId(externalId: string): View | undefined;
  /** Closes what was open. */
  open(user: string, modal: ModalView): View;
  /** Throws `push_limit_reached`. */
  push(user: string, modal: ModalView): View;
  /** What was typed stays where block and action keep their ids. Throws `hash_conflict`, `not_found`. */
  update(id: string, modal: ModalView, hash?: string): View;
  publish(user: string, home: HomeView, hash?: string): View;
  type(id: string, state: ViewState): View;
  /** Takes the view, and what lies on it, off the stack. */
  close(id: string): void;
  clear(user: string): void;
}

export function openViewStore(rows: Rows, workspace: Workspace): ViewStore {
  const views = rows.shelf('view', viewRow);
  const stacks = rows.shelf('stack', z.array(z.string()));
  const graves = rows.shelf('closed', z.array(z.string()));
  const homes = rows.shelf('home', z.string());

  const found = (ids: readonly string[]): View[] =>
    ids.flatMap((id) => {
      const view = views.get(id);
      return view ? [view] : [];
    });
  const stack = (user: string): View[] => found(stacks.get(user) ?? []);

  const save = (view: View): View => {
    const twin = views
      .values()
      .find(
        ({ externalId, id }) =>
          externalId !== '' && externalId === view.externalId && id !== view.id && isOpen(id),
      );
    if (twin) throw new SlackError('duplicate_external_id');
    views.set(view.id, view);
    workspace.events.emit('changed');
    return view;
  };
  const isOpen = (id: string): boolean => {
    const view = views.get(id);
    if (!view) return false;
    return view.type === 'home'
      ? homes.get(view.user) === id
      : (stacks.get(view.user) ?? []).includes(id);
  };

  const bury = (user: string, ids: readonly string[]): void => {
    const all = [...ids.toReversed(), ...(graves.get(user) ?? [])];
    graves.set(user, all.slice(0, CLOSED_KEPT));
    for (const id of all.slice(CLOSED_KEPT)) views.delete(id);
    workspace.events.emit('changed');
  };
  const clear = (user: string): void => {
    const ids = stacks.get(user) ?? [];
    stacks.set(user, []);
    bury(user, ids);
  };

  const push = (user: string, modal: ModalView): View => {
    const below = stack(user);
    if (below.length >= MOST_VIEWS) throw new SlackError('push_limit_reached');
    const id = newId('V');
    const view = save({
      ...rowOf(id, user, modal),
      rootId: below[0]?.id ?? id,
      previousId: below.at(-1)?.id ?? null,
    });
    stacks.set(user, [...below.map((one) => one.id), id]);
    return view;
  };

  return {
    stack,
    closed: (user) => found(graves.get(user) ?? []),
    home(user) {
      const id = homes.get(user);
      return id === undefined ? undefined : views.get(id);
    },
    find: (id) => (isOpen(id) ? views.get(id) : undefined),
    byExternalId: (externalId) =>
      views.values().find((view) => view.externalId === externalId && isOpen(view.id)),
    open(user, modal) {
      clear(user);
      return push(user, modal);
    },
    push,
    update(id, modal, hash) {
      const before = views.get(id);
      if (!before || before.type !== 'modal' || !isOpen(id)) throw new SlackError('not_found');
      if (hash !== undefined && hash !== before.hash) throw new SlackError('hash_conflict');
      const after = rowOf(id, before.user, modal);
      return save({
        ...after,
        rootId: before.rootId,
        previousId: before.previousId,
        typed: kept(before.typed, after.blocks),
      });
    },
    publish(user, home, hash) {
      const id = homes.get(user) ?? newId('V');
      const before = views.get(id);
      if (hash !== undefined && before !== undefined && hash !== before.hash)
        throw new SlackError('hash_conflict');
      const view = save(rowOf(id, user, home));
      homes.set(user, id);
      return view;
    },
    type(id, state) {
      const view = views.get(id);
      if (!view) throw new SlackError('not_found');
      return save({ ...view, typed: merged(view.typed, state) });
    },
    close(id) {
      const user = views.get(id)?.user;
      if (user === undefined) return;
      const ids = stacks.get(user) ?? [];
      const at = ids.indexOf(id);
      if (at === -1) return;
      stacks.set(user, ids.slice(0, at));
      bury(user, ids.slice(at));
    },
    clear,
  };
}

const newHash = (): string =>
  `${Math.floor(Date.now() / 1000)}.${newId('V').slice(2).toLowerCase()}`;

function rowOf(id: string, user: string, view: ModalView | HomeView): View {
  const modal = view.type === 'modal' ? view : undefined;
  return {
    id,
    type: view.type,
    user,
    hash: newHash(),
    callbackId: view.callback_id,
    externalId: view.external_id,
    privateMetadata: view.private_metadata,
    ...(modal ? { title: modal.title } : {}),
    submit: modal?.submit ?? null,
    close: modal?.close ?? null,
    clearOnClose: modal?.clear_on_close ?? false,
    notifyOnClose: modal?.notify_on_close ?? false,
    blocks: named(view.blocks),
    rootId: id,
    previousId: null,
    typed: {},
  };
}

const merged = (one: ViewState, other: ViewState): ViewState =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((id) => [
      id,
      { ...one[id], ...other[id] },
    ]),
  );

function kept(typed: ViewState, blocks: readonly { block_id?: string | undefined }[]): ViewState {
  const ids = new Set(blocks.map((one) => one.block_id));
  return Object.fromEntries(Object.entries(typed).filter(([id]) => ids.has(id)));
}
