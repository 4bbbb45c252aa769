import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const VERSION = '5.2.5';
const FOLDER = path.resolve(`node_modules/.cache/curfew/moto-${VERSION}`);
const READY = path.join(FOLDER, 'ready');
const LOCK = `${FOLDER}.lock`;

/**
 * Starts moto, AWS's interfaces by somebody else's hand, on a free port. Faithful in shapes only: a
 * Deny with a condition denies everyone there, and session policies and expiry are ignored.
 * The first start installs it from PyPI into a virtual environment of its own.
 */
export async function startMoto(): Promise<{ endpoint: string; close(): Promise<void> }> {
  await install();
  const child = spawn(path.join(FOLDER, 'bin/moto_server'), ['-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endpoint = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`moto_server ended at once: ${said}`)));
  });
  return {
    endpoint,
    close: () => {
      child.kill();
      return ended;
    },
  };
}

/** One process installs, others wait for it. */
async function install(): Promise<void> {
  await mkdir(path.dirname(FOLDER), { recursive: true });
  while (!existsSync(READY)) {
    try {
      await mkdir(LOCK);
    } catch {
      await pause(1_000);
      continue;
    }
    try {
      await build();
    } finally {
      await rm(LOCK, { recursive: true, force: true });
    }
  }
}

async function build(): Promise<void> {
  const run = promisify(execFile);
  await rm(FOLDER, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', FOLDER]);
  await run(path.join(FOLDER, 'bin/pip'), ['install', '--quiet', `moto[server]==${VERSION}`]);
  await writeFile(READY, '');
}
