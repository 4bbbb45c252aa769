import type { LedgerEntry } from '../../access/ledger';
import { Refused } from '../../access/refused';
import type { Activities } from './contract';
import { decideAgain } from './deciding';
import type { ActivityDeps } from './deps';
import { onCallFor } from './on-call';
import { factsOf, liveGrants, openedGrant, seenOf, type LiveGrant } from './facts';

/** Looked at together: the directory has limits. */
const AT_ONCE = 4;

type LookDeps = Pick<ActivityDeps, 'catalog' | 'directory' | 'ledger' | 'recheck' | 'rota'>;

/** Looks at everybody with a live grant, and decides nothing. */
export const lookingAtPeople = (deps: LookDeps): Pick<Activities, 'lookAtPeople'> => ({
  async lookAtPeople({ only }) {
    const live = liveGrants(deps).filter((grant) => only?.includes(behind(grant)) ?? true);
    const people = [...Map.groupBy(live, behind)];
    const faults: unknown[] = [];
    for (let start = 0; start < people.length; start += AT_ONCE) {
      const turn = people.slice(start, start + AT_ONCE);
      const looked = await Promise.allSettled(turn.map(([id, grants]) => look(deps, id, grants)));
      faults.push(...looked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : [])));
    }
    // Those who could be seen are served; for the others the attempt is made again.
    if (faults.length > 0) throw faults[0];
  },
});

/** Ends grants whose holder has lost the right to them. */
export const watching = (
  deps: ActivityDeps,
): Pick<Activities, 'lookAtPeople' | 'stillEntitled'> => ({
  ...lookingAtPeople(deps),

  async stillEntitled({ requestId, requestSeal, reviewSeals }) {
    const grant = openedGrant(deps, requestId);
    const before = lastSeen(deps, grant.grantId);
    const verdict = await decide(deps, requestSeal, reviewSeals);
    deps.ledger.append({
      kind: 'grant.rechecked',
      // One entry for each look that differed from the one before, however often it is told.
      key: `grant.rechecked:${grant.grantId}:${before?.seq ?? 0}`,
      at: deps.now().toISOString(),
      requestId,
      grantId: grant.grantId,
      actor: 'curfew',
      data: { ...verdict, policyHash: deps.policy.hash },
    });
    return verdict;
  },
});

/** Whose facts it hangs on: its holder's, or those of who answers for what holds it. */
const behind = ({ person, accountable }: LiveGrant): string => accountable ?? person;

async function look(deps: LookDeps, id: string, grants: readonly LiveGrant[]): Promise<void> {
  const person = await deps.directory.person(id);
  for (const { grantId, requestId, role } of grants) {
    const [seen] = await onCallFor(deps, deps.catalog.role(role) ?? {}, person ? [person] : []);
    if (lastSeen(deps, grantId)?.data['seen'] !== seenOf(seen)) await deps.recheck(requestId);
  }
}

async function decide(
  deps: ActivityDeps,
  requestSeal: string,
  reviewSeals: readonly string[],
): Promise<{ allowed: true; seen: string } | { allowed: false; because: string }> {
  try {
    const about = await factsOf(deps, requestSeal);
    await decideAgain(deps, about, reviewSeals);
    return { allowed: true, seen: seenOf(about.requester) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { allowed: false, because: error.because };
  }
}

const lastSeen = (deps: Pick<ActivityDeps, 'ledger'>, grantId: string): LedgerEntry | undefined =>
  deps.ledger.entries({ grantId, kinds: ['grant.activated', 'grant.rechecked'] }).at(-1);
