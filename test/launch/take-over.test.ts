import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { claim, readLock, writeLock, type Lock } from '../../launch/lock';
import { identityOf, isRunning, type ProcessIdentity } from '../../launch/process-identity';
import { takeOver } from '../../launch/take-over';

describe('taking a data folder over', () => {
  let folder: string;
  const said: string[] = [];
  const open: (() => void)[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'curfew-lock-'));
    said.length = 0;
  });
  afterEach(() => {
    for (const close of open.splice(0)) close();
    rmSync(folder, { recursive: true });
  });

  /** Somebody's process, in a group of its own as the launcher's children are. */
  async function aProcess(): Promise<ProcessIdentity> {
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    await once(child, 'spawn');
    open.push(() => child.kill('SIGKILL'));
    return identityOf(child.pid!)!;
  }
  const gone: ProcessIdentity = { pid: 2 ** 22 + 1, started: 'long ago' };
  const lockOf = (launcher: ProcessIdentity, children: Lock['children']): Lock => ({
    url: 'http://127.0.0.1:3000',
    startedAt: '2026-01-01T00:00:00.000Z',
    ports: {},
    launcher,
    children,
  });
  const take = async () => {
    const claimed = await takeOver(folder, (line) => said.push(line));
    open.push(() => claimed.release());
  };

  test('an unused folder is simply taken', async () => {
    await take();
    expect(said).toEqual([]);
    expect(claim(folder, 0)).toBeUndefined();
  });

  test('what a killed start left is ended', async () => {
    const temporal = await aProcess();
    writeLock(folder, lockOf(gone, { temporal }));
    await take();
    expect(isRunning(temporal)).toBe(false);
    expect(said).toEqual([
      `An earlier start was killed and left running: temporal (process ${temporal.pid}). Ending them first.`,
    ]);
    expect(readLock(folder)).toBeUndefined();
  });

  test('a stale lock whose process ids belong to others by now touches none of them', async () => {
    const others = await aProcess();
    const recycled = { ...others, started: `${others.started}0` };
    writeLock(folder, lockOf(recycled, { worker: recycled, temporal: recycled }));
    await take();
    expect(isRunning(others)).toBe(true);
    expect(said).toEqual([]);
  });

  test('a lock file that cannot be read stops the start, since nobody knows what still has the database', async () => {
    writeFileSync(path.join(folder, 'lock.json'), '{"launcher": {"pi');
    await expect(take()).rejects.toThrow('delete the file');
  });

  test('a folder is free again when its holder lets go', () => {
    const first = claim(folder, 0);
    expect(claim(folder, 0)).toBeUndefined();
    first?.release();
    const second = claim(folder, 0);
    expect(second).toBeDefined();
    second?.release();
  });

  test('a process that has ended is not running, even before its parent took note', async () => {
    const child = spawn('sh', ['-c', 'sleep 0.05'], { stdio: 'ignore' });
    const identity = identityOf(child.pid!)!;
    expect(isRunning(identity)).toBe(true);
    await once(child, 'exit');
    expect(isRunning(identity)).toBe(false);
  });
});
