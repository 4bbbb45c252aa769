import type { Holder } from '../../access/assignments';
import type { Alarm } from '../../access/messages';
import { Refused, refusal } from '../../access/refused';
import type { Settled } from '../workflows/protocol';
import type { Activities, Settlement } from './contract';
import type { ActivityDeps } from './deps';
import { fencedFrom, taskFor } from './entitlements';
import { assignmentsOf, fenceAll, fits, holderOf, keyOf } from './fencing';
import { entitlementsOn, type Entitlement } from './entitlements-on';
import { only } from './facts';
import { beating, inTurns, oneAtATime, type OneAtATime } from './in-turns';
import { admit } from './revoking';
import { signInText } from './sign-in-text';

/** Changes in one attempt; the next goes on with the rest, so that nobody waits for a thousand others. */
const MOST = 40;

/**
 * Makes everybody's entitlement on one target what the ledger says it must be. Called by that target's one
 * writer only; every step is safe to repeat, and one person's failure does not stop the others'.
 */
export const assigning = (deps: ActivityDeps): Pick<Activities, 'settleAssignments'> => ({
  async settleAssignments({ target, asked, all }) {
    for (const cut of asked) {
      if (cut.seal !== undefined) await admit(deps, cut).catch(ignoreRefusal);
    }
    return beating(deps, async () => {
      const failed = new Set<string>();
      const looked = entitlementsOn(deps, target.arn);
      const isAsked = ({ live, over }: Entitlement) =>
        [...live, ...over].some(({ grantId }) => asked.some((cut) => cut.grantId === grantId));
      const refused = new Map<string, Settled>();
      const turn = oneAtATime();
      await inTurns(
        looked.filter(
          (one) => taskFor(one) === 'look' && (all || one.record === 'untouched' || isAsked(one)),
        ),
        async (one) => {
          const settled = await lookFirst(deps, one, turn);
          if (settled) refused.set(keyOf(one), settled);
        },
        (one) => failed.add(keyOf(one)),
      );

      const before = entitlementsOn(deps, target.arn);
      const unfenced = await fenceAll(deps, before);
      const due = before.filter((one) => {
        const task = taskFor(one);
        return task === 'give' || task === 'take' || (task === 'keep' && all);
      });
      const isFenced = (one: Entitlement): boolean =>
        !unfenced.accounts.has(one.target.accountId) && !unfenced.people.has(keyOf(one));
      const alarms: Alarm[] = [...unfenced.alarms];
      await inTurns(
        due.slice(0, MOST),
        async (one) => {
          // Without its fence nothing is given: its sessions would have no end by AWS's own clock.
          if (taskFor(one) !== 'take' && !isFenced(one))
            throw new Error('the fence is not written');
          const alarm = await deal(deps, one);
          if (alarm) alarms.push(alarm);
        },
        (one) => failed.add(keyOf(one)),
      );

      const after = entitlementsOn(deps, target.arn);
      for (const one of after) {
        if (failed.has(keyOf(one)) || !isFenced(one)) continue;
        if (taskFor(one) === 'leave' || taskFor(one) === 'keep' || taskFor(one) === 'look')
          recordWritten(deps, one);
      }
      const isSettled = (one: Entitlement): boolean =>
        !failed.has(keyOf(one)) &&
        isFenced(one) &&
        ['keep', 'look', 'leave'].includes(taskFor(one));
      const told = asked.flatMap((cut) => {
        const settled = answerTo(deps, after, isSettled, refused, cut.grantId);
        return settled ? [{ ...cut, settled }] : [];
      });
      const open = after.filter((one) => !isSettled(one) && !refused.has(keyOf(one)));
      return {
        told,
        rest: asked.filter(
          ({ grantId }) =>
            !told.some((cut) => cut.grantId === grantId) &&
            after.some((one) =>
              [...one.live, ...one.over].some((grant) => grant.grantId === grantId),
            ),
        ),
        again: open.length > 0,
        holds: after.some((one) => one.live.length > 0 || fencedFrom(one, deps.now())),
        ...nextIn(after),
        alarms,
      } satisfies Settlement;
    });
  },
});

/** Already there without a grant of ours that explains it: then it is not ours to take. */
async function lookFirst(
  deps: ActivityDeps,
  one: Entitlement,
  turn: OneAtATime,
): Promise<Settled | undefined> {
  try {
    const holder = await holderNow(deps, one);
    const { held, where, knownAs } = await assignmentsOf(deps, one).look(one.target, holder);
    // One after the other: each takes room that the next one must not count on.
    if (!held)
      await turn(async () => {
        const now = entitlementsOn(deps, one.target.arn);
        if (!(await fits(deps, now, one, { ...holder, knownAs }))) throw full(one);
        note(deps, one, 'assignment.intended', { emails: holder.emails, knownAs });
      });
    else if (one.record === 'untouched')
      note(deps, one, 'assignment.found', { emails: holder.emails, knownAs, where });
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return { as: 'refused', ...refusal(error) };
    throw error;
  }
}

const full = ({ target }: Entitlement): Refused =>
  new Refused(
    `${target.arn} has no room for another end: the document of its fences is full, and nothing is given without a fence.`,
    'Ask again when other grants on it are over, or for another role. An administrator can move what others wrote into its inline policy elsewhere.',
  );

async function deal(deps: ActivityDeps, one: Entitlement): Promise<Alarm | undefined> {
  switch (taskFor(one)) {
    case 'give':
      await give(deps, one);
      return undefined;
    case 'keep':
      return keep(deps, one);
    case 'take':
      await take(deps, one);
      return undefined;
    case 'look':
    case 'leave':
      return undefined;
  }
}

async function give(deps: ActivityDeps, one: Entitlement): Promise<void> {
  // Removed before and wanted again: the intent comes first, as it did the first time.
  if (one.record === 'removed') {
    const holder = await holderNow(deps, one);
    const { emails } = holder;
    const { knownAs } = await assignmentsOf(deps, one).look(one.target, holder);
    const { seq } = note(deps, one, 'assignment.intended', { emails, knownAs });
    return give(deps, { ...one, record: 'intended', seq, emails, knownAs });
  }
  const assignments = assignmentsOf(deps, one);
  const today: Holder = { id: one.person, emails: one.emails };
  await assignments.assign(one.target, today);
  const { held, where, knownAs } = await assignments.look(one.target, today);
  if (!held) throw new Error(`assigned, and not yet there ${where}`);
  note(deps, one, 'assignment.made', { emails: one.emails, knownAs, where });
}

/** Somebody took it away by hand while a grant needs it. Ending a grant is `/revoke`: it is given again, and told. */
async function keep(deps: ActivityDeps, one: Entitlement): Promise<Alarm | undefined> {
  const assignments = assignmentsOf(deps, one);
  const { held, where, gone } = await assignments.look(one.target, holderOf(one));
  // Whoever was deleted there can be given nothing; the look at people ends the grant.
  if (held || gone) return undefined;
  const grants = one.live.map(({ grantId }) => grantId).join(', ');
  const found = note(deps, one, 'drift.found', { what: 'assignment removed by hand', where });
  await assignments.assign(one.target, holderOf(one));
  note(deps, { ...one, seq: found.seq }, 'drift.restored', { what: 'assignment', where });
  // A fresh entry, so that the next time is another event.
  note(deps, { ...one, seq: found.seq }, 'assignment.made', { emails: one.emails, where });
  return {
    key: `drift:${found.seq}`,
    title: `${one.target.arn}: an assignment was removed by hand`,
    text: `It was given again ${where}, because ${grants} is live. /revoke ends a grant.`,
  };
}

async function take(deps: ActivityDeps, one: Entitlement): Promise<void> {
  const assignments = assignmentsOf(deps, one);
  await assignments.remove(one.target, holderOf(one));
  const { held, where, survives } = await assignments.look(one.target, holderOf(one));
  if (held) throw new Error(`removed, and still there ${where}`);
  const deniedFrom = fencedFrom(one, deps.now());
  note(deps, one, 'assignment.removed', {
    emails: one.emails,
    where,
    ...(deniedFrom !== undefined && { deniedFrom }),
    ...(survives && { survives: `${survives.what}, until ${survives.until}` }),
  });
}

function recordWritten(deps: ActivityDeps, one: Entitlement): void {
  for (const { grantId, requestId } of one.over) {
    deps.ledger.append({
      kind: 'end.written',
      key: `end.written:${grantId}`,
      at: deps.now().toISOString(),
      requestId,
      grantId,
      actor: 'curfew',
      data: {
        targetArn: one.target.arn,
        as: one.record,
        neededBy: one.live.map((grant) => grant.grantId),
      },
    });
  }
}

function answerTo(
  deps: ActivityDeps,
  entitlements: readonly Entitlement[],
  isSettled: (one: Entitlement) => boolean,
  refused: ReadonlyMap<string, Settled>,
  grantId: string,
): Settled | undefined {
  const written = only(deps, { key: `end.written:${grantId}` });
  if (written) return { as: 'written', writtenAt: written.at };
  const one = entitlements.find(({ live }) => live.some((grant) => grant.grantId === grantId));
  if (!one) return undefined;
  const no = refused.get(keyOf(one));
  if (no) return no;
  if (!isSettled(one)) return undefined;
  return {
    as: one.record === 'permanent' ? 'permanent' : 'held',
    signIn: signInText(deps.catalog, one),
  };
}

/** The next instant at which the clock alone changes what must be. */
function nextIn(entitlements: readonly Entitlement[]): { nextAt?: string } {
  const [nextAt] = entitlements.flatMap(({ liveUntil }) => liveUntil).toSorted();
  return nextAt === undefined ? {} : { nextAt };
}

const note = (
  deps: ActivityDeps,
  { target, mechanism, person, seq, live }: Entitlement,
  kind:
    | 'assignment.found'
    | 'assignment.intended'
    | 'assignment.made'
    | 'assignment.removed'
    | 'drift.found'
    | 'drift.restored',
  more: Record<string, string | string[]>,
) =>
  deps.ledger.append({
    kind,
    key: `${kind}:${target.arn}:${target.accountId}:${person}:${seq}`,
    at: deps.now().toISOString(),
    actor: 'curfew',
    data: {
      targetArn: target.arn,
      account: target.accountId,
      region: target.region,
      mechanism,
      person,
      grants: live.map(({ grantId }) => grantId),
      ...more,
    },
  });

/** Who it is today, asked when something is given. Taking away uses what stands on record. */
async function holderNow(deps: ActivityDeps, { person }: Entitlement): Promise<Holder> {
  const found = await deps.directory.person(person);
  if (!found?.active)
    throw new Refused('This person is not active in the directory.', 'Ask an administrator.');
  return { id: found.id, emails: found.emails };
}

function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof Refused)) throw error;
}
