import { accessWorkflowId } from '../../../temporal/workflows/protocol';
import { staleIn } from '../invariants/invariant';
import { isStanding } from './company';
import type { HandedOut, PartEvidence, Use } from './evidence';
import * as hands from './hands';
import type { Part } from './plan';
import { persist } from './pressing';
import { entryOf, type Site } from './site';
import { besides, lookAtHolder } from './standing';
import * as terminals from './terminal';

/** Whatever was down, taking back comes to its end within this. */
const ENDS_WITHIN_MS = 300_000;
const TOLD_WITHIN_MS = 150_000;
const LAST = ['ended', 'denied', 'withdrawn', 'expired', 'refused'];

/** One request of a scenario, and what was seen of it. */
export interface Looked {
  site: Site;
  part: Part;
  seen: PartEvidence;
}

/** Tries every session that was handed out for it, and looks who holds what stands by itself. */
export async function lookAtAccess({ site, part, seen }: Looked): Promise<void> {
  const { requestId } = seen;
  if (requestId === undefined) return;
  for (const session of seen.sessions) await use(site, part, requestId, seen, session);
  if (!isStanding(part.role) || !entryOf(site, requestId, 'grant.activated')) return;
  if (!seen.wasActive && !hands.isClosed(site, requestId)) return;
  await around(site, part, requestId, seen, false, () => lookAtHolder(site, requestId, part));
}

const use = (
  site: Site,
  part: Part,
  requestId: string,
  seen: PartEvidence,
  { keys, fence }: HandedOut,
): Promise<void> =>
  around(site, part, requestId, seen, true, async () => ({
    what: keys.accessKeyId,
    fence,
    answer: await terminals.tryOn(`${site.curfew.url}/sandbox/aws`, keys),
  }));

/** Looks, between two looks at the record and at AWS's clock. */
async function around(
  site: Site,
  part: Part,
  requestId: string,
  seen: PartEvidence,
  endsByClock: boolean,
  look: () => Promise<Pick<Use, 'what' | 'fence' | 'answer'>>,
): Promise<void> {
  const before = besides(site, requestId, part);
  const wasObserved = entryOf(site, requestId, 'end.observed') !== undefined;
  const from = site.awsNow();
  const looked = await look();
  const to = site.awsNow();
  const wasAsked = entryOf(site, requestId, 'end.asked') !== undefined;
  seen.uses.push({
    ...looked,
    endsByClock,
    besides: before ?? besides(site, requestId, part),
    from,
    to,
    wasObserved,
    wasAsked,
  });
}

/** Waits until it is over and everybody is told, looking all the time. */
export async function lastLook(looked: Looked, requestId: string): Promise<void> {
  const { site, part } = looked;
  const windowMs = part.minutes * 60_000;
  const isDone = async (): Promise<true | undefined> => {
    await listen(looked, requestId);
    await lookAtAccess(looked);
    // Whatever else its workflow may have said: what was live is over when that is on record.
    const isLive = entryOf(site, requestId, 'grant.activated') !== undefined;
    const isOver = isLive
      ? entryOf(site, requestId, 'grant.ended') !== undefined
      : hands.isClosed(site, requestId);
    return isOver || undefined;
  };
  await persist('it comes to an end', isDone, windowMs + ENDS_WITHIN_MS);
  await lookAtAccess(looked);
  const isTold = async (): Promise<true | undefined> => {
    await listen(looked, requestId);
    const mine = await messagesAbout(site, part, requestId);
    const kinds = mine.map(({ metadata }) => metadata?.kind);
    const quiet = mine.every(({ buttons }) => staleIn(buttons).length === 0);
    const loud = entryOf(site, requestId, 'breakglass.reviewed') && !kinds.includes('reviewed');
    // The chat may have failed when it was first posted: it comes later then, when all is over.
    const awaited = entryOf(site, requestId, 'grant.opened') && !kinds.includes('card');
    const hasLast = kinds.some((kind) => LAST.includes(kind ?? ''));
    return (quiet && !loud && !awaited && hasLast) || undefined;
  };
  // What is missing then is for the invariants to say.
  await persist('everybody is told', isTold, TOLD_WITHIN_MS).catch(() => undefined);
  await lookAtAccess(looked);
}

/** The chat is read before the record, so what it says must be on record by then. */
async function listen({ site, part, seen }: Looked, requestId: string): Promise<void> {
  if (seen.said.length > 0) return;
  const spoken = (await messagesAbout(site, part, requestId)).find(
    ({ text, metadata }) =>
      metadata?.kind === 'ended' ||
      // "Being ended …, not yet seen denied" is what a card says before.
      (metadata?.kind === 'card' && /· (Ended|Revoked)\b/.test(text)),
  );
  if (!spoken) return;
  const wasObserved = entryOf(site, requestId, 'end.observed') !== undefined;
  seen.said.push({ requestId, text: spoken.text, wasObserved });
}

const messagesAbout = async (site: Site, { who }: Part, requestId: string) =>
  (await site.eyes(who)).filter(({ metadata }) => metadata?.requestId === requestId);

export async function bringHome({ site, part, seen }: Looked): Promise<void> {
  const { requestId } = seen;
  if (requestId === undefined) return;
  seen.ledger = site.ledger.entries({ requestId });
  seen.grantId = seen.ledger.find(({ kind }) => kind === 'grant.opened')?.grantId;
  seen.messages = await messagesAbout(site, part, requestId);
  seen.history = await historyOf(site, requestId);
}

/** Timers and activities in the order in which they began; undefined when nothing is kept of it. */
async function historyOf(site: Site, requestId: string): Promise<string[] | undefined> {
  try {
    const handle = site.temporal.workflow.getHandle(accessWorkflowId(requestId));
    const { events } = await handle.fetchHistory();
    return (events ?? []).flatMap((event) => {
      const activity = event.activityTaskScheduledEventAttributes?.activityType?.name;
      if (activity) return [`activity ${activity}`];
      const summary = event.userMetadata?.summary?.data;
      if (!event.timerStartedEventAttributes) return [];
      return [`timer ${summary ? Buffer.from(summary).toString('utf8') : ''}`];
    });
  } catch {
    return undefined;
  }
}
