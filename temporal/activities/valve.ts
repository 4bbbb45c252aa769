import { plainSecond } from '../../access/fence';
import type { LedgerEntry } from '../../access/ledger';
import type { AgeingCanary, Target } from '../../access/session';
import type { Activities } from './contract';
import type { ActivityDeps } from './deps';
import { only, openedGrant, textIn } from './facts';
import { endingOn, recordedList } from './revoking';
import {
  askValve,
  isAwaited,
  isCoverable,
  regionsOf,
  spentInstants,
  valveOf,
} from './valve-record';

/** What AWS issues in the moment of the question is cut, too, whatever its servers' clocks differ by. */
const AFTER_NOW_MS = 5_000;
/** Looks in one attempt, one about every second; the next attempt goes on. */
const LOOKS = 30;
/** So long a Region whose STS did not answer is waited for before all is done again because of it. */
const REGION_PATIENCE_MS = 300_000;

/** What a valve is looked at with. They die with this process, and with them the chance to see it. */
type Canaries = Map<string, AgeingCanary>;

/** When a list is full: one cut of everything that AWS issued before an instant, and the look at it. */
export function valve(deps: ActivityDeps): Pick<Activities, 'openValve' | 'observeValve'> {
  const kept = new Map<string, Canaries>();
  return {
    async openValve({ target, entries }) {
      const asked = askValve(deps, target.arn);
      const id = valveOf(asked);
      const there = await deps.revocations.read(target);
      // What an earlier valve covers this one covers, too: it takes that one's place.
      const ending = endingOn(deps, target, entries);
      const names = new Set([...ending.map(({ grantId }) => grantId), ...there.grantIds]);
      const covers = [...names].filter((grantId) => isCoverable(deps, asked, grantId));
      const regions = regionsInUse(deps, target, covers);

      const canaries = await canariesOfNow(deps, target, id, regions);
      const issuedBefore = afterAllOf(canaries);
      record(deps, asked, 'valve.fixed', issuedBefore, { issuedBefore });
      const written = await deps.revocations.write(
        target,
        ending.filter(({ grantId }) => !covers.includes(grantId)),
        [...covers, ...spentInstants(deps, target.arn, there.issuedBefore, issuedBefore)],
        issuedBefore,
      );
      kept.set(id, canaries);
      record(deps, asked, 'valve.written', '', { issuedBefore, covers, regions });
      return recordedList(deps, target, written);
    },

    async observeValve({ target, valve: id }) {
      const written = only(deps, { key: `valve.written:${id}` });
      if (!written) throw new Error(`the valve ${id} was never written`);
      if (!isAwaited(deps, written)) return 'needless';
      const looks = await Promise.allSettled(
        regionsOf(written).map((region) => see(deps, target, region, written, kept.get(id))),
      );
      const fault = looks.find((look) => look.status === 'rejected');
      if (looks.some((look) => look.status === 'fulfilled' && look.value === 'lost')) {
        kept.delete(id);
        return 'lost';
      }
      if (fault) throw fault.reason;
      record(deps, written, 'valve.observed', '', {});
      kept.delete(id);
      return 'seen';
    },
  };
}

/** Where an end of these is looked for, and where the role's sessions are minted. */
function regionsInUse(deps: ActivityDeps, target: Target, grantIds: readonly string[]): string[] {
  const all = grantIds.flatMap((grantId) => {
    const [opened] = deps.ledger.entries({ grantId, kinds: ['grant.opened'], limit: 1 });
    if (opened?.requestId === undefined) return [];
    const { regions, region } = openedGrant(deps, opened.requestId).target;
    return regions ?? [region];
  });
  return [...new Set([target.region, ...all])];
}

/** A Region whose STS is down keeps nobody from being cut; that nobody answers does: there is no clock then. */
async function canariesOfNow(
  deps: ActivityDeps,
  target: Target,
  id: string,
  regions: readonly string[],
): Promise<Canaries> {
  const minted = await Promise.allSettled(
    regions.map(async (region) => {
      const canary = await deps.probe.canaryOfNow({
        target: { ...target, region },
        beforeUse: async (accessKeyIds) => recordCanaries(deps, target, id, accessKeyIds),
      });
      return [region, canary] as const;
    }),
  );
  const canaries = new Map(
    minted.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
  );
  const fault = minted.find((one) => one.status === 'rejected');
  if (canaries.size === 0 && fault) throw fault.reason;
  return canaries;
}

const recordCanaries = (
  deps: ActivityDeps,
  { arn: targetArn }: Target,
  id: string,
  accessKeyIds: string[],
): void => {
  deps.ledger.append({
    kind: 'probe.canaries',
    key: `probe.canaries:${accessKeyIds.join(':')}`,
    at: deps.now().toISOString(),
    actor: 'curfew',
    data: { accessKeyIds, why: 'a look whether everything older is denied', targetArn, valve: id },
  });
};

/** By AWS's own clock, never ours: the latest that any Region issued now, and a little more. */
const afterAllOf = (canaries: Canaries): string =>
  plainSecond(
    Math.max(...[...canaries.values()].map(({ issuedAt }) => Date.parse(issuedAt))) + AFTER_NOW_MS,
  );

/** Twice running, each beside a control that is allowed, as for any end. */
async function see(
  deps: ActivityDeps,
  target: Target,
  region: string,
  written: LedgerEntry,
  canaries: Canaries | undefined,
): Promise<'seen' | 'lost'> {
  if (only(deps, { key: `valve.seen:${valveOf(written)}:${region}` })) return 'seen';
  const issuedBefore = textIn(written, 'issuedBefore');
  const canary = canaries?.get(region);
  if (!canary) {
    const since = deps.now().getTime() - Date.parse(written.at);
    if (canaries === undefined || since > REGION_PATIENCE_MS) return 'lost';
    throw new Error(`STS in ${region} gave no canary to see it with`);
  }
  let before = '';
  for (let looks = 0; looks < LOOKS; looks += 1) {
    if (Date.parse(canary.until) <= deps.now().getTime()) return 'lost';
    const sighting = await canary.look(issuedBefore);
    if (sighting !== 'early') {
      if (region === target.region) record(deps, written, 'valve.passed', '', { region });
      if (sighting.seen === 'denied' && before === 'denied') {
        const { where, at } = sighting;
        record(deps, written, 'valve.seen', region, { region, where, issuedBefore }, at);
        return 'seen';
      }
      before = sighting.seen;
    }
    await deps.pause();
  }
  throw new Error(`what is older than ${issuedBefore} is not seen denied yet in ${region}`);
}

function record(
  deps: ActivityDeps,
  about: LedgerEntry,
  kind: 'valve.fixed' | 'valve.written' | 'valve.passed' | 'valve.seen' | 'valve.observed',
  what: string,
  data: LedgerEntry['data'],
  at = deps.now().toISOString(),
): void {
  const id = valveOf(about);
  const targetArn = textIn(about, 'targetArn');
  deps.ledger.append({
    kind,
    key: [`${kind}:${id}`, ...(what === '' ? [] : [what])].join(':'),
    at,
    actor: 'curfew',
    data: { targetArn, valve: id, ...data },
  });
}
