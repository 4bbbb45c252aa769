import { spawn } from 'node:child_process';
import { pythonTools } from './python-tools';

/**
 * Starts moto, AWS's interfaces by somebody else's hand, on a free port. Faithful in shapes only: a
 * Deny with a condition denies everyone there, and session policies and expiry are ignored.
 */
export async function startMoto(): Promise<{ endpoint: string; close(): Promise<void> }> {
  const python = await pythonTools();
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
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
