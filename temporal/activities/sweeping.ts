import type { ChatUser } from '../../access/chat-user';
import type { LedgerKind } from '../../access/ledger';
import type { MessageRef, Notice } from '../../access/messages';
import { isOver } from '../../access/states';
import { isWorkloadUser } from '../../access/workload';
import type { Shown } from '../workflows/protocol';
import type { Activities, Lost } from './contract';
import type { ActivityDeps } from './deps';
import { chatUserOf, only, openedGrant, textIn } from './facts';
import { isLast, lastWord, outcomeOnRecord, overCard, type Outcome } from './last-word';

/** The longest that a request may wait for its reviewers is 7 days; older ones were looked at before. */
const LOOK_BACK_MS = 8 * 86_400_000;
/** A request on record runs already; the engine may need a moment to say so. */
const YOUNG_MS = 60_000;
const AT_ONCE = 10;
/** One try of a post, which goes on when its workflow was stopped. */
const ON_ITS_WAY_MS = 15_000;
/** Of sweeps that were begun before they noted when. */
const LONG_AGO = '1970-01-01T00:00:00.000Z';
/** In one run; the next goes on. More at once is not an accident of one workflow. */
const MOST = 100;

/** How far back a story is looked at that was stopped between its end and its last message. */
const TELL_BACK_MS = 86_400_000;

/** With any of these a request or its grant is over. */
const CLOSED: readonly LedgerKind[] = [
  'request.denied',
  'request.refused',
  'request.withdrawn',
  'request.expired',
  'grant.ended',
];
/** After any of these a request waits for nobody. */
const DECIDED: readonly LedgerKind[] = [...CLOSED, 'grant.activated'];

/** What is on record as open while its workflow does not run. The engine's lists are never authority. */
export const sweeping = (
  deps: ActivityDeps,
): Pick<Activities, 'lookForLost' | 'readLost' | 'repaintLost'> => {
  /** Looked at since this process began: over, and told or being told. */
  const told = new Set<string>();
  return {
    async lookForLost() {
      const open = [...openGrants(deps), ...openRequests(deps)];
      const over = justOver(deps).filter((requestId) => !told.has(requestId));
      const all = [...open, ...over.filter((requestId) => !open.includes(requestId))];
      let found = 0;
      for (let start = 0; start < all.length && found < MOST; start += AT_ONCE) {
        const some = all.slice(start, start + AT_ONCE);
        const stand = await Promise.all(some.map((requestId) => deps.storyStands(requestId)));
        const lost = some.filter((requestId, index) =>
          open.includes(requestId) ? stand[index] !== 'runs' : stand[index] === 'stopped',
        );
        await Promise.all(
          lost.map((requestId) =>
            deps.startSweep(requestId, open.includes(requestId) ? 'open' : 'over'),
          ),
        );
        for (const [index, requestId] of some.entries())
          if (stand[index] !== 'runs' && !open.includes(requestId)) told.add(requestId);
        found += lost.length;
      }
    },

    async readLost({ requestId }) {
      const opened = only(deps, { key: `request.opened:${requestId}` });
      const stands = await deps.storyStands(requestId);
      if (!opened || stands === 'runs') return { stage: 'over' };
      // With its history gone nobody can say what it had shown: then it is left.
      const asTold: Lost = { stage: stands === 'stopped' ? 'untold' : 'over' };
      const what = textIn(opened, 'role');
      const alarm = {
        key: `lost:${requestId}`,
        requestId,
        title: `${what}: the workflow of a request was stopped`,
      };
      const [activated] = deps.ledger.entries({ requestId, kinds: ['grant.activated'], limit: 1 });
      if (activated === undefined) {
        if (isDecided(deps, requestId)) return asTold;
        const text = 'Nothing was granted. The request is closed; whoever needs it can ask again.';
        return { stage: 'ungranted', alarm: { ...alarm, text } };
      }
      const grant = openedGrant(deps, requestId);
      if (only(deps, { key: `grant.ended:${grant.grantId}` })) return asTold;
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

    async repaintLost({ requestId, note, foundAt = LONG_AGO }) {
      const outcome = outcomeOnRecord(deps, requestId);
      const requester = chatUserOf(only(deps, { key: `request.opened:${requestId}` })?.actor ?? '');
      const shown = await placed(deps, { requestId, foundAt }, requester);
      for (const message of shown) {
        if ('notice' in message)
          await repaintNotice(deps, message.at, message.notice, outcome.state);
        else if (!isOver(message.card.state))
          await deps.messenger.repaintCard(message.at, overCard(message.card, outcome, note));
      }
      if (!requester || isWorkloadUser(requester)) return;
      if (shown.some((one) => 'notice' in one && isLast(one.notice))) return;
      const card = shown.flatMap((message) => ('card' in message ? [message.card] : []))[0];
      const notice = lastWord(deps, { requestId, requester, outcome, card, note });
      // A sweep that the engine has forgotten may have told it.
      if (await deps.messenger.find({ to: requester, notice })) return;
      await deps.messenger.tell(requester, notice);
    },
  };
};

/** Requests whose window was opened and not closed, whatever was asked since. */
const openGrants = (deps: ActivityDeps): string[] =>
  deps.ledger
    .entries({ kinds: ['grant.activated'], unless: ['grant.ended'] })
    .flatMap(({ requestId }) => requestId ?? []);

/** Requests that came to their end not long ago: their workflow may have been stopped before it had told of it. */
const justOver = (deps: ActivityDeps): string[] =>
  deps.ledger
    .entries({
      kinds: CLOSED,
      since: new Date(deps.now().getTime() - TELL_BACK_MS).toISOString(),
    })
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
  { requestId, foundAt }: { requestId: string; foundAt: string },
  requester: ChatUser | undefined,
): Promise<Placed[]> {
  const found: Placed[] = [];
  for (const message of await deps.lastShown(requestId)) {
    const at = message.at ?? (await whereIs(deps, message, requester));
    if (at) found.push({ ...message, at });
    else if (mayBeOnItsWay(deps, foundAt))
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

const mayBeOnItsWay = (deps: ActivityDeps, foundAt: string): boolean =>
  Date.parse(foundAt) + ON_ITS_WAY_MS > deps.now().getTime();

async function repaintNotice(
  deps: ActivityDeps,
  at: MessageRef,
  notice: Notice,
  state: Outcome['state'],
): Promise<void> {
  if (notice.kind === 'active')
    await deps.messenger.repaintNotice(at, { ...notice, state: 'ended' });
  if (notice.kind === 'waiting' || notice.kind === 'held-up')
    await deps.messenger.repaintNotice(at, { ...notice, outcome: notice.outcome ?? state });
}
