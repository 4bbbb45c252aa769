// How a clock of the runs is set. Shared by whoever sets it (site.ts) and by the processes whose clock it is (clock.cjs):
// both compute it for any instant, so neither waits for the other to have heard of it.

/** @typedef {{ at: number, ms: number, back?: number, slowly?: boolean }} ClockStep */

/** So fast a clock that must not go back loses what it is ahead: half of each second. */
const SLOWLY = 2;

/**
 * How many milliseconds ahead of this machine's the clock is at an instant: set at `at`, and set right at `back`;
 * `slowly` then, when it must never go back.
 * @param {ClockStep} step @param {number} now @returns {number}
 */
function aheadAt({ at, ms, back = Infinity, slowly = false }, now) {
  if (now < at) return 0;
  if (now < back) return ms;
  return slowly ? Math.max(0, ms - (now - back) / SLOWLY) : 0;
}

/** When it is right again. @param {ClockStep} step @returns {number} */
const rightAt = ({ ms, back = Infinity, slowly = false }) => back + (slowly ? ms * SLOWLY : 0);

module.exports = { aheadAt, rightAt };
