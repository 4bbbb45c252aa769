import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readLock } from '../../launch/lock';
import { isRunning } from '../../launch/process-identity';
import { startTypeScript } from '../support/typescript-process';

describe('a launcher and its children', () => {
  let data: string;
  const launchers: ChildProcessWithoutNullStreams[] = [];

  beforeEach(() => {
    data = path.join(mkdtempSync(path.join(tmpdir(), 'curfew-launch-')), 'data');
  });
  afterEach(async () => {
    for (const child of launchers.splice(0)) await end(child, 'SIGTERM');
    const lock = readLock(data);
    for (const { pid } of Object.values(lock?.children ?? {})) process.kill(pid, 'SIGKILL');
    rmSync(path.dirname(data), { recursive: true });
  });

  /** Starts a launcher; `says` resolves once it has said that. */
  function launch(special: Record<string, 'refuses' | 'deaf'> = {}) {
    const child = startTypeScript('test/support/fake-launch.ts', data, JSON.stringify(special));
    launchers.push(child);
    let said = '';
    const listeners = new Set<() => void>();
    const hear = (text: Buffer) => {
      said += text.toString();
      for (const listener of listeners) listener();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const says = (words: string) =>
      new Promise<string>((resolve, reject) => {
        const listener = () => {
          if (!said.includes(words)) return;
          listeners.delete(listener);
          resolve(said);
        };
        listeners.add(listener);
        child.once('close', () => reject(new Error(`ended without "${words}":\n${said}`)));
        listener();
      });
    const ended = once(child, 'close').then(([code]) => ({ code, said }));
    return { child, says, ended };
  }

  const end = async (child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  };
  const order = () => readFileSync(path.join(data, 'order.txt'), 'utf8').trim().split('\n');

  test('bot and worker start after what they lean on; Temporal ends last, however many signals come', async () => {
    const { child, says, ended } = launch();
    await says('All are there.');
    expect(order().slice(0, 2).toSorted()).toEqual(['sandbox starts', 'temporal starts']);
    child.kill('SIGINT');
    await says('Stopping');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    expect(order().slice(4)).toEqual(['bot ends', 'worker ends', 'sandbox ends', 'temporal ends']);
    expect(existsSync(path.join(data, 'lock.json'))).toBe(false);
  });

  test('a child that dies is started again, and the lock file knows the new one', async () => {
    const { says } = launch();
    await says('All are there.');
    const before = readLock(data)!.children['worker']!;
    process.kill(before.pid, 'SIGKILL');
    await says('worker was ended by SIGKILL. Starting it again in 0.25 s.');
    const worker = () => readLock(data)!.children['worker']!;
    for (let looks = 0; looks < 200 && worker().pid === before.pid; looks += 1) await sleep(50);
    const after = worker();
    expect(after.pid).not.toBe(before.pid);
    expect(isRunning(after)).toBe(true);
    expect(isRunning(before)).toBe(false);
  });

  test('what a killed start left running is ended by the next one', async () => {
    const first = launch();
    await first.says('All are there.');
    await end(first.child, 'SIGKILL');
    const left = Object.values(readLock(data)!.children);
    expect(left.map(isRunning)).toEqual([true, true, true, true]);

    const second = launch();
    const said = await second.says('All are there.');
    expect(said).toContain('An earlier start was killed and left running: bot (process');
    expect(left.map(isRunning)).toEqual([false, false, false, false]);
  });

  test('a second start takes over from a healthy first one, which ends in order', async () => {
    const first = launch();
    await first.says('All are there.');
    const second = launch();
    const said = await second.says('All are there.');
    expect(said).toContain(`Curfew already runs on this data (process ${first.child.pid}`);
    expect(await first.ended).toMatchObject({ code: 0 });
    expect(readLock(data)?.launcher.pid).toBe(second.child.pid);
  });

  test('a child with wrong settings stops the start with its own words, and leaves nothing running', async () => {
    const { code, said } = await launch({ bot: 'refuses' }).ended;
    expect(code).toBe(1);
    expect(said).toContain('bot does not start: it ended with 78.');
    expect(said).toContain('SLACK_BOT_TOKEN is not set');
    expect(order().slice(-2)).toEqual(['sandbox ends', 'temporal ends']);
  });

  test('a child that does not end when asked is cut off', async () => {
    const { child, says, ended } = launch({ worker: 'deaf' });
    await says('All are there.');
    const worker = readLock(data)!.children['worker']!;
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({
      code: 0,
      said: expect.stringContaining('worker did not end'),
    });
    expect(isRunning(worker)).toBe(false);
  });

  test('logs and the lock file are for their owner alone', async () => {
    const { says } = launch();
    await says('All are there.');
    const modes = ['lock.json', 'logs/bot.log'].map(
      (file) => statSync(path.join(data, file)).mode & 0o777,
    );
    expect(modes).toEqual([0o600, 0o600]);
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });
});
