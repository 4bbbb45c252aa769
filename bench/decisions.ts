import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import type { Question } from '../access/decision';
import { curfew, opaWasm, plain, type Decide } from './decision-engines';
import { questionsAbout, RULES_EACH } from './decision-rules';
import { percentile } from './statistics';

/*
 * How many decisions a second, one after the other in one process: Curfew's whole decision function beside OPA
 * and plain TypeScript, on the same policies and questions. Before anything is measured all of them must give the
 * same verdict to every question, and name the same policies.
 */
const SIZES = [100, 1000];
const QUESTIONS = 1000;
/** Each engine in turn, so many at once: what else the machine does meanwhile hits all of them. */
const BLOCK = 20;
const WARM_UP = 200;
const FLOOR = 'plain TypeScript';
const HOW_TO_GET_OPA =
  'OPA is NOT measured: there is no program opa. Get it with `go install github.com/open-policy-agent/opa@v1.10.1`, and name it with --opa PATH.';

interface EngineFigures {
  perSecond: number;
  /** The same by the time that the processor gave to it: says more on a busy machine. */
  perCpuSecond: number;
  /** Microseconds. */
  p50: number;
  p99: number;
  /** Median over the floor's median, which is plain TypeScript's. */
  ratio: number;
}
interface DecisionFigures {
  policies: number;
  /** Questions that all engines answered alike, and how many of them with yes. */
  alike: number;
  granted: number;
  engines: Record<string, EngineFigures>;
}

/** Gives the figures, and says them. */
export async function measureDecisions(count: number, opa: string): Promise<DecisionFigures[]> {
  const hasOpa = runs(opa);
  if (!hasOpa) console.error(HOW_TO_GET_OPA);
  const all: DecisionFigures[] = [];
  for (const policies of SIZES) {
    const teams = Array.from({ length: policies / RULES_EACH }, (_, team) => team);
    const engines: Record<string, Decide> = {
      [FLOOR]: plain(teams),
      ...(hasOpa && { 'OPA-wasm': await opaWasm(teams, opa) }),
      Curfew: curfew(teams),
    };
    const questions = questionsAbout(teams.length, QUESTIONS);
    const granted = mustAgree(engines, questions);
    const figures = {
      policies,
      alike: QUESTIONS,
      granted,
      engines: timed(engines, questions, count),
    };
    say(figures);
    all.push(figures);
  }
  return all;
}

/** How many of the questions are answered with yes, by all alike. */
function mustAgree(engines: Record<string, Decide>, questions: readonly Question[]): number {
  return questions.filter((question) => {
    const answers = Object.entries(engines).map(([name, decide]) => ({
      name,
      is: decide(question),
    }));
    const [first] = answers;
    const other = answers.find(({ is }) => !isDeepStrictEqual(is, first?.is));
    if (other !== undefined)
      throw new Error(`They differ on ${JSON.stringify(question)}: ${JSON.stringify(answers)}`);
    return first?.is.granted === true;
  }).length;
}

interface Timed {
  took: number[];
  cpu: number;
}

function timed(
  engines: Record<string, Decide>,
  questions: readonly Question[],
  count: number,
): Record<string, EngineFigures> {
  const all = Object.entries(engines).map(([name, decide]) => {
    const times: Timed = { took: [], cpu: 0 };
    return { name, decide, times };
  });
  for (let from = -WARM_UP; from < count; from += BLOCK)
    for (const { decide, times } of all) {
      const block = timedBlock(decide, questions, from + WARM_UP);
      if (from < 0) continue;
      times.took.push(...block.took);
      times.cpu += block.cpu;
    }
  const floor = percentile(all.find(({ name }) => name === FLOOR)?.times.took ?? [], 50);
  return Object.fromEntries(all.map(({ name, times }) => [name, figuresOf(times, floor)]));
}

/** Microseconds. */
function timedBlock(decide: Decide, questions: readonly Question[], from: number): Timed {
  const took: number[] = [];
  const cpuBefore = process.cpuUsage();
  for (let index = from; index < from + BLOCK; index += 1) {
    const question = questions[index % questions.length];
    if (question === undefined) continue;
    const before = performance.now();
    decide(question);
    took.push((performance.now() - before) * 1000);
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  return { took, cpu: user + system };
}

function figuresOf({ took, cpu }: Timed, floor: number): EngineFigures {
  const total = took.reduce((sum, one) => sum + one, 0);
  const p50 = percentile(took, 50);
  return {
    perSecond: Math.round((took.length / total) * 1_000_000),
    perCpuSecond: Math.round((took.length / cpu) * 1_000_000),
    p50: Math.round(p50),
    p99: Math.round(percentile(took, 99)),
    ratio: Math.round((p50 / floor) * 10) / 10,
  };
}

function runs(program: string): boolean {
  try {
    execFileSync(program, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function say({ policies, alike, granted, engines }: DecisionFigures): void {
  console.error(`${policies} policies; ${alike} questions answered alike, ${granted} with yes`);
  for (const [name, { perSecond, perCpuSecond, p50, p99, ratio }] of Object.entries(engines))
    console.error(
      `  ${name.padEnd(18)} ${perSecond} decisions a second (${perCpuSecond} in a second of processor time), p50 ${p50} µs, p99 ${p99} µs, ratio ${ratio}`,
    );
}
