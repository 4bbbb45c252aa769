import {
  allHandlersFinished,
  CancellationScope,
  condition,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Away, AwayEnd, AwayTold } from '../../access/away';
import type { AwayAnswer } from '../activities/contract';
import { awayVerdictUpdate, backSignal, type AwayInput } from './protocol';
import { refusalIn, refuse } from './refusing';
import { endAway, recordAway, tellAway } from './steps';

/** Whoever said it and was not answered by then reads the refusal in a message. */
const HEARD_BY = '10s';
/** Whoever asked later than this after they said it may have given up: then they read it in a message as well. */
const LISTENS_MS = 1_000;

interface AwayFile {
  answer?: AwayAnswer;
  /** Words that they are back, in order. */
  backs: string[];
  heard: boolean;
}

/**
 * Somebody is away: put on record, told to both, and over at its time or when they are back. It only writes and tells:
 * a vote in somebody's place is judged by the record, whether this runs or not.
 */
export async function away({ signed: { statement, seal }, begunAnew }: AwayInput): Promise<void> {
  const file: AwayFile = { backs: [], heard: false };
  setHandler(backSignal, (signed) => {
    file.backs.push(signed.seal);
  });
  setHandler(awayVerdictUpdate, () => verdict(file));
  await CancellationScope.nonCancellable(async () => {
    const answer = (file.answer = await record(seal));
    if (answer.verdict === 'said') {
      const { away: said } = answer;
      if (!begunAnew) await tellBoth({ ...said, what: 'said' });
      await tellBoth({ ...said, what: 'ended', ...(await over(file, said)) });
    } else if (!(await condition(() => file.heard, HEARD_BY))) {
      const { awayId, by, to, at: from, until } = statement;
      const { because } = answer;
      await tell({ awayId, by, to, from, until, reader: 'by', what: 'refused', because });
    }
    await condition(allHandlersFinished);
  });
}

/** A seal that nobody made refuses like any other. */
async function record(awaySeal: string): Promise<AwayAnswer> {
  try {
    return await recordAway({ awaySeal });
  } catch (error) {
    const refusal = refusalIn(error);
    if (!refusal) throw error;
    return { verdict: 'refused', because: refusal.because };
  }
}

async function verdict(file: AwayFile): Promise<{ until: string }> {
  await condition(() => file.answer !== undefined);
  file.heard = Date.now() - workflowInfo().startTime.getTime() < LISTENS_MS;
  if (file.answer?.verdict !== 'said') throw refuse(file.answer?.because ?? '');
  return { until: file.answer.until };
}

/** Until its time has come, or they say that they are back. */
async function over(
  file: AwayFile,
  { awayId, until }: Away,
): Promise<{ how: AwayEnd; at: string }> {
  for (;;) {
    const isBack = await condition(
      () => file.backs.length > 0,
      Math.max(1, Date.parse(until) - Date.now()),
      { summary: 'they are back, or its time has come' },
    );
    const backSeal = isBack ? file.backs.shift() : undefined;
    try {
      return await endAway({ awayId, ...(backSeal !== undefined && { backSeal }) });
    } catch (error) {
      // Somebody else's word, or nobody's: it goes on.
      if (backSeal === undefined || !refusalIn(error)) throw error;
    }
  }
}

const tellBoth = async (told: Away & DistributiveOmit<AwayTold, keyof Away | 'reader'>) => {
  await Promise.all([tell({ ...told, reader: 'by' }), tell({ ...told, reader: 'to' })]);
};

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const tell = async (told: AwayTold): Promise<void> => {
  try {
    await tellAway(told);
  } catch (error) {
    log.error('an absence could not be told', { error });
  }
};
