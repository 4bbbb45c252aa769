import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../config/root';

const message = z.object({
  channel: z.string(),
  ts: z.string(),
  text: z.string(),
  buttons: z.array(z.union([z.string(), z.object({ text: z.string() })])),
  metadata: z.object({ requestId: z.string().optional(), kind: z.string().optional() }).nullish(),
});
export type Message = z.infer<typeof message>;
const lock = z.object({ ports: z.record(z.string(), z.number()) });

/** The whole of Curfew on its stand-ins, started as `npm start` does, on a folder of its own. */
export interface Stack {
  url: string;
  data: string;
  temporalAddress: string;
  control: (what: 'command' | 'submit' | 'click', body: object) => Promise<unknown>;
  messages: (user: string, channel?: string) => Promise<Message[]>;
  calls: () => Promise<{ method: string }[]>;
  /** In order. Removes the folder, unless it was given. */
  stop: () => Promise<void>;
}

/** `root`: another built tree than this one. */
export async function startStack({
  data: given,
  env = {},
  root = packageRoot,
}: { data?: string; env?: NodeJS.ProcessEnv; root?: string } = {}): Promise<Stack> {
  const data = given ?? mkdtempSync(path.join(tmpdir(), 'curfew-bench-'));
  const child = spawn(process.execPath, [path.join(root, 'dist/launch/main.js')], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'development', CURFEW_DATA: data, CURFEW_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (part) => {
      said += String(part);
      const ready = /Curfew is ready: (\S+)/.exec(said)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    child.on('exit', () => reject(new Error(`Curfew did not start:\n${said}`)));
  });
  const { ports } = lock.parse(JSON.parse(readFileSync(path.join(data, 'lock.json'), 'utf8')));
  const get = async (where: string): Promise<unknown> => (await fetch(`${url}${where}`)).json();
  return {
    url,
    data,
    temporalAddress: `127.0.0.1:${ports['temporal']}`,
    async control(what, body) {
      const answer = await fetch(`${url}/sandbox/slack/${what}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${what}: ${await answer.text()}`);
      return answer.json();
    },
    messages: async (user, channel) =>
      z
        .array(message)
        .parse(
          await get(
            `/sandbox/slack/messages?user=${user}${channel === undefined ? '' : `&channel=${channel}`}`,
          ),
        ),
    calls: async () =>
      z.array(z.object({ method: z.string() })).parse(await get('/sandbox/slack/calls')),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      if (given === undefined) rmSync(data, { recursive: true, force: true });
    },
  };
}

export const hasButton = ({ buttons }: Message, label: string): boolean =>
  buttons.some((button) => (typeof button === 'string' ? button : button.text) === label);
