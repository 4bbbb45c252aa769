import { setTimeout as pause } from 'node:timers/promises';
import { accessWorkflowId } from '../../../temporal/workflows/protocol';
import { LEAVER } from './company';
import type { Evidence, HandedOut, PartEvidence } from './evidence';
import * as hands from './hands';
import { injuriesOf, type Injuries } from './injure';
import type { Part, Plan } from './plan';
import { entryOf, type Site } from './site';
import * as terminals from './terminal';

const LOOK_EVERY_MS = 3_000;
/** One session a minute: the same is handed out until then. */
const MINT_AGAIN_MS = 62_000;
/** Whatever was down, taking back comes to its end within this. */
const ENDS_WITHIN_MS = 300_000;
const TOLD_WITHIN_MS = 150_000;

/** Plays a scenario from its first word to its last look, and brings home what was seen. */
export async function play(site: Site, plan: Plan): Promise<Evidence> {
  const evidence: Evidence = {
    plan,
    parts: [],
    injuries: [],
    startedAt: new Date().toISOString(),
    endedAt: '',
  };
  const injuries = injuriesOf(site, plan, evidence.injuries);
  // What goes wrong goes wrong in the first part; the second one meets it.
  const none = injuriesOf(site, { ...plan, injuries: [] }, []);
  const all = plan.parts.map((part, nth) =>
    playPart(site, part, `scenario ${plan.seed}.${nth}`, nth === 0 ? injuries : none),
  );
  const leaving = plan.parts[0].ending === 'leaves' && plan.parts[0].who === LEAVER;
  evidence.parts = await (leaving
    ? site.turn('who leaves', () => Promise.all(all.map((start) => start())))
    : Promise.all(all.map((start) => start())));
  await injuries.healed();
  evidence.endedAt = new Date().toISOString();
  return evidence;
}

const playPart =
  (site: Site, part: Part, reason: string, injuries: Injuries) =>
  async (): Promise<PartEvidence> => {
    const seen: PartEvidence = {
      part,
      requestId: undefined,
      grantId: undefined,
      ledger: [],
      uses: [],
      sessions: [],
      messages: [],
      said: [],
      inVain: [],
      history: undefined,
      mintedTooLate: [],
    };
    try {
      if (part.ending === 'leaves') await isEmployed(site, true);
      injuries.at('asking');
      const requestId = await hands.ask(site, part, reason);
      seen.requestId = requestId;
      injuries.at('deciding', requestId);
      await tellStory(site, part, requestId, seen, injuries).catch((error: unknown) => {
        // It is looked at to its end all the same.
        seen.inVain.push(error instanceof Error ? error.message : String(error));
      });
      await lastLook(site, part, requestId, seen, injuries);
    } catch (error) {
      seen.inVain.push(error instanceof Error ? error.message : String(error));
    }
    await bringHome(site, part, seen);
    return seen;
  };

async function tellStory(
  site: Site,
  part: Part,
  requestId: string,
  seen: PartEvidence,
  injuries: Injuries,
): Promise<void> {
  switch (part.story) {
    case 'silence':
      return;
    case 'withdrawn':
      await hands.withdraw(site, requestId, part);
      return;
    case 'denied':
      await hands.deny(site, requestId, part.approvers[0] ?? '');
      return;
    case 'half-silence':
      await hands.approve(site, requestId, part.approvers[0] ?? '');
      return;
    case 'own-vote':
      await hands.pressApprove(site, requestId, part.who);
      await useGrant(site, part, requestId, seen, injuries);
      return;
    case 'granted':
      await useGrant(site, part, requestId, seen, injuries);
      return;
  }
}

async function useGrant(
  site: Site,
  part: Part,
  requestId: string,
  seen: PartEvidence,
  injuries: Injuries,
): Promise<void> {
  for (const by of part.approvers) await hands.approve(site, requestId, by);
  if (part.ending === 'revoke-at-once') {
    injuries.at('ending', requestId);
    await hands.revoke(site, requestId, part);
    return;
  }
  const active = await hands.becomesActive(site, requestId, part);
  if (active === 'over') return;
  injuries.at('connecting', requestId);
  const terminal = part.connects
    ? await terminals.connect(site, requestId, part, active)
    : undefined;
  if (terminal === 'over') return;
  const began = Date.now();
  if (terminal) {
    const session = await terminals.mint(site, requestId, terminal);
    if (session === 'over') return;
    seen.sessions.push(session);
    await use(site, requestId, seen, session);
  }
  injuries.at('using', requestId);
  const holdMs = part.ending === 'natural' ? Infinity : part.holdSeconds * 1000;
  let mintedAt = Date.now();
  const mayGoOn = () =>
    !injuries.disowned &&
    Date.now() < began + holdMs &&
    !hands.isEnding(site, requestId) &&
    !hands.isWindowOver(site, requestId);
  while (mayGoOn()) {
    await useAll(site, requestId, seen);
    if (terminal && Date.now() - mintedAt > MINT_AGAIN_MS) {
      const again = await terminals.mint(site, requestId, terminal);
      if (again !== 'over') seen.sessions.push(again);
      mintedAt = Date.now();
    }
    await pause(Math.min(LOOK_EVERY_MS, Math.max(200, began + holdMs - Date.now())));
  }
  if (injuries.disowned) return;
  injuries.at('ending', requestId);
  await bringToEnd(site, part, requestId, seen, terminal);
}

async function bringToEnd(
  site: Site,
  part: Part,
  requestId: string,
  seen: PartEvidence,
  terminal: terminals.Terminal | undefined,
): Promise<void> {
  switch (part.ending) {
    case 'natural':
    case 'revoke-at-once':
      return;
    case 'end':
      await hands.endNow(site, requestId, part);
      return;
    case 'terminal':
      if (terminal) await terminals.endFromTerminal(site, requestId, terminal);
      else await hands.endNow(site, requestId, part);
      return;
    case 'revoke':
      await hands.revoke(site, requestId, part);
      return;
    case 'cut-person':
    case 'cut-role':
      await hands.cutMany(site, requestId, part);
      return;
    case 'leaves': {
      await isEmployed(site, false);
      const before = lastIntent(site, requestId);
      if (terminal) await terminals.refusedMint(terminal).catch(() => undefined);
      const after = lastIntent(site, requestId);
      if (after > before) seen.mintedTooLate.push(`entry ${after}, minted after they had left`);
      return;
    }
  }
}

const lastIntent = ({ ledger }: Site, requestId: string): number =>
  ledger.entries({ requestId, kinds: ['mint.intended'] }).at(-1)?.seq ?? 0;

/** Waits until it is over and everybody is told, looking all the time. */
async function lastLook(
  site: Site,
  part: Part,
  requestId: string,
  seen: PartEvidence,
  injuries: Injuries,
): Promise<void> {
  const windowMs = part.minutes * 60_000;
  const isDone = async (): Promise<true | undefined> => {
    await listen(site, part, requestId, seen);
    await useAll(site, requestId, seen);
    if (injuries.disowned) return hands.isWindowOver(site, requestId) || undefined;
    return hands.isClosed(site, requestId) || undefined;
  };
  await hands.persist('it comes to an end', isDone, windowMs + ENDS_WITHIN_MS);
  await useAll(site, requestId, seen);
  if (injuries.disowned) return;
  const isTold = async (): Promise<true | undefined> => {
    await listen(site, part, requestId, seen);
    const mine = await messagesAbout(site, part, requestId);
    const kinds = mine.map(({ metadata }) => metadata?.kind);
    const last = ['ended', 'denied', 'withdrawn', 'expired', 'refused'];
    const quiet = mine.every(({ buttons }) => buttons.length === 0);
    return (quiet && kinds.some((kind) => last.includes(kind ?? ''))) || undefined;
  };
  // What is missing then is for the invariants to say.
  await hands.persist('everybody is told', isTold, TOLD_WITHIN_MS).catch(() => undefined);
  await useAll(site, requestId, seen);
}

/** The chat is read before the record, so what it says must be on record by then. */
async function listen(
  site: Site,
  part: Part,
  requestId: string,
  seen: PartEvidence,
): Promise<void> {
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

async function useAll(site: Site, requestId: string, seen: PartEvidence): Promise<void> {
  for (const session of seen.sessions) await use(site, requestId, seen, session);
}

async function use(
  site: Site,
  requestId: string,
  seen: PartEvidence,
  { keys, fence }: HandedOut,
): Promise<void> {
  const isObserved = entryOf(site, requestId, 'end.observed') !== undefined;
  const from = site.awsNow();
  const answer = await terminals.tryOn(`${site.curfew.url}/sandbox/aws`, keys);
  const to = site.awsNow();
  const wasAsked = entryOf(site, requestId, 'end.asked') !== undefined;
  // Seen denied past its fence; then AWS's clock was set back before it, which no clock of AWS's does.
  const wasObserved = isObserved && !(site.awsClockTurned() && to < fence);
  const { accessKeyId } = keys;
  seen.uses.push({ accessKeyId, fence, from, to, answer, wasObserved, wasAsked });
}

async function isEmployed({ curfew }: Site, active: boolean): Promise<void> {
  const answer = await fetch(`${curfew.url}/sandbox/directory/person`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: `${LEAVER.toLowerCase()}@curfew.example`, active }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function bringHome(site: Site, part: Part, seen: PartEvidence): Promise<void> {
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
