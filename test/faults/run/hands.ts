import { hasButton, type Message } from '../../../bench/stack';
import { BUTTONS } from '../../../bot/surface';
import { PEOPLE } from '../../../sandbox/people';
import type { Part } from './plan';
import { click, command, fillIn, persist, submit } from './pressing';
import { entryOf, type Site } from './site';

/** A whole machine at work: what a person sees may come a while after the press. */
const SHOWN_WITHIN_MS = 8_000;

/** Requests access until it is on record; resolves with the request's id. */
export async function ask(site: Site, part: Part, reason: string): Promise<string> {
  const { who, role, minutes, story } = part;
  const name = '/request-access';
  const isEmergency = story === 'break-glass' || story === 'barred';
  await fillIn(site, who, {
    name,
    open: () =>
      command(site, who, name, isEmergency ? `--break-glass ${role} ${minutes}m ${reason}` : ''),
    values: { Role: role, Duration: `${minutes}m`, Reason: reason },
  });
  return persist('the request is opened', async () => openedFor(site, reason));
}

/** Presses Extend on access that is there; `over` when it was over before. Resolves with the new request's id. */
export async function extend(
  site: Site,
  before: string,
  { who, minutes }: Part,
  reason: string,
): Promise<string> {
  const sent = await fillIn(site, who, {
    name: BUTTONS.extend,
    open: async () => {
      const active = await messageOf(site, who, before, 'active');
      if (!active) throw new Error('there is nothing to extend');
      return click(site, who, BUTTONS.extend, active);
    },
    values: { Duration: `${minutes}m`, Reason: reason },
    isInVain: () => isOver(site, before),
  });
  // Though it seemed to be in vain, it may have been heard.
  if (sent === 'in vain') return openedFor(site, reason) ?? 'over';
  return persist('the extension is opened', async () => openedFor(site, reason));
}

const openedFor = ({ ledger }: Site, reason: string): string | undefined =>
  ledger.entries({ kinds: ['request.opened'] }).find(({ data }) => data['reason'] === reason)
    ?.requestId;

/** Looks at a break-glass of somebody else, until that is on record. */
export const reviewBreakGlass = (site: Site, requestId: string, by: string): Promise<string> =>
  persist(`${by} reviews the break-glass`, async () => {
    if (entryOf(site, requestId, 'breakglass.reviewed')) return 'heard';
    const task = await messageOf(site, by, requestId, 'task');
    if (task && hasButton(task, BUTTONS.justified)) await click(site, by, BUTTONS.justified, task);
    return undefined;
  });

/** Presses Approve, until it is on record that it counted, or it is too late. */
export const approve = (site: Site, requestId: string, by: string): Promise<string> => {
  const before = reviewsOn(site, requestId);
  return persist(`${by} approves`, async () => {
    if (reviewsOn(site, requestId) > before) return 'heard';
    return (await pressApprove(site, requestId, by)) ? undefined : 'too late';
  });
};

/** Once; false when there is no such button any more, or never will be. */
export async function pressApprove(site: Site, requestId: string, by: string): Promise<boolean> {
  const card = await persist(`${by} sees the card`, async () => {
    const shown = await messageOf(site, by, requestId, 'card');
    return shown ?? (isClosed(site, requestId) ? 'never came' : undefined);
  });
  if (card === 'never came' || !hasButton(card, BUTTONS.approve)) return false;
  await click(site, by, BUTTONS.approve, card);
  return true;
}

export const deny = (site: Site, requestId: string, by: string): Promise<string> =>
  persist(`${by} denies`, async () => {
    if (entryOf(site, requestId, 'request.reviewed')) return 'heard';
    const card = await messageOf(site, by, requestId, 'card');
    if (!card) return isClosed(site, requestId) ? 'too late' : undefined;
    if (!hasButton(card, BUTTONS.deny)) return 'too late';
    await site.turn(by, async () => {
      await click(site, by, BUTTONS.deny, card);
      await submit(site, by, { Reason: 'not today' });
    });
    return undefined;
  });

export const withdraw = (site: Site, requestId: string, { who }: Part): Promise<string> =>
  persist(`${who} withdraws`, async () => {
    if (isClosed(site, requestId)) return 'heard';
    const waiting = await messageOf(site, who, requestId, 'waiting');
    if (waiting && hasButton(waiting, BUTTONS.withdraw))
      await click(site, who, BUTTONS.withdraw, waiting);
    return undefined;
  });

/** The message that says how to sign in; `over` when it is over before. */
export const becomesActive = (
  site: Site,
  requestId: string,
  { who }: Part,
): Promise<Message | 'over'> =>
  persist('the grant becomes active', async () => {
    if (isOver(site, requestId)) return 'over';
    const active = await messageOf(site, who, requestId, 'active');
    return active && hasButton(active, BUTTONS.end_now) ? active : undefined;
  });

export const endNow = (site: Site, requestId: string, { who }: Part): Promise<string> =>
  persist(`${who} ends it`, async () => {
    if (isOver(site, requestId)) return 'heard';
    const active = await messageOf(site, who, requestId, 'active');
    if (active && hasButton(active, BUTTONS.end_now))
      await click(site, who, BUTTONS.end_now, active);
    return undefined;
  });

export const revoke = (site: Site, requestId: string, { revoker }: Part): Promise<string> =>
  persist(`${revoker} revokes`, async () => {
    if (isOver(site, requestId)) return 'heard';
    const grantId = entryOf(site, requestId, 'grant.opened')?.grantId ?? '';
    await site.turn(revoker, async () => {
      await command(site, revoker, '/revoke');
      await submit(site, revoker, { Grant: grantId, Reason: 'practice' });
    });
    return undefined;
  });

/** Cuts everything of the holder, or everything on the role: whoever else has something there loses it, too. */
export const cutMany = (
  site: Site,
  requestId: string,
  { revoker, who, role, ending }: Part,
): Promise<string> =>
  persist(`${revoker} cuts many at once`, async () => {
    if (isOver(site, requestId)) return 'heard';
    const holder = PEOPLE.find(({ name }) => name.startsWith(who))?.name ?? who;
    const text = ending === 'cut-role' ? `role ${role} practice` : `@${holder} practice`;
    await site.turn(revoker, async () => {
      await command(site, revoker, '/revoke', text);
      await submit(site, revoker, {});
    });
    return undefined;
  });

/** The code that Connect shows to this person for this grant. */
export const connectCode = (
  site: Site,
  who: string,
  active: Message,
): Promise<string | undefined> =>
  site.turn(who, async () => {
    const { modal } = await click(site, who, BUTTONS.connect, active);
    const shown = codeIn(modal?.text ?? '');
    if (shown !== undefined) return shown;
    const later = async () => codeIn(await site.curfew.modal(who));
    return persist('the code is shown', later, SHOWN_WITHIN_MS);
  });

const codeIn = (text: string): string | undefined =>
  /curfew connect (g-[a-z2-7]{10}-[a-z2-7]{16})/.exec(text)?.[1];

export async function confirmWords(
  site: Site,
  who: string,
  requestId: string,
  words: string,
): Promise<void> {
  const active = await messageOf(site, who, requestId, 'active');
  if (active?.text.includes(words) === true && hasButton(active, BUTTONS.confirm_words))
    await click(site, who, BUTTONS.confirm_words, active);
}

/** Nothing can be done with this grant any more, or its end is near by itself. */
export const isOver = (site: Site, requestId: string): boolean =>
  isEnding(site, requestId) || isWindowOver(site, requestId);

export function isWindowOver(site: Site, requestId: string): boolean {
  const until = entryOf(site, requestId, 'grant.activated')?.data['until'];
  return typeof until === 'string' && Date.parse(until) <= site.awsNow();
}

/** Is the end of this grant asked for on record, or was there never going to be one? */
export const isEnding = (site: Site, requestId: string): boolean =>
  entryOf(site, requestId, 'end.asked') !== undefined || isClosed(site, requestId);

export const isClosed = (site: Site, requestId: string): boolean =>
  entryOf(
    site,
    requestId,
    'grant.ended',
    'request.denied',
    'request.withdrawn',
    'request.expired',
    'request.refused',
  ) !== undefined;

/** The one message of this kind about this request that a person sees. */
export const messageOf = async (
  site: Site,
  who: string,
  requestId: string,
  kind: string,
): Promise<Message | undefined> =>
  (await site.eyes(who)).find(
    ({ metadata }) => metadata?.requestId === requestId && metadata.kind === kind,
  );

const reviewsOn = ({ ledger }: Site, requestId: string): number =>
  ledger.entries({ requestId, kinds: ['request.reviewed'] }).length;
