import { sameChatUser, type ChatUser } from '../../access/chat-user';
import type { LedgerEntry, NewLedgerEntry } from '../../access/ledger';
import { Links } from '../../access/links';
import type { Person } from '../../access/person';
import { Refused } from '../../access/refused';
import { sameEmail } from '../../access/email';
import type { Target } from '../../access/session';
import type { CutStatement } from '../../access/statement';
import type { Cut } from '../workflows/protocol';
import type { Activities } from './contract';
import { coveredBy, isOfMachine, type Answering, type Covered } from './covering';
import { decidedKey, planIn, plannedIn } from './cut-plan';
import { lookAtCut } from './cut-progress';
import type { ActivityDeps } from './deps';
import { askedEntry } from './ending';
import {
  chatActor,
  chatUserOf,
  ENDING,
  identifyOrNobody,
  lastFenceOf,
  only,
  openedGrant,
  textIn,
} from './facts';

/** Ends asked in one transaction, and workflows told in one activity. */
const BATCH = 200;
/** People looked up at once. */
const AT_ONCE = 10;

/** Cutting many grants at once: decided, asked, told. Only the plan on record says what is cut. */
export const cutting = (
  deps: ActivityDeps,
): Pick<
  Activities,
  'planCut' | 'askCutEnds' | 'tellCutLists' | 'tellCutGrants' | 'lookAtCut' | 'closeCut' | 'readEnd'
> => ({
  async planCut({ cutSeal }) {
    const said = await deps.edge.verify(cutSeal, 'cut');
    const asked = {
      kind: 'cut.asked' as const,
      key: `cut.asked:${said.cutId}`,
      at: said.at,
      actor: chatActor(said.by),
      data: { ...whatIn(said), reason: said.reason },
    };
    deps.ledger.append(asked);
    const known = only(deps, { key: decidedKey(said.cutId) });
    if (known) return planIn(known, deps.lateAfterMinutes);
    try {
      return planIn(await decide(deps, said), deps.lateAfterMinutes);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { because, wouldPass } = error;
      const refused = deps.ledger.append({
        ...asked,
        kind: 'cut.refused',
        key: decidedKey(said.cutId),
        at: deps.now().toISOString(),
        data: { ...asked.data, because, ...(wouldPass !== undefined && { wouldPass }) },
      });
      return planIn(refused, deps.lateAfterMinutes);
    }
  },

  async askCutEnds({ cutId, from }) {
    const { decided, requestIds } = plannedIn(deps, cutId);
    const batch = requestIds.slice(from, from + BATCH);
    deps.ledger.appendAll(batch.flatMap((id) => endOf(deps, decided, id)));
    // A grant may have been opened by a decision that did not see the first pass: it sees the second.
    deps.ledger.appendAll(batch.flatMap((id) => endOf(deps, decided, id)));
    return from + batch.length < requestIds.length ? { next: from + batch.length } : {};
  },

  async tellCutLists({ cutId }) {
    const byRole = new Map<string, { target: Target; cuts: Cut[] }>();
    for (const requestId of plannedIn(deps, cutId).requestIds) {
      if (only(deps, { key: `grant.opened:${requestId}` }) === undefined) continue;
      const { grantId, target } = openedGrant(deps, requestId);
      const lastFence = lastFenceOf(deps, grantId);
      if (lastFence === undefined || Date.parse(lastFence) <= deps.now().getTime()) continue;
      if (only(deps, { key: `end.written:${grantId}` })) continue;
      const told = byRole.get(target.arn) ?? { target, cuts: [] };
      told.cuts.push({ requestId, grantId });
      byRole.set(target.arn, told);
    }
    await Promise.all(
      [...byRole.values()].map(({ target, cuts }) => deps.tellRevocationList(target, ...cuts)),
    );
  },

  async tellCutGrants({ cutId, from }) {
    const { requestIds } = plannedIn(deps, cutId);
    const batch = requestIds.slice(from, from + BATCH);
    const gone: string[] = [];
    for (let index = 0; index < batch.length; index += AT_ONCE) {
      const some = batch.slice(index, index + AT_ONCE).filter((id) => !isOver(deps, id));
      const told = await Promise.all(some.map((id) => deps.tellEndAsked(id)));
      gone.push(...some.filter((_, nth) => !told[nth]));
    }
    // Whoever goes on in their place also tells their people.
    const lost = gone.filter((id) => only(deps, { key: `grant.opened:${id}` }) !== undefined);
    await Promise.all(lost.map((id) => deps.startSweep(id, 'open')));
    return from + batch.length < requestIds.length ? { next: from + BATCH } : {};
  },

  lookAtCut: async ({ cutId }) => lookAtCut(deps, cutId),

  async closeCut({ cutId, total, overAt }) {
    const at = overAt ?? deps.now().toISOString();
    const key = `cut.ended:${cutId}`;
    deps.ledger.append({ kind: 'cut.ended', key, at, actor: 'curfew', data: { total } });
  },

  async readEnd({ requestId }) {
    const grantId = only(deps, { key: `grant.opened:${requestId}` })?.grantId;
    const asked =
      only(deps, { key: `end.asked:${grantId ?? ''}` }) ??
      only(deps, { key: `request.closed:${requestId}` });
    if (asked === undefined) return undefined;
    const by = chatUserOf(asked.actor);
    const { reason } = asked.data;
    return {
      ...(by !== undefined && { by }),
      ...(typeof reason === 'string' && { reason }),
    };
  },
});

const whatIn = ({ what }: CutStatement): { of: string; person?: string; role?: string } => ({
  of: what.of,
  ...(what.of === 'person' && { person: chatActor(what.person) }),
  ...(what.of === 'role' && { role: what.role }),
});

/** Who may, and what exactly falls. Throws {@link Refused}; the answer is on record either way. */
async function decide(deps: ActivityDeps, said: CutStatement): Promise<LedgerEntry> {
  const by = await deps.people.identify(said.by);
  const at = deps.now();
  if (said.what.of === 'all') {
    const all = deps.policy.mayRevokeAll({ by, at: at.toISOString() });
    if (all.verdict !== 'grant')
      throw new Refused(
        all.because.join(' '),
        `/revoke <@${said.by.user}> ends all of your own; /revoke asks for one grant.`,
      );
    return record(deps, said, coveredBy(deps, said.what, at, NOBODY), []);
  }
  const { what } = said;
  const answering = what.of === 'person' ? await answeringFor(deps, what.person) : NOBODY;
  const covered = coveredBy(deps, what, at, answering);
  const judged = await judge(deps, said, by, covered);
  const mine = covered.filter(({ requestId }) => judged.get(requestId) === undefined);
  const leftOut = sentences(covered, judged);
  if (mine.length === 0 && covered.length > 0)
    throw new Refused(leftOut.join(' '), 'Everyone may end all of their own.');
  return record(deps, said, mine, leftOut);
}

const NOBODY: Answering = { person: undefined, machines: [] };

/**
 * Who this is by the record, and else by the directory: whoever left is not known there, and their machines still fall.
 */
async function answeringFor(deps: ActivityDeps, user: ChatUser): Promise<Answering> {
  const linked = new Links(deps.ledger).personOf(user);
  const person =
    linked === undefined
      ? await identifyOrNobody(deps, user)
      : ((await deps.directory.person(linked)) ?? nobodyNow(linked));
  return {
    person: person?.id,
    machines: deps.catalog.workloads
      .filter(
        ({ accountable }) =>
          accountable === person?.id ||
          person?.emails.some((email) => sameEmail(email, accountable)),
      )
      .map(({ id }) => id),
  };
}

const record = (
  deps: ActivityDeps,
  said: CutStatement,
  covered: readonly Covered[],
  leftOut: string[],
): LedgerEntry =>
  deps.ledger.append({
    kind: 'cut.decided',
    key: decidedKey(said.cutId),
    at: deps.now().toISOString(),
    actor: chatActor(said.by),
    data: {
      requestIds: covered.map(({ requestId }) => requestId),
      ofMachines: covered.filter(isOfMachine).map(({ requestId }) => requestId),
      leftOut,
      reason: said.reason,
      at: said.at,
      policyHash: deps.policy.hash,
    },
  });

/** Why the speaker may not cut each of these; undefined when they may. */
async function judge(
  deps: ActivityDeps,
  said: CutStatement,
  by: Person,
  covered: readonly Covered[],
): Promise<Map<string, string | undefined>> {
  const others = covered.filter(({ requester }) => !sameChatUser(requester, said.by));
  const holders = await peopleOf(deps, others);
  const at = deps.now().toISOString();
  return new Map(
    others.map(({ requestId, person, role }) => {
      const holder = holders.get(person ?? '') ?? nobodyNow(person ?? 'somebody unknown');
      const { verdict, because } = deps.policy.mayRevoke({ by, holder, role, at });
      return [requestId, verdict === 'grant' ? undefined : because.join(' ')];
    }),
  );
}

async function peopleOf(
  deps: ActivityDeps,
  covered: readonly Covered[],
): Promise<Map<string, Person>> {
  const ids = [...new Set(covered.flatMap(({ person }) => person ?? []))];
  const found = new Map<string, Person>();
  for (let index = 0; index < ids.length; index += AT_ONCE) {
    const people = await Promise.all(
      ids.slice(index, index + AT_ONCE).map((id) => deps.directory.person(id)),
    );
    for (const person of people) if (person) found.set(person.id, person);
  }
  return found;
}

const nobodyNow = (id: string): Person => ({
  id,
  name: id,
  emails: [],
  groups: [],
  active: false,
});

/** "2 on prod-admin: No rule lets …", each reason once. */
function sentences(
  covered: readonly Covered[],
  judged: ReadonlyMap<string, string | undefined>,
): string[] {
  const counts = new Map<string, number>();
  for (const { requestId, role } of covered) {
    const because = judged.get(requestId);
    const line = `on ${role}: ${because}`;
    if (because !== undefined) counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => `${count} ${line}`);
}

/** What is appended so that this request comes to nothing any more; nothing when it is over already. */
function endOf(deps: ActivityDeps, decided: LedgerEntry, requestId: string): NewLedgerEntry[] {
  const by = chatUserOf(decided.actor);
  const reason = textIn(decided, 'reason');
  const at = textIn(decided, 'at');
  if (only(deps, { key: `grant.opened:${requestId}` })) {
    const grant = openedGrant(deps, requestId);
    const isEnding = ENDING.some((kind) => only(deps, { key: `${kind}:${grant.grantId}` }));
    return isEnding ? [] : [askedEntry(deps, grant, 'revoke', by && { by, reason, at })];
  }
  return [
    {
      kind: 'request.denied',
      key: `request.closed:${requestId}`,
      at,
      requestId,
      actor: decided.actor,
      data: { note: 'Cut before it was decided.', reason },
    },
  ];
}

function isOver(deps: ActivityDeps, requestId: string): boolean {
  const grantId = only(deps, { key: `grant.opened:${requestId}` })?.grantId;
  const ends = [
    `grant.ended:${grantId ?? ''}`,
    ...(grantId ? [`request.closed:${requestId}`] : []),
  ];
  return ends.some((key) => only(deps, { key }) !== undefined);
}
