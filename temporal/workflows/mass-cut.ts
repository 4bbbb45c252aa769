import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { CutProgress } from '../../access/cut';
import type { Alarm, MessageRef } from '../../access/messages';
import type { CutPlan, CutSight } from '../activities/contract';
import { sayWhileLate } from './being-late';
import { cutVerdictUpdate, type CutVerdict, type MassCutInput } from './protocol';
import { refusalIn, refuse } from './refusing';
import {
  askCutEnds,
  closeCut,
  lookAtCut,
  planCut,
  repaintCut,
  showCut,
  tellCutGrants,
  tellCutLists,
} from './steps';
import { follow } from './telling';

/** Between two looks at the record, in seconds: quick while people watch, then slower. */
const LOOKS_SECONDS = [1, 2, 2, 3, 3, 5, 5, 10];
const LOOK_AT_LEAST_SECONDS = 15;
/** What was told and is not over is told again after so long, the first time and at most. */
const TELL_AGAIN_SECONDS = { first: 30, most: 300 };

/** Everything one mass cut knows of itself; what it cuts stands in the ledger. */
interface CutFile {
  readonly input: MassCutInput;
  plan?: CutPlan;
  sight: CutSight;
  over: boolean;
  shown: { speaker?: MessageRef; onCall?: MessageRef };
  closed: boolean;
}

/**
 * Cuts many grants at once: decide → ask all ends on record → tell each role's list once and each grant's
 * own workflow → follow the record until every one was seen denied. Nothing of it can be cancelled.
 */
export async function massCut(input: MassCutInput): Promise<void> {
  const sight = { asked: 0, toWrite: 0, written: 0, observed: 0 };
  const file: CutFile = { input, sight, over: false, shown: { ...input.shown }, closed: false };
  setHandler(cutVerdictUpdate, () => verdict(file));
  await CancellationScope.nonCancellable(async () => {
    const told = keepCutTold(file);
    file.plan = await plan(file);
    const done = file.plan.verdict === 'refused' || (await takeAllBack(file, file.plan));
    file.closed = true;
    await told;
    await condition(allHandlersFinished);
    if (!done) await continueAsNew<typeof massCut>({ signed: input.signed, shown: file.shown });
  });
}

/** Who may, and what falls. A seal that nobody made refuses like any other. */
async function plan({ input }: CutFile): Promise<CutPlan> {
  try {
    return await planCut({ cutSeal: input.signed.seal });
  } catch (error) {
    const refusal = refusalIn(error);
    if (!refusal) throw error;
    return { verdict: 'refused', ...refusal };
  }
}

async function verdict(file: CutFile): Promise<CutVerdict> {
  await condition(() => file.plan !== undefined);
  if (file.plan?.verdict === 'refused') throw refuse(file.plan.because, file.plan.wouldPass);
  const { total = 0, ofMachines = 0, leftOut = [] } = file.plan ?? {};
  return { total, ofMachines, leftOut: leftOut.length };
}

type Taking = Extract<CutPlan, { verdict: 'cut' }>;

/** False when history has grown long: then the same begins anew, and finds everything on record. */
async function takeAllBack(file: CutFile, { total, lateAfterMinutes }: Taking): Promise<boolean> {
  const { cutId } = file.input.signed.statement;
  let from: number | undefined = total > 0 ? 0 : undefined;
  while (from !== undefined) from = (await askCutEnds({ cutId, from })).next;

  const late = new CancellationScope({ cancellable: true });
  const alarms = late
    .run(() =>
      sayWhileLate({
        afterMinutes: lateAfterMinutes,
        isOver: () => file.over,
        alarm: (minutes) => overdue(file, minutes),
        becomesLate: () => true,
        overText: 'Everything that it cut was seen denied, or had handed nothing out.',
      }),
    )
    .catch(() => undefined);
  let tellIn = 0;
  let tellAgain = TELL_AGAIN_SECONDS.first;
  for (let look = 0; ; look += 1) {
    if (tellIn <= 0 && total > 0) {
      await tellEverybody(cutId);
      tellIn = tellAgain;
      tellAgain = Math.min(2 * tellAgain, TELL_AGAIN_SECONDS.most);
    }
    file.sight = await lookAtCut({ cutId });
    if (file.sight.observed >= total || workflowInfo().continueAsNewSuggested) break;
    const seconds = LOOKS_SECONDS[look] ?? LOOK_AT_LEAST_SECONDS;
    await sleep(seconds * 1000, { summary: 'until the next look at the record' });
    tellIn -= seconds;
  }
  const over = file.sight.observed >= total;
  if (over) {
    const { overAt } = file.sight;
    await closeCut({ cutId, total, ...(overAt !== undefined && { overAt }) });
    file.over = true;
  }
  late.cancel();
  await alarms;
  return over;
}

async function tellEverybody(cutId: string): Promise<void> {
  await tellCutLists({ cutId });
  let from: number | undefined = 0;
  while (from !== undefined) from = (await tellCutGrants({ cutId, from })).next;
}

function overdue({ input, sight, plan: decided }: CutFile, minutes: number): Alarm {
  const { cutId, reason } = input.signed.statement;
  const total = decided?.verdict === 'cut' ? decided.total : 0;
  return {
    key: `overdue:${cutId}:${minutes}`,
    incident: `overdue:${cutId}`,
    title: `A mass cut takes more than ${minutes} min`,
    text: [
      `Asked ${sight.asked} of ${total}, written ${sight.written} of ${sight.toWrite}, seen denied ${sight.observed} of ${total}.`,
      ...(sight.aliveUntil === undefined
        ? []
        : [
            `A session may be alive until ${sight.aliveUntil} at the latest; then AWS ends it by itself.`,
          ]),
      `Curfew keeps trying. Reason of the cut: ${reason}`,
    ].join(' '),
  };
}

/** One message to the speaker and one where on-call looks, as the cut stands. */
async function keepCutTold(file: CutFile): Promise<void> {
  const { by } = file.input.signed.statement;
  const surface = (to: typeof by | 'on-call', which: 'speaker' | 'onCall') => ({
    post: async (progress: CutProgress) => (file.shown[which] = await showCut(to, progress)),
    repaint: repaintCut,
    at: file.shown[which],
  });
  await Promise.all([
    follow(file, () => progressOf(file), surface(by, 'speaker')),
    follow(
      file,
      () => (file.plan?.verdict === 'cut' && file.plan.total > 0 ? progressOf(file) : undefined),
      surface('on-call', 'onCall'),
    ),
  ]);
}

function progressOf(file: CutFile): CutProgress | undefined {
  const { cutId, what, by, reason, at } = file.input.signed.statement;
  const standing = standingOf(file);
  return standing && { cutId, what, by, reason, askedAt: at, standing };
}

function standingOf({ plan: decided, sight, over }: CutFile): CutProgress['standing'] | undefined {
  if (decided === undefined) return undefined;
  if (decided.verdict === 'refused') {
    const { because, wouldPass } = decided;
    return { stage: 'refused', because, ...(wouldPass !== undefined && { wouldPass }) };
  }
  const { total, ofMachines, leftOut } = decided;
  const machines = ofMachines === undefined ? {} : { ofMachines };
  return { stage: over ? 'over' : 'cutting', total, ...machines, leftOut, ...sight };
}
