import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

/** What not every machine has. Each knows whether it is here, and how to get it. */
const PARTS = {
  chromium: {
    isHere: () => chromium() !== undefined,
    advice:
      'install Chromium (Debian: apt-get install chromium) or set CURFEW_CHROMIUM to its path',
  },
  python: {
    isHere: () => runs('python3', ['-c', 'import ensurepip, venv']),
    advice: 'install Python 3 with venv (Debian: apt-get install python3-venv)',
  },
} as const;

/**
 * `describe` where the part is here. Where it is not, the tests are skipped with a line saying so; under CI that is a
 * failure, because nobody reads the line there: `needs('chromium')('the round trip', () => { … })`.
 */
export function needs(part: keyof typeof PARTS): (name: string, tests: () => void) => void {
  const { isHere, advice } = PARTS[part];
  if (isHere()) return describe;
  return process.env['CI'] ? missing(part, advice) : skipped(advice);
}

const missing = (part: string, advice: string) => (name: string) => {
  test(`${name} needs ${part}, and under CI nothing is skipped`, () => {
    expect(`To run it, ${advice}.`).toBe('run');
  });
};

const skipped = (advice: string) => (name: string, tests: () => void) => {
  console.warn(`SKIPPED: ${name}. To run it, ${advice}.`);
  const { skip } = describe;
  skip(name, tests);
};

/** Where Chromium is, under whatever name; undefined when there is none. */
export function chromium(): string | undefined {
  return [
    process.env['CURFEW_CHROMIUM'] ?? '',
    'chromium',
    'chromium-browser',
    'google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ].find((name) => name !== '' && runs(name, ['--version']));
}

function runs(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { timeout: 20_000 }).status === 0;
}
