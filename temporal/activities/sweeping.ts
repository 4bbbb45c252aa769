import type { ChatUser } from '../../access/chat-user';
import type { LedgerKind } from '../../access/ledger';
import type { MessageRef, Notice } from '../../access/messages';
import type { Shown } from '../workflows/protocol';
import type { Activities } from './contract';
import type { ActivityDeps } from './deps';
import { chatUserOf, only, openedGrant, textIn } from './facts';

/** The longest that a request may wait for its reviewers is 7 days; older ones were looked at before. */
const LOOK_BACK_MS = 8 * 86_400_000;
/** A request on record runs already; the engine may need a moment to say so. */
const YOUNG_MS = 60_000;
const AT_ONCE = 10;
/** One try of a post, which goes on when its workflow was stopped. */
const ON_ITS_WAY_MS = 15_000;
/** In one run; the next goes on. More at once is not an accident of one workflow. */
const MOST = 100;

/** After any of these a request waits for nobody. */
const DECIDED: readonly LedgerKind[] = [
  'request.denied',
  'request.refused',
  'request.withdrawn',
  'request.expired',
  'grant.activated',
  'grant.ended',
];

/** What is on record as open while its workflow does not run. The engine's lists are never authority. */
export const sweeping = (
  deps: ActivityDeps,
): Pick<Activities, 'lookForLost' | 'readLost' | 'repaintLost'> => ({
  async lookForLost() {
    const open = [...openGrants(deps), ...openRequests(deps)];
    let found = 0;
    for (let start = 0; start < open.length && found < MOST; start += AT_ONCE) {
      const some = open.slice(start, start + AT_ONCE);
      const runs = await Promise.all(some.map((requestId) => deps.storyRuns(requestId)));
      const lost = some.filter((_, index) => !runs[index]);
      await Promise.all(lost.map((requestId) => deps.startSweep(requestId)));
      found += lost.length;
    }
  },

  async readLost({ requestId }) {
    const opened = only(deps, { key: `request.opened:${requestId}` });
    if (!opened || (await deps.storyRuns(requestId))) return { stage: 'over' };
    const what = textIn(opened, 'role');
    const alarm = {
      key: `lost:${requestId}`,
      requestId,
      title: `${what}: the workflow of a request was stopped`,
    };
    const [activated] = deps.ledger.entries({ requestId, kinds: ['grant.activated'], limit: 1 });
    if (activated === undefined) {
      if (isDecided(deps, requestId)) return { stage: 'over' };
      const text = 'Nothing was granted. The request is closed; whoever needs it can ask again.';
      return { stage: 'ungranted', alarm: { ...alarm, text } };
    }
    const grant = openedGrant(deps, requestId);
    if (only(deps, { key: `grant.ended:${grant.grantId}` })) return { stage: 'over' };
    const until = textIn(activated, 'until');
    return {
      stage: 'granted',
      grantId: grant.grantId,
      role: grant.role,
      target: grant.target,
      standing: grant.mechanism !== 'role-session',
      how: Date.parse(until) <= deps.now().getTime() ? 'natural' : 'lost',
      lateAfterMinutes: deps.lateAfterMinutes,
      alarm: {
        ...alarm,
        grantId: grant.grantId,
        text: `Its grant was live until ${until}. Curfew takes it back now; somebody with access to Temporal stopped it.`,
      },
    };
  },

  async repaintLost({ requestId, note }) {
    const [ended] = deps.ledger.entries({ requestId, kinds: ['grant.ended'], limit: 1 });
    const state = ended ? 'ended' : 'expired';
    const requester = chatUserOf(only(deps, { key: `request.opened:${requestId}` })?.actor ?? '');
    const shown = await placed(deps, requestId, requester);
    for (const message of shown) {
      if ('card' in message)
        await deps.messenger.repaintCard(message.at, { ...message.card, state, note });
      else await repaintNotice(deps, message.at, message.notice, state);
    }
    const last = lastNotice(deps, requestId, shown, note);
    if (requester && last) await deps.messenger.tell(requester, last);
  },
});

/** Requests whose window was opened and not closed, whatever was asked since. */
const openGrants = (deps: ActivityDeps): string[] =>
  deps.ledger
    .entries({ kinds: ['grant.activated'], unless: ['grant.ended'] })
    .flatMap(({ requestId }) => requestId ?? []);

/** Requests that nobody has answered yet. */
function openRequests(deps: ActivityDeps): string[] {
  const now = deps.now().getTime();
  return deps.ledger
    .entries({ kinds: ['request.opened'], since: new Date(now - LOOK_BACK_MS).toISOString() })
    .filter(({ recordedAt }) => Date.parse(recordedAt) < now - YOUNG_MS)
    .flatMap(({ requestId }) =>
      requestId === undefined || isDecided(deps, requestId) ? [] : [requestId],
    );
}

const isDecided = (deps: ActivityDeps, requestId: string): boolean =>
  deps.ledger.entries({ requestId, kinds: DECIDED, limit: 1 }).length > 0;

type Placed = Shown & { at: MessageRef };

/**
 * What stands in the chat. The workflow may have been stopped while it posted: then the message is looked for, for as
 * long as it may still be on its way.
 */
async function placed(
  deps: ActivityDeps,
  requestId: string,
  requester: ChatUser | undefined,
): Promise<Placed[]> {
  const found: Placed[] = [];
  for (const message of await deps.lastShown(requestId)) {
    const at = message.at ?? (await whereIs(deps, message, requester));
    if (at) found.push({ ...message, at });
    else if (mayBeOnItsWay(deps, requestId))
      throw new Error('a message of the stopped workflow may still be on its way');
  }
  return found;
}

const whereIs = async (
  { messenger }: ActivityDeps,
  message: Shown,
  to: ChatUser | undefined,
): Promise<MessageRef | undefined> =>
  'card' in message
    ? messenger.find(message)
    : to && messenger.find({ to, notice: message.notice });

function mayBeOnItsWay(deps: ActivityDeps, requestId: string): boolean {
  const found = only(deps, { key: `alarm.raised:lost:${requestId}` });
  return !found || Date.parse(found.at) + ON_ITS_WAY_MS > deps.now().getTime();
}

async function repaintNotice(
  deps: ActivityDeps,
  at: MessageRef,
  notice: Notice,
  state: 'ended' | 'expired',
): Promise<void> {
  if (notice.kind === 'active')
    await deps.messenger.repaintNotice(at, { ...notice, state: 'ended' });
  if (notice.kind === 'waiting' || notice.kind === 'held-up')
    await deps.messenger.repaintNotice(at, { ...notice, outcome: notice.outcome ?? state });
}

/** What the requester reads at the end; undefined when they have read it. */
function lastNotice(
  deps: ActivityDeps,
  requestId: string,
  shown: readonly Shown[],
  note: string,
): Notice | undefined {
  if (shown.some((one) => 'notice' in one && LAST.includes(one.notice.kind))) return undefined;
  const card = shown.flatMap((message) => ('card' in message ? [message.card] : []))[0];
  const [ended] = deps.ledger.entries({ requestId, kinds: ['grant.ended'], limit: 1 });
  const grantId = ended?.grantId;
  const about = {
    requestId,
    ...(card ? { role: card.role, account: card.account } : asAsked(deps, requestId)),
    ...(grantId !== undefined && { grantId }),
  };
  if (ended === undefined || grantId === undefined)
    return card
      ? { ...about, kind: 'expired', rule: card.rule }
      : { ...about, kind: 'refused', because: note, wouldPass: 'Ask again with /request-access.' };
  const at = (kind: string) => only(deps, { key: `${kind}:${grantId}` })?.at;
  const writtenAt = at('end.written');
  return {
    ...about,
    kind: 'ended',
    how: 'lost',
    statement: `${note} ${textIn(ended, 'statement')}`,
    askedAt: at('end.asked') ?? ended.at,
    ...(writtenAt !== undefined && { writtenAt }),
    observedAt: at('end.observed') ?? ended.at,
  };
}

/** In the requester's own words, where no card ever stood. */
function asAsked(deps: ActivityDeps, requestId: string): Pick<Notice, 'role' | 'account'> {
  const opened = only(deps, { key: `request.opened:${requestId}` });
  const role = opened ? textIn(opened, 'role') : '';
  return { role: { id: role, title: role }, account: { id: '', name: '', env: '' } };
}

const LAST: readonly Notice['kind'][] = ['ended', 'expired', 'denied', 'refused', 'withdrawn'];
