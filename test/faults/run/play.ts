import { setTimeout as pause } from 'node:timers/promises';
import type { Message } from '../../../bench/stack';
import { LEAVER, SECURITY } from './company';
import type { Evidence, HandedOut, PartEvidence } from './evidence';
import * as hands from './hands';
import { injuriesOf, type Injuries } from './injure';
import { bringHome, lastLook, lookAtAccess, type Looked } from './looking';
import type { Part, Plan } from './plan';
import { relay, type Relay } from './relay';
import { entryOf, type Site } from './site';
import { changeLeaver, signIn } from './standing';
import * as terminals from './terminal';

const LOOK_EVERY_MS = 3_000;
/** One session a minute: the same is handed out until then. */
const MINT_AGAIN_MS = 62_000;

/** One request of a scenario while it is played. */
interface Playing extends Looked {
  reason: string;
  injuries: Injuries;
  /** To the second request of the scenario, or from the first. */
  relay: Relay;
  /** Puts a session where its grant is looked at. */
  keep: (session: HandedOut) => void;
}

/** Plays a scenario from its first word to its last look, and brings home what was seen. */
export async function play(site: Site, plan: Plan): Promise<Evidence> {
  const evidence: Evidence = {
    plan,
    parts: plan.parts.map(nothingSeen),
    injuries: [],
    startedAt: new Date().toISOString(),
    endedAt: '',
  };
  const injuries = injuriesOf(site, plan, evidence.injuries);
  // What goes wrong goes wrong in the first part; the second one meets it.
  const none = injuriesOf(site, { ...plan, injuries: [] }, []);
  const between = relay();
  const keep = (session: HandedOut): void => {
    evidence.parts.find(({ requestId }) => requestId === session.requestId)?.sessions.push(session);
  };
  const all = () =>
    Promise.all(
      evidence.parts.map((seen, nth) =>
        playPart({
          site,
          part: seen.part,
          seen,
          reason: `scenario ${plan.seed}.${nth}`,
          injuries: nth === 0 ? injuries : none,
          relay: between,
          keep,
        }),
      ),
    );
  if (!plan.parts.some(isSecond)) {
    between.begin();
    between.over();
  }
  const leaving = plan.parts[0].ending === 'leaves' && plan.parts[0].who === LEAVER;
  await (leaving ? site.turn('who leaves', all) : all());
  await injuries.healed();
  evidence.endedAt = new Date().toISOString();
  return evidence;
}

const nothingSeen = (part: Part): PartEvidence => ({
  part,
  requestId: undefined,
  grantId: undefined,
  wasActive: false,
  ledger: [],
  uses: [],
  sessions: [],
  messages: [],
  said: [],
  inVain: [],
  history: undefined,
  mintedTooLate: [],
});

async function playPart(playing: Playing): Promise<void> {
  const { site, part, seen } = playing;
  try {
    if (part.ending === 'leaves') await changeLeaver(site, true);
    // Until somebody has looked at it, the same person has no other.
    const reached = await (part.story === 'break-glass'
      ? site.turn(`emergencies of ${part.who}`, () => begin(playing))
      : begin(playing));
    if (reached) await hold(playing, reached).catch((error: unknown) => inVain(seen, error));
    if (seen.requestId !== undefined) await lastLook(playing, seen.requestId);
  } catch (error) {
    inVain(seen, error);
  }
  if (isSecond(part)) playing.relay.over();
  await bringHome(playing);
}

/** It is looked at to its end all the same. */
function inVain(seen: PartEvidence, error: unknown): void {
  seen.inVain.push(error instanceof Error ? error.message : String(error));
}

const isSecond = ({ extends: extending, story }: Part): boolean =>
  extending === true || story === 'barred';

/** Access is there: with a terminal, when one connected. */
interface Reached {
  requestId: string;
  terminal: terminals.Terminal | undefined;
}

/** From the first word until access is there. Undefined when it never was. */
async function begin(playing: Playing): Promise<Reached | undefined> {
  const { seen, injuries } = playing;
  try {
    injuries.at('asking');
    const requestId = await open(playing);
    if (isSecond(playing.part)) playing.relay.begin();
    if (requestId === 'over') return undefined;
    seen.requestId = requestId;
    injuries.at('deciding', requestId);
    return await tellStory(playing, requestId);
  } catch (error) {
    inVain(seen, error);
    return undefined;
  } finally {
    if (isSecond(playing.part)) playing.relay.begin();
    else playing.relay.arrive(undefined);
  }
}

async function open({ site, part, reason, relay: { arrived } }: Playing): Promise<string> {
  if (!isSecond(part)) return hands.ask(site, part, reason);
  const first = await arrived;
  if (!first) return 'over';
  return part.extends
    ? hands.extend(site, first.requestId, part, reason)
    : hands.ask(site, part, reason);
}

async function tellStory(playing: Playing, requestId: string): Promise<Reached | undefined> {
  const { site, part } = playing;
  switch (part.story) {
    case 'silence':
    case 'barred':
      return undefined;
    case 'withdrawn':
      await hands.withdraw(site, requestId, part);
      return undefined;
    case 'denied':
      await hands.deny(site, requestId, part.approvers[0] ?? '');
      return undefined;
    case 'half-silence':
      await hands.approve(site, requestId, part.approvers[0] ?? '');
      return undefined;
    case 'own-vote':
      await hands.pressApprove(site, requestId, part.who);
      return reach(playing, requestId);
    case 'granted':
      return reach(playing, requestId);
    case 'break-glass': {
      const reached = await reach(playing, requestId);
      if (!reached) playing.relay.arrive(undefined);
      await playing.relay.ended;
      if (entryOf(site, requestId, 'breakglass.used'))
        await hands.reviewBreakGlass(site, requestId, SECURITY);
      return reached;
    }
  }
}

async function reach(playing: Playing, requestId: string): Promise<Reached | undefined> {
  const { site, part, seen, injuries } = playing;
  for (const by of part.approvers) await hands.approve(site, requestId, by);
  if (part.ending === 'revoke-at-once') {
    injuries.at('ending', requestId);
    await hands.revoke(site, requestId, part);
    return undefined;
  }
  const active = await hands.becomesActive(site, requestId, part);
  if (active === 'over') return undefined;
  seen.wasActive = true;
  injuries.at('connecting', requestId);
  const terminal = await terminalOf(playing, requestId, active);
  if (terminal === 'over') return undefined;
  const session = terminal
    ? await terminals.mint(site, requestId, terminal)
    : await signIn(site, requestId, part);
  if (session === 'over') return undefined;
  if (session) playing.keep(session);
  await lookAtAccess(playing);
  injuries.at('using', requestId);
  const reached = { requestId, terminal };
  if (!isSecond(part)) playing.relay.arrive(reached);
  return reached;
}

/** Its own, or that of the access that it extends: nobody connects it again. */
async function terminalOf(
  { site, part, relay: { arrived } }: Playing,
  requestId: string,
  active: Message,
): Promise<terminals.Terminal | 'over' | undefined> {
  if (!part.connects) return undefined;
  const carried = part.extends ? (await arrived)?.terminal : undefined;
  return carried ?? terminals.connect(site, requestId, part, active);
}

async function hold(playing: Playing, { requestId, terminal }: Reached): Promise<void> {
  const { site, part, injuries } = playing;
  await playing.relay.begun;
  const began = Date.now();
  const holdMs = part.ending === 'natural' ? Infinity : part.holdSeconds * 1000;
  let mintedAt = Date.now();
  const mayGoOn = () =>
    Date.now() < began + holdMs &&
    !hands.isEnding(site, requestId) &&
    !hands.isWindowOver(site, requestId);
  while (mayGoOn()) {
    await lookAtAccess(playing);
    if (terminal && Date.now() - mintedAt > MINT_AGAIN_MS) {
      const again = await terminals.mint(site, requestId, terminal);
      if (again !== 'over') playing.keep(again);
      mintedAt = Date.now();
    }
    await pause(Math.min(LOOK_EVERY_MS, Math.max(200, began + holdMs - Date.now())));
  }
  injuries.at('ending', requestId);
  await bringToEnd(playing, requestId, terminal);
}

async function bringToEnd(
  { site, part, seen }: Playing,
  requestId: string,
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
      await changeLeaver(site, false);
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
