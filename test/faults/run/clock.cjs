// Preloaded into Curfew's processes (NODE_OPTIONS): sets their clocks by what stands in clocks.json.
// Workflow code is not touched: its time is Temporal's. Temporal itself is no Node program and keeps the machine's clock.
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { isMainThread } = require('node:worker_threads');
const { aheadAt } = require('./clock-step.cjs');

const MAINS = { 'bot/main.js': 'bot', 'temporal/main.js': 'worker', 'sandbox/main.js': 'sandbox' };
const main = Object.keys(MAINS).find((end) => (process.argv[1] ?? '').endsWith(`/dist/${end}`));

if (main && isMainThread && process.env.CURFEW_DATA) {
  const file = path.join(process.env.CURFEW_DATA, 'clocks.json');
  const Real = Date;
  let step;
  const look = () => {
    try {
      step = JSON.parse(readFileSync(file, 'utf8'))[MAINS[main]];
    } catch {
      // Nobody has set a clock yet, or is just doing so.
    }
  };
  look();
  setInterval(look, 100).unref();
  const now = () => Math.floor(Real.now() + (step ? aheadAt(step, Real.now()) : 0));
  globalThis.Date = class extends Real {
    constructor(...given) {
      if (given.length === 0) super(now());
      else super(...given);
    }
    static now() {
      return now();
    }
  };
}
