import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { identityOf } from '../../launch/process-identity';

const LEASH = path.join(__dirname, '../../launch/leash.mjs');

/** A shell on the leash that tells its process id and then waits, deaf to SIGTERM as npm is. */
async function leashed() {
  const script = 'trap "" TERM; echo $$; while true; do sleep 1; done';
  const child = spawn(process.execPath, [LEASH, 'sh', '-c', script]);
  const [said] = await once(child.stdout, 'data');
  return { child, pid: Number(String(said)) };
}
const gone = async (pid: number) => {
  for (let looks = 0; looks < 400 && identityOf(pid); looks += 1) await sleep(20);
  return identityOf(pid) === undefined;
};

test.each<[string, (child: Awaited<ReturnType<typeof leashed>>['child']) => unknown]>([
  ['the one who started it is gone', (child) => child.stdin.end()],
  ['it is told to end', (child) => child.kill('SIGTERM')],
])('what is on the leash ends when %s', async (_, happens) => {
  const { child, pid } = await leashed();
  expect(identityOf(pid)).toBeDefined();
  happens(child);
  const isGone = await gone(pid);
  if (!isGone) process.kill(-pid, 'SIGKILL');
  expect(isGone).toBe(true);
});

test.each([
  ['sh', ['-c', 'exit 3'], 3],
  ['no-such-program-anywhere', [], 127],
])('%s %j ends with its own code, %i', async (program, args, code) => {
  const child = spawn(process.execPath, [LEASH, program, ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  expect(await once(child, 'exit')).toEqual([code, null]);
});
