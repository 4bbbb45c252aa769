import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const PROGRAM = path.join(__dirname, '../../cli/curfew.js');

/** `curfew …` as a process of its own, as a person runs it. */
export interface RunningCli {
  /** What follows the words in its first line that has them, on stderr. */
  says(words: string): Promise<string>;
  ended: Promise<{ code: number; out: string; err: string }>;
}

/** `home`: where this person's command line keeps its state. `url`: where Curfew answers. */
export function curfew(
  { home, url }: { home: string; url: string },
  ...args: string[]
): RunningCli {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, CURFEW_HOME: home, CURFEW_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (text) => (printed.out += String(text)));
  child.stderr.on('data', (text) => (printed.err += String(text)));
  const ended = once(child, 'close').then(([code]) => ({ code: Number(code), ...printed }));
  const says = (words: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const line = printed.err
          .split('\n')
          .slice(0, -1)
          .find((one) => one.startsWith(words));
        if (line !== undefined) resolve(line.slice(words.length));
      };
      child.stderr.on('data', look);
      look();
      void ended.then(() => reject(new Error(`ended without "${words}": ${printed.err}`)));
    });
  return { says, ended };
}
