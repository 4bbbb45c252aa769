import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PLANTED } from './planted';
import { plant } from './planted/plant';
import type { PlantedBug } from './planted/planted-bug';
import { DEAD_FOR_GOOD } from './run/aftermath';
import type { Evidence, Violation } from './run/evidence';
import { CUT_HOLDS } from './run/lists';
import { drawPlan, scenarioSeed } from './run/plan';
import { failureText, reportOf, summaryText } from './run/report';
import { run } from './run/run';
import { openSite, type Site } from './run/site';

/*
 * npm run faults -- --scenarios 200 --seed 7
 *   --only 7-31     one of them again, alone
 *   --at-once 40    so many at a time
 *   --plant NAME    with a mistake in the code, which must be caught; or all of them
 *   --again         who failed is played again, alone; late access is never excused
 *   --json          the report on stdout, for programs
 *   --keep          the folder of the run stays
 */
const { values } = parseArgs({
  options: {
    scenarios: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    'at-once': { type: 'string', default: '40' },
    again: { type: 'boolean', default: false },
    plant: { type: 'string' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(path.join(tmpdir(), 'curfew-faults-'));

async function faults(): Promise<boolean> {
  const seeds =
    values.only === undefined
      ? Array.from({ length: Number(values.scenarios) }, (_, nth) => scenarioSeed(values.seed, nth))
      : [values.only];
  const site = await openSite(folder);
  try {
    let over = 0;
    const outcome = await run(
      site,
      seeds.map((seed) => drawPlan(seed)),
      {
        atOnce: Number(values['at-once']),
        tell(seen, wrong) {
          over += 1;
          if (wrong.length > 0) console.error(failureText(wrong, seen, again(seen.plan.seed)));
          else if (over % 20 === 0) console.error(`${over} of ${seeds.length}`);
        },
      },
    );
    tellWhatWasFoundLater(outcome.violations, outcome.evidence);
    const report = reportOf(outcome);
    for (const line of summaryText(report)) console.error(line);
    if (values.json) console.log(JSON.stringify(report));
    const excused = values.again ? await goodAlone(report.violations) : 0;
    console.log(`${report.passed + excused} passed, ${report.failed - excused} failed`);
    return report.failed === excused;
  } finally {
    await site.stop();
  }
}

/**
 * How many of the scenarios that failed among many hold when they are played alone: those had too little of a
 * machine. What worked after its end, and what belongs to no scenario, is never excused.
 */
async function goodAlone(violations: readonly Violation[]): Promise<number> {
  const late = new Set(
    violations.filter(({ invariant }) => invariant.startsWith('no access')).map(({ seed }) => seed),
  );
  const seeds = new Set(violations.map(({ seed }) => seed).filter((seed) => seed !== ''));
  let good = 0;
  for (const seed of [...seeds].filter((one) => !late.has(one))) {
    const isGood = await inItsOwnProcess('--only', seed);
    console.error(`${seed}, played again alone: ${isGood ? 'nothing broken' : 'broken again'}`);
    if (isGood) good += 1;
  }
  return good;
}

async function inItsOwnProcess(...args: string[]): Promise<boolean> {
  const argv = [...process.execArgv, __filename, ...args];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  return code === 0;
}

/** Found when the run looked back at the whole, so not told with a scenario. */
function tellWhatWasFoundLater(violations: Violation[], evidence: Evidence[]): void {
  const later = violations.filter(
    ({ seed, invariant }) => seed === '' || invariant === CUT_HOLDS || invariant === DEAD_FOR_GOOD,
  );
  for (const violation of later) {
    const seen = evidence.find(({ plan }) => plan.seed === violation.seed);
    console.error(failureText([violation], seen, again(violation.seed)));
  }
}

const again = (seed: string): string => `npm run faults -- --only ${seed}`;

/** Succeeds only if the invariant that should catch the bug does. */
async function isCaught(bug: PlantedBug): Promise<boolean> {
  const root = path.join(folder, 'tree');
  mkdirSync(root);
  await plant(bug, root);
  const site = await openSite(folder, root);
  try {
    const caught = await firstOf(site, bug);
    console.error(
      caught
        ? `${bug.name}: ${bug.what}.\n  Caught: ${caught.invariant}\n    ${caught.evidence}`
        : `${bug.name}: ${bug.what}.\n  NOT CAUGHT by "${bug.caughtBy}".`,
    );
    return caught !== undefined;
  } finally {
    // Scenarios that are still being played go on looking until the process ends.
    await site.curfew.stop();
  }
}

/** Plays until the bug is caught, or all is over. */
const firstOf = async (site: Site, bug: PlantedBug): Promise<Violation | undefined> =>
  new Promise((resolve, reject) => {
    const plans = Array.from({ length: bug.scenarios }, (_, nth) =>
      drawPlan(scenarioSeed(bug.name, nth), bug.aim),
    );
    const notice = (violation: Violation): void => {
      if (violation.invariant === bug.caughtBy) resolve(violation);
    };
    run(site, plans, { atOnce: bug.scenarios, tell: () => undefined, notice }).then(
      () => resolve(undefined),
      reject,
    );
  });

/** One after the other, each in a process of its own: what it leaves undone ends with it. */
async function plantAll(): Promise<boolean> {
  let passed = 0;
  for (const { name } of PLANTED) if (await inItsOwnProcess('--plant', name)) passed += 1;
  console.log(`${passed} passed, ${PLANTED.length - passed} failed`);
  return passed === PLANTED.length;
}

async function main(): Promise<boolean> {
  if (values.plant === undefined) return faults();
  if (values.plant === 'all') return plantAll();
  const bug = PLANTED.find(({ name }) => name === values.plant);
  if (bug) return isCaught(bug);
  const names = PLANTED.map(({ name }) => name).join(', ');
  throw new Error(`There is no planted bug called ${values.plant}: use all, or one of ${names}.`);
}

void main()
  .catch((error: unknown) => {
    console.error(error);
    return false;
  })
  .then((good) => {
    if (values.keep) console.error(`The run is in ${folder}.`);
    else rmSync(folder, { recursive: true, force: true });
    process.exit(good ? 0 : 1);
  });
