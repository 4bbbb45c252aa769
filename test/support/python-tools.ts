import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PACKAGES = ['moto[server]==5.2.5', 'awscli==1.46.3'];

/**
 * The Python of a private environment with moto and the AWS CLI, from PyPI: made once, below
 * `CURFEW_TEST_CACHE` (else `~/.cache/curfew`). Start its programs as modules: `python -m moto.server`.
 */
export async function pythonTools(): Promise<string> {
  const cache = process.env['CURFEW_TEST_CACHE'] ?? path.join(homedir(), '.cache/curfew');
  const home = path.join(cache, 'moto-5.2.5-awscli-1.46.3');
  const python = path.join(home, 'bin/python');
  if (existsSync(home)) return python;

  console.info(`Installing ${PACKAGES.join(' and ')} into ${home}: once, about a minute.`);
  mkdirSync(cache, { recursive: true });
  // Made beside its place and moved there, so that what is there is whole.
  const fresh = `${home}.${process.pid}`;
  try {
    await run('python3', ['-m', 'venv', fresh]);
    await run(path.join(fresh, 'bin/python'), ['-m', 'pip', 'install', '--quiet', ...PACKAGES]);
    renameSync(fresh, home);
  } catch (error) {
    // Another test process was quicker.
    if (!existsSync(home)) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return python;
}
