import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const root = path.join(__dirname, '../..');

/** Starts a TypeScript file (path from the project's root) as a process of its own. */
export const startTypeScript = (file: string, ...args: string[]): ChildProcessWithoutNullStreams =>
  spawn(
    process.execPath,
    ['-r', path.join(__dirname, 'typescript.cjs'), path.join(root, file), ...args],
    { cwd: root },
  );

/** Waits for its end; throws with what it wrote to stderr when that was not a success. */
export async function finished(child: ChildProcessWithoutNullStreams): Promise<string> {
  let output = '';
  let complaint = '';
  child.stdout.on('data', (text) => (output += String(text)));
  child.stderr.on('data', (text) => (complaint += String(text)));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The process ended with ${String(code)}: ${complaint}`);
  return output;
}
