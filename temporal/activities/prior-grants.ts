import type { PriorGrant } from '../../access/decision';
import type { LedgerEntry } from '../../access/ledger';
import { liveGrants, only, textIn, type OnRecord } from './facts';

/**
 * Every live grant, and every break-glass that is not reviewed, opened before this request's own. The
 * order on record decides between two that began at the same time, and it is the same at every look.
 */
export function grantsBefore(deps: OnRecord & { now(): Date }, requestId: string): PriorGrant[] {
  const own = only(deps, { key: `grant.opened:${requestId}` })?.seq ?? Infinity;
  const openedOf = (id: string | undefined): LedgerEntry | undefined =>
    only(deps, { key: `grant.opened:${id}` });
  const isEarlier = (opened: LedgerEntry | undefined): boolean => (opened?.seq ?? 0) < own;
  const live = liveGrants(deps).flatMap(({ requestId: id, person, role, from, until }) => {
    const opened = openedOf(id);
    const breakGlass = opened?.data['breakGlass'] === true;
    const reviewed = only(deps, { key: `breakglass.reviewed:${id}` }) !== undefined;
    const grant = { person, role, from, until, state: 'active', breakGlass, reviewed };
    return isEarlier(opened) ? [grant] : [];
  });
  return [
    ...live,
    // Whether it was reviewed is said below.
    ...beingTakenBack(deps)
      .filter(isEarlier)
      .map((entry) => ({ ...asGrant('ending')(entry), reviewed: true })),
    ...beingOpened(deps).filter(isEarlier).map(asGrant('activating')),
    ...unreviewed(deps)
      .filter(({ requestId: id }) => isEarlier(openedOf(id)))
      .map(asGrant('ended')),
  ];
}

/** Used, and nobody has looked at it yet; live or over. */
export const unreviewed = (deps: OnRecord): LedgerEntry[] =>
  deps.ledger.entries({ kinds: ['breakglass.used'], unless: ['breakglass.reviewed'] });

/** Given, and not yet made ready: it takes its place already. */
const beingOpened = (deps: OnRecord): LedgerEntry[] =>
  deps.ledger
    .entries({ kinds: ['grant.opened'], unless: ['grant.activated', 'end.asked', 'grant.ended'] })
    .filter(({ data }) => data['breakGlass'] === true)
    .filter(({ requestId }) => !only(deps, { key: `request.closed:${requestId}` }));

/** A break-glass whose end was asked: until that was seen it may still be alive, whatever its window says. */
const beingTakenBack = (deps: OnRecord & { now(): Date }): LedgerEntry[] =>
  deps.ledger
    .entries({ kinds: ['grant.activated'], unless: ['end.observed', 'grant.ended'] })
    .filter(({ grantId }) => only(deps, { key: `end.asked:${grantId}` }) !== undefined)
    .flatMap(({ requestId }) => only(deps, { key: `grant.opened:${requestId}` }) ?? [])
    .filter(({ data }) => data['breakGlass'] === true)
    .map((opened) => ({ ...opened, data: { ...opened.data, until: soon(deps) } }));

/** Later than any instant that is asked about now. */
const soon = (deps: { now(): Date }): string =>
  new Date(deps.now().getTime() + 60_000).toISOString();

const asGrant =
  (state: string) =>
  (entry: LedgerEntry): PriorGrant => ({
    person: textIn(entry, 'person'),
    role: textIn(entry, 'role'),
    from: entry.at,
    until: textIn(entry, 'until'),
    state,
    breakGlass: true,
    reviewed: false,
  });
