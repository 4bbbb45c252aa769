import { parseArgs } from 'node:util';
import { measureCuts } from './cuts';
import { measureDecisions } from './decisions';
import { measureWaiting } from './waiting';
import { measureWindows } from './windows';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    rounds: { type: 'string', default: '20' },
    windows: { type: 'string', default: '1000' },
    lead: { type: 'string' },
    cuts: { type: 'string', default: '1000' },
    decisions: { type: 'string', default: '4000' },
    opa: { type: 'string', default: 'opa' },
  },
});

/**
 * `waiting`, the default: how long people wait. `windows`: many windows that end in one second. `cuts`: many grants cut at once.
 * `decisions`: the decision function beside OPA and plain TypeScript.
 */
const MEASURES = {
  waiting: () => measureWaiting(Number(values.rounds)),
  windows: () =>
    measureWindows(
      Number(values.windows),
      values.lead === undefined ? undefined : Number(values.lead) * 1000,
    ),
  cuts: () => measureCuts(Number(values.cuts)),
  decisions: () => measureDecisions(Number(values.decisions), values.opa),
};

async function main(): Promise<void> {
  const [asked = 'waiting'] = positionals;
  const measure = Object.entries(MEASURES).find(([name]) => name === asked)?.[1];
  if (!measure)
    throw new Error(`There is no ${asked} to measure, only ${Object.keys(MEASURES).join(', ')}.`);
  const figures = await measure();
  if (values.json === true) console.log(JSON.stringify(figures));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
