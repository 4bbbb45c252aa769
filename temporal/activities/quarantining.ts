import { z } from 'zod';
import type { NewLedgerEntry } from '../../access/ledger';
import type { MessageRef } from '../../access/messages';
import type { Quarantine } from '../../access/quarantine';
import { Refused } from '../../access/refused';
import type { RemovalStatement } from '../../access/statement';
import { assignmentsOf } from './fencing';
import type { Activities } from './contract';
import type { ActivityDeps } from './deps';
import { mayRevoke } from './ending';
import { entitlementsOn, type Entitlement } from './entitlements-on';
import { chatActor, only, openedGrant, sealKey } from './facts';
import { lookUntilGone } from './looking-for-standing';
import {
  closedKey,
  findingOn,
  foundTogether,
  isClosed,
  removingKey,
  type Finding,
} from './quarantine-record';

/**
 * What becomes of access that nobody asked for. Only what the record says opens, removes or closes anything: an id
 * that is not on it is nobody's, and a removal counts only while the record is as it was when it was found.
 */
export const quarantining = (
  deps: ActivityDeps,
): Pick<
  Activities,
  | 'readQuarantine'
  | 'settleQuarantine'
  | 'judgeRemoval'
  | 'observeRemoval'
  | 'showQuarantine'
  | 'repaintQuarantine'
> => ({
  readQuarantine: async ({ quarantineId }) => {
    const finding = findingOn(deps, quarantineId);
    return finding && { quarantine: shown(deps, finding), lateAfterMinutes: deps.lateAfterMinutes };
  },

  async settleQuarantine({ quarantineId }) {
    const finding = required(deps, quarantineId);
    const { quarantine } = finding;
    if (quarantine.standing.stage !== 'open') return quarantine;
    const one = entitlementOf(deps, finding);
    if (one && one.live.length > 0) close(deps, finding, 'kept', neededBy(one));
    else if (one?.seq !== finding.of || !(await isHeld(deps, finding)))
      close(deps, finding, 'gone');
    else if (isDue(deps, quarantine) && !isHeldBack(deps, quarantine)) await remove(deps, finding);
    return shown(deps, required(deps, quarantineId));
  },

  async judgeRemoval({ quarantineId, removalSeal }) {
    const said = await deps.edge.verify(removalSeal, 'removal');
    const finding = required(deps, quarantineId);
    try {
      if (said.quarantineId !== quarantineId)
        throw new Refused('This was said of something else that nobody asked for.');
      await requireMay(deps, finding, said);
      requireUnasked(deps, finding, removalSeal);
      await remove(deps, finding, { said, seal: removalSeal });
    } catch (error) {
      if (error instanceof Refused) recordRefused(deps, finding, said, removalSeal, error.because);
      throw error;
    }
  },

  async observeRemoval({ quarantineId }) {
    const finding = required(deps, quarantineId);
    if (isClosed(finding.quarantine)) return finding.quarantine;
    await deps.reconcileList(finding.target);
    const grant = openedGrant(deps, finding.quarantine.requestId);
    const seen = await lookUntilGone(deps, { ...grant, target: finding.target });
    const one = entitlementOf(deps, finding);
    if (one && one.live.length > 0) close(deps, finding, 'kept', neededBy(one));
    else close(deps, finding, 'removed', seen.statement, seen.observedAt);
    return required(deps, quarantineId).quarantine;
  },

  async showQuarantine(to, quarantine) {
    const place = (to === 'holder' ? quarantine.holder : undefined) ?? quarantine.channel;
    const key = `quarantine.shown:${quarantine.quarantineId}:${to}`;
    const before = only(deps, { key });
    // A workflow that was terminated had shown it already: the same message goes on.
    if (before) {
      const at = ref.parse(before.data);
      await deps.messenger.repaintQuarantine(at, quarantine);
      return at;
    }
    const at = await deps.messenger.showQuarantine(place, quarantine);
    append(deps, { kind: 'quarantine.shown', key, data: { ...at } });
    return at;
  },

  repaintQuarantine: (at, quarantine) => deps.messenger.repaintQuarantine(at, quarantine),
});

const ref = z.object({ channel: z.string(), ts: z.string() }) satisfies z.ZodType<MessageRef>;

function required(deps: ActivityDeps, quarantineId: string): Finding {
  const finding = findingOn(deps, quarantineId);
  if (!finding) throw new Refused('There is nothing of this on record.');
  return finding;
}

/** With what only the configuration of now can say. */
const shown = (deps: ActivityDeps, { quarantine }: Finding): Quarantine =>
  quarantine.standing.stage === 'open' && isHeldBack(deps, quarantine)
    ? { ...quarantine, standing: { stage: 'held' } }
    : quarantine;

/** Many at once look like a mistake of ours, such as a record that lost its end: none goes without a person. */
export const isHeldBack = (deps: ActivityDeps, quarantine: Quarantine): boolean => {
  const { deadlineSeconds, removalsPerRun } = deps.catalog.drift;
  return foundTogether(deps, quarantine, deadlineSeconds) > removalsPerRun;
};

const isDue = (deps: ActivityDeps, { removeAt }: Quarantine): boolean =>
  Date.parse(removeAt) <= deps.now().getTime();

const entitlementOf = (deps: ActivityDeps, finding: Finding): Entitlement | undefined =>
  entitlementsOn(deps, finding.target.arn).find(
    ({ person, target }) =>
      person === finding.person &&
      (finding.mechanism === 'group' || target.accountId === finding.target.accountId),
  );

const neededBy = ({ live }: Entitlement): string =>
  `${live.map(({ grantId, until }) => `${grantId} needs it until ${until}`).join(' and ')}.`;

async function isHeld(deps: ActivityDeps, finding: Finding): Promise<boolean> {
  const holders = await assignmentsOf(deps, finding).holders(finding.target);
  return holders.some(({ id, foreign }) => !foreign && id === finding.person);
}

/** Asked: from this entry on it is ours to take, and the target's one writer takes it. */
async function remove(
  deps: ActivityDeps,
  finding: Finding,
  by?: { said: RemovalStatement; seal: string },
): Promise<void> {
  const { quarantineId } = finding.quarantine;
  append(deps, {
    kind: 'quarantine.removing',
    key: removingKey(quarantineId),
    ...(by && { actor: chatActor(by.said.by) }),
    data: {
      ...ofTarget(finding),
      deniedFrom: deps.now().toISOString(),
      ...(by ? { by: { ...by.said.by }, seal: sealKey(by.seal) } : { because: 'deadline' }),
    },
  });
  await deps.reconcileList(finding.target);
}

function close(
  deps: ActivityDeps,
  finding: Finding,
  as: 'removed' | 'kept' | 'gone',
  statement = '',
  at = deps.now().toISOString(),
): void {
  const { deniedFrom } = entitlementOf(deps, finding) ?? {};
  append(deps, {
    kind: `quarantine.${as}`,
    key: closedKey(finding.quarantine.quarantineId),
    at,
    data: { ...ofTarget(finding), ...(deniedFrom !== undefined && { deniedFrom }), statement },
  });
}

const ofTarget = ({ target, mechanism, person, of, quarantine }: Finding) => ({
  targetArn: target.arn,
  account: target.accountId,
  region: target.region,
  mechanism,
  person,
  of,
  quarantine: quarantine.quarantineId,
});

const append = (
  deps: ActivityDeps,
  entry: Pick<NewLedgerEntry, 'kind' | 'key' | 'data'> & Partial<NewLedgerEntry>,
) => deps.ledger.append({ at: deps.now().toISOString(), actor: 'curfew', ...entry });

/** Whoever may revoke a grant of this role may have this removed; everyone may their own. */
async function requireMay(
  deps: ActivityDeps,
  { quarantine, person }: Finding,
  said: RemovalStatement,
): Promise<void> {
  const { requestId } = quarantine;
  const { role } = openedGrant(deps, requestId);
  if (openedGrant(deps, requestId).person !== person) throw new Error('another person on record');
  const { allowed, because, wouldPass } = await mayRevoke(deps, { requestId, role }, said);
  if (!allowed) throw new Refused(because, wouldPass);
}

function requireUnasked(deps: ActivityDeps, finding: Finding, seal: string): void {
  const { quarantineId, standing } = finding.quarantine;
  const removing = only(deps, { key: removingKey(quarantineId) });
  // The same word again, after a worker died in the middle of it.
  if (removing?.data['seal'] === sealKey(seal)) return;
  if (standing.stage !== 'open') throw new Refused(`It is ${OVER[standing.stage]}.`);
  const one = entitlementOf(deps, finding);
  if (one && one.live.length > 0) throw new Refused(neededBy(one), 'Ending a grant is /revoke.');
}

const OVER: Record<Exclude<Quarantine['standing']['stage'], 'open'>, string> = {
  held: 'waiting for a person',
  removing: 'being removed already',
  removed: 'removed already',
  kept: 'needed by a grant now',
  gone: 'gone already',
};

const recordRefused = (
  deps: ActivityDeps,
  { quarantine }: Finding,
  { by, at }: RemovalStatement,
  seal: string,
  because: string,
) =>
  append(deps, {
    kind: 'click.refused',
    key: `removal:${sealKey(seal)}`,
    at,
    actor: chatActor(by),
    data: { what: 'removal', quarantine: quarantine.quarantineId, because },
  });
