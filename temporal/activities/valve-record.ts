import { z } from 'zod';
import { SESSION_SECONDS } from '../../access/fence';
import type { LedgerEntry, LedgerKind } from '../../access/ledger';
import type { WrittenValve } from './contract';
import type { ActivityDeps } from './deps';
import { only, textIn, type OnRecord } from './facts';

/** What a valve is on record: asked, its instant fixed, written, passed by AWS's clock, seen in each Region, observed. */

type Recorded = OnRecord & Pick<ActivityDeps, 'now'>;

/** While a valve opens, what is minted would be void at once. Should it hang, mints go on after so long all the same. */
const MINTS_WAIT_MS = 30_000;
/** So old a question is asked anew: grants that minted after it are not covered by it. */
const ASK_ANEW_MS = 300_000;
/** The clocks of AWS and ours may differ by 60 s, and IAM may need a moment. */
const KEEP_MS = (SESSION_SECONDS + 120) * 1000;
/** Nothing that happened before could matter to a session or an entry that is needed. */
const LOOK_BACK_MS = 2 * SESSION_SECONDS * 1000 + 120_000;

/** Of one role, oldest first. */
function recent(deps: Recorded, kind: LedgerKind, targetArn: string): LedgerEntry[] {
  const since = new Date(deps.now().getTime() - LOOK_BACK_MS).toISOString();
  return deps.ledger
    .entries({ kinds: [kind], since })
    .filter(({ data }) => data['targetArn'] === targetArn);
}

export const valveOf = (entry: LedgerEntry): string => textIn(entry, 'valve');
const has = (deps: Recorded, kind: LedgerKind, valve: string): boolean =>
  only(deps, { key: `${kind}:${valve}` }) !== undefined;

/** The question whose answer is being worked on, or a new one. Only what was intended before it is covered by it. */
export function askValve(
  deps: Pick<ActivityDeps, 'ledger' | 'now'>,
  targetArn: string,
): LedgerEntry {
  const now = deps.now();
  const last = recent(deps, 'valve.asked', targetArn).at(-1);
  const isOpen =
    last !== undefined &&
    Date.parse(last.at) + ASK_ANEW_MS > now.getTime() &&
    !has(deps, 'valve.written', valveOf(last));
  if (isOpen) return last;
  const asked = deps.ledger.entries({ kinds: ['valve.asked'] });
  const before = asked.filter(({ data }) => data['targetArn'] === targetArn).length;
  const valve = `${targetArn}:${before + 1}`;
  return deps.ledger.append({
    kind: 'valve.asked',
    key: `valve.asked:${valve}`,
    at: now.toISOString(),
    actor: 'curfew',
    data: { targetArn, valve },
  });
}

/** Do mints of the role wait for a valve? */
export function mintsWait(deps: Recorded, targetArn: string): boolean {
  const last = recent(deps, 'valve.asked', targetArn).at(-1);
  return (
    last !== undefined &&
    Date.parse(last.at) + MINTS_WAIT_MS > deps.now().getTime() &&
    !has(deps, 'valve.passed', valveOf(last))
  );
}

/** Was a valve asked for after this was intended? What STS gives for it then must not be handed out. */
export const askedSince = (deps: Recorded, targetArn: string, intent: LedgerEntry): boolean =>
  recent(deps, 'valve.asked', targetArn).some(({ seq }) => seq > intent.seq);

/** May an entry be dropped for this valve? When it is over and nothing was intended for it after the question. */
export function isCoverable(deps: Recorded, asked: LedgerEntry, grantId: string): boolean {
  const steps = deps.ledger.entries({ grantId, kinds: ['end.asked', 'mint.intended'] });
  return (
    steps.some(({ kind }) => kind === 'end.asked') &&
    steps.every(({ kind, seq }) => kind === 'end.asked' || seq < asked.seq)
  );
}

/** The grants whose entries a written valve has taken the place of. */
export const coversOf = (written: LedgerEntry): string[] =>
  z.array(z.string()).parse(written.data['covers']);

/** The Regions in which somebody who is covered must see it. */
export const regionsOf = (written: LedgerEntry): string[] =>
  z.array(z.string()).parse(written.data['regions']);

/** Those of a role that need no entry of their own. */
export const coveredOn = (deps: Recorded, targetArn: string): Set<string> =>
  new Set(recent(deps, 'valve.written', targetArn).flatMap(coversOf));

/** The last one of a role, as long as a session that it cuts could live. */
export function standingValve(deps: Recorded, targetArn: string): WrittenValve | undefined {
  const last = recent(deps, 'valve.written', targetArn).at(-1);
  if (last === undefined) return undefined;
  const issuedBefore = textIn(last, 'issuedBefore');
  if (Date.parse(issuedBefore) + KEEP_MS < deps.now().getTime()) return undefined;
  return { id: valveOf(last), issuedBefore, isAwaited: isAwaited(deps, last) };
}

/** Not observed, and somebody whom it covers is not yet seen denied in another way. */
export const isAwaited = (deps: Recorded, written: LedgerEntry): boolean =>
  !has(deps, 'valve.observed', valveOf(written)) &&
  coversOf(written).some((grantId) => !only(deps, { key: `end.observed:${grantId}` }));

/** Instants of ours that the list needs no more. One that the record does not know is somebody else's, and stays. */
export const spentInstants = (
  deps: Recorded,
  targetArn: string,
  standing: readonly string[],
  needed: string | undefined,
): string[] =>
  standing.filter(
    (at) =>
      at !== needed &&
      deps.ledger
        .entries({ kinds: ['valve.fixed'] })
        .some(({ data }) => data['targetArn'] === targetArn && data['issuedBefore'] === at),
  );

/** How a grant that a valve covers is denied in a Region: seen there, or still to be. Undefined: no valve covers it. */
export function denialByValve(
  deps: Recorded,
  { targetArn, grantId, region }: { targetArn: string; grantId: string; region: string },
): { seen?: LedgerEntry } | undefined {
  const covering = recent(deps, 'valve.written', targetArn).filter((written) =>
    coversOf(written).includes(grantId),
  );
  if (covering.length === 0) return undefined;
  const seen = covering.flatMap(
    (written) => only(deps, { key: `valve.seen:${valveOf(written)}:${region}` }) ?? [],
  )[0];
  return seen === undefined ? {} : { seen };
}
