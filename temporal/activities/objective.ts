import { secondsText } from '../../access/duration';
import { observedEnd } from '../../access/ending';
import type { LedgerEntry } from '../../access/ledger';
import type { Alarm } from '../../access/messages';
import type { ActivityDeps } from './deps';
import { only, textIn } from './facts';
import { recordAlarm } from './telling';

/**
 * What taking back promises: 99 of 100 ends that came before their time are seen denied within this many
 * seconds, over the last days. A window that runs out needs no promise: AWS's own clock ends it.
 */
const OBJECTIVE = { seconds: 30, percentile: 0.99, days: 30 };
const EARLY: readonly string[] = ['end', 'revoke', 'lapsed'];
const DAY_MS = 86_400_000;

/** The value that this share of all values does not exceed (nearest rank). `values` is not empty. */
export const nearestRank = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.ceil(share * values.length) - 1] ?? NaN;

/**
 * The alarm that the objective is missed, when the end just closed missed it too; on record, for one grant
 * a day (UTC). Safe to repeat: the grant that raised it gets it again.
 */
export function missedObjective(
  deps: Pick<ActivityDeps, 'ledger' | 'now'>,
  { requestId, grantId }: { requestId: string; grantId: string },
): Alarm | undefined {
  const mine = only(deps, { key: `end.observed:${grantId}` });
  if (!mine || !(secondsOf(mine.data) > OBJECTIVE.seconds)) return undefined;
  const key = `objective:${deps.now().toISOString().slice(0, 'yyyy-mm-dd'.length)}`;
  const raised =
    only(deps, { key: `alarm.raised:${key}` }) ?? raise(deps, { key, requestId, grantId });
  if (raised?.requestId !== requestId) return undefined;
  return { key, requestId, grantId, title: textIn(raised, 'title'), text: textIn(raised, 'text') };
}

function raise(
  deps: Pick<ActivityDeps, 'ledger' | 'now'>,
  about: Pick<Alarm, 'key' | 'requestId' | 'grantId'>,
): LedgerEntry | undefined {
  const ends = recentEnds(deps);
  const seconds = ends.map((end) => end.seconds);
  const p99 = nearestRank(seconds, OBJECTIVE.percentile);
  if (!(p99 > OBJECTIVE.seconds)) return undefined;
  const worst = ends.reduce((one, other) => (other.seconds > one.seconds ? other : one));
  return recordAlarm(deps, 'alarm.raised', {
    ...about,
    title: `Taking back is slower than promised: p99 ${secondsText(p99)}`,
    text: [
      `Of ${ends.length} early ends in ${OBJECTIVE.days} days, 99 of 100 were seen denied within ${secondsText(p99)} of being asked;`,
      `the promise is ${OBJECTIVE.seconds} s. The worst was ${worst.grantId}: ${secondsText(worst.seconds)}.`,
    ].join(' '),
  });
}

const recentEnds = (deps: Pick<ActivityDeps, 'ledger' | 'now'>) =>
  deps.ledger
    .entries({
      kinds: ['end.observed'],
      since: new Date(deps.now().getTime() - OBJECTIVE.days * DAY_MS).toISOString(),
    })
    .map(({ grantId = '', data }) => ({ grantId, seconds: secondsOf(data) }))
    .filter(({ seconds }) => !Number.isNaN(seconds));

/** NaN for an end that the promise is not about: at its time, or with nothing handed out. */
function secondsOf(data: unknown): number {
  // An entry that cannot be read must not keep a grant from being closed.
  const { success, data: end } = observedEnd.safeParse(data);
  const isMeant = success && EARLY.includes(end.how) && end.regions.length > 0;
  return isMeant ? (end.seconds?.askedToObserved ?? NaN) : NaN;
}
