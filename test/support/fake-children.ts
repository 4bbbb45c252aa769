import { createServer } from 'node:net';
import path from 'node:path';
import { answers } from '../../launch/answers';
import type { ChildPlan } from '../../launch/child';
import { accepts } from '../../launch/ports';

/** `refuses`: its settings are wrong; `deaf`: does not end when asked to. */
export type Special = 'refuses' | 'deaf';

/** Notes its start and its end in `order.txt` and answers its health check. Says nothing, so it outlives its reader. */
const SCRIPT = `
  const [name, port, special, notes] = process.argv.slice(1);
  const note = (what) => require('node:fs').appendFileSync(notes, name + ' ' + what + '\\n');
  if (special === 'refuses') { console.error('SLACK_BOT_TOKEN is not set'); process.exit(78); }
  note('starts');
  process.on('SIGTERM', () => { if (special === 'deaf') return; note('ends'); process.exit(0); });
  require('node:http').createServer((_, response) => response.end('ok')).listen(port, '127.0.0.1');
`;

/** A child that is quickly there. */
export async function fakeChild(
  name: string,
  data: string,
  special: Special | undefined,
): Promise<ChildPlan> {
  const port = await freePort();
  return {
    name,
    command: process.execPath,
    args: ['-e', SCRIPT, name, String(port), special ?? '', path.join(data, 'order.txt')],
    env: process.env,
    after: name === 'worker' || name === 'bot' ? ['temporal', 'sandbox'] : [],
    isUp: () => accepts(port),
    isReady: () => answers(`http://127.0.0.1:${port}/healthz`),
    stopWithinMs: 1_000,
    showErrors: true,
  };
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
