import { secondsText } from '../../access/duration';
import { observedEnd } from '../../access/ending';
import type { LedgerEntry } from '../../access/ledger';
import type { Activities, EndHow, ObservedEnd } from './contract';
import { lastFenceOf, only, openedGrant, textIn, type OpenedGrant } from './facts';
import { isStanding } from './entitlements-on';
import { lookUntilGone } from './looking-for-standing';
import { lookUntilDenied, type Denial, type LookDeps } from './looking';

/** Over is what was seen, on record with how long it took. */
export const observing = (deps: LookDeps): Pick<Activities, 'observeEnd'> => ({
  async observeEnd({ requestId, how }) {
    const grant = openedGrant(deps, requestId);
    const known = only(deps, { key: observedKey(grant) });
    if (known) return answerOf(deps, known);
    if (isStanding(grant)) {
      const gone = await lookUntilGone(deps, grant);
      return answerOf(deps, record(deps, grant, how, [], gone));
    }
    const lastFence = lastFenceOf(deps, grant.grantId);
    const denials = lastFence === undefined ? [] : await lookUntilDenied(deps, grant, lastFence);
    return answerOf(deps, record(deps, grant, how, denials));
  },
});

const observedKey = ({ grantId }: OpenedGrant): string => `end.observed:${grantId}`;

function record(
  deps: LookDeps,
  grant: OpenedGrant,
  how: EndHow,
  denials: readonly Denial[],
  gone?: { observedAt: string; statement: string },
): LedgerEntry {
  const observedAt =
    gone?.observedAt ??
    denials
      .map((denial) => denial.observedAt)
      .toSorted()
      .at(-1) ??
    deps.now().toISOString();
  const since = countedFrom(deps, grant) ?? observedAt;
  const writtenAt = only(deps, { key: `end.written:${grant.grantId}` })?.at;
  const regions = denials.map(({ region, observedAt: at }) => ({
    region,
    observedAt: at,
    seconds: secondsBetween(since, at),
  }));
  const seen = denials.map(
    ({ where }, index) => `${where} after ${secondsText(regions[index]?.seconds ?? 0)}`,
  );
  return deps.ledger.append({
    kind: 'end.observed',
    key: observedKey(grant),
    at: observedAt,
    requestId: grant.requestId,
    grantId: grant.grantId,
    actor: 'curfew',
    data: {
      how,
      statement:
        gone?.statement ??
        (seen.length === 0
          ? 'No credentials had been handed out.'
          : `Seen denied ${seen.join(' and ')}.${withTheRole(denials)}`),
      seconds: {
        ...(writtenAt !== undefined && { askedToWritten: secondsBetween(since, writtenAt) }),
        askedToObserved: secondsBetween(since, observedAt),
      },
      regions,
    },
  });
}

/** It was not looked at by itself: its role's list was full, and everything as old was cut. */
function withTheRole(denials: readonly Denial[]): string {
  const [before] = denials.flatMap(({ issuedBefore }) => issuedBefore ?? []);
  return before === undefined
    ? ''
    : ` Its role's list was full: with it everything was cut that AWS had issued on the role before ${before}.`;
}

/** When it was asked. Of a window that ran out: its own end, which is when it should have been over. */
function countedFrom(deps: LookDeps, { grantId }: OpenedGrant): string | undefined {
  const asked = only(deps, { key: `end.asked:${grantId}` });
  const activated = only(deps, { key: `grant.activated:${grantId}` });
  return asked?.data['how'] === 'natural' && activated ? textIn(activated, 'until') : asked?.at;
}

/** Never less than nothing: the two instants may be of two clocks. */
const secondsBetween = (from: string, to: string): number =>
  Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;

function answerOf(deps: LookDeps, { at, data, grantId }: LedgerEntry): ObservedEnd {
  const { statement, seconds } = observedEnd.parse(data);
  const writtenAt = only(deps, { key: `end.written:${grantId}` })?.at;
  return {
    observedAt: at,
    statement,
    ...(writtenAt !== undefined && { writtenAt }),
    ...(seconds && { seconds }),
  };
}
