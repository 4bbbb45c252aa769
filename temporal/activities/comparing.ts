import type { Alarm } from '../../access/messages';
import type { Target } from '../../access/session';
import type { Activities } from './contract';
import type { ActivityDeps } from './deps';
import { only, openedGrant } from './facts';
import { neededOn, STILL_NEEDED_MS } from './revoking';
import { standingValve } from './valve-record';

/** What AWS holds beside what the record says it should. */
export const comparing = (deps: ActivityDeps): Pick<Activities, 'compareLists'> => ({
  async compareLists() {
    const alarms: Alarm[] = [];
    for (const target of targetsCut(deps)) {
      const alarm = await compare(deps, target);
      if (alarm) alarms.push(alarm);
    }
    return alarms;
  },
});

/** Roles on which something is cut whose sessions could still be alive. */
function targetsCut(deps: ActivityDeps): Target[] {
  const since = new Date(deps.now().getTime() - STILL_NEEDED_MS).toISOString();
  const targets = deps.ledger
    .entries({ kinds: ['end.written'], since })
    .flatMap(({ requestId }) => (requestId === undefined ? [] : [openedGrant(deps, requestId)]))
    .filter(({ mechanism }) => mechanism === 'role-session')
    .map(({ target }) => target);
  return [...new Map(targets.map((target) => [target.arn, target])).values()];
}

/** Entries that were written and read back once, are needed, and are not there: somebody took them out. */
async function compare(deps: ActivityDeps, target: Target): Promise<Alarm | undefined> {
  const { grantIds, issuedBefore } = await deps.revocations.read(target);
  const valve = standingValve(deps, target.arn);
  const missing = neededOn(deps, target, [])
    .map(({ grantId }) => grantId)
    .filter((grantId) => !grantIds.includes(grantId))
    .filter((grantId) => only(deps, { key: `end.written:${grantId}` }) !== undefined);
  if (valve && !issuedBefore.includes(valve.issuedBefore))
    missing.push(`everything issued before ${valve.issuedBefore}`);
  // Its workflow may be gone, and nobody would look any more.
  else if (valve?.isAwaited) await deps.reconcileList(target);
  if (missing.length === 0) return undefined;
  const written = deps.ledger
    .entries({ kinds: ['revocations.written'] })
    .findLast(({ data }) => data['targetArn'] === target.arn);
  const found = deps.ledger.append({
    kind: 'drift.found',
    // Once for each time that it was written: the next write makes the next removal another event.
    key: `drift.found:${target.arn}:${written?.seq ?? 0}`,
    at: deps.now().toISOString(),
    actor: 'curfew',
    data: {
      what: 'entries of the revocation list removed by hand',
      targetArn: target.arn,
      missing,
    },
  });
  await deps.reconcileList(target);
  return {
    key: `drift:${found.seq}`,
    title: `${target.arn}: its revocation list was changed by somebody else`,
    text:
      `${missing.join(', ')} had been cut and could work again, until their sessions end by themselves. ` +
      'Curfew writes the list anew now. If Terraform or another tool manages the inline policies of this role, take jit-revocations out of it.',
  };
}
