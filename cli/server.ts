import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../config/root';
import { CommandFailure } from './failure';

const lock = z.object({ url: z.url() });

/** Where Curfew answers: as told, else what the grant was connected to, else what runs on this machine. */
export function serverFor(
  told: string | undefined,
  saved: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const asked = told ?? environment['CURFEW_URL'];
  if (asked !== undefined) return checked(asked);
  return saved ?? running(environment) ?? unknown();
}

function checked(text: string): string {
  const url = z.url({ protocol: /^https?$/ }).safeParse(text);
  if (!url.success)
    throw new CommandFailure(
      2,
      `--server: "${text}" is not a URL like https://curfew.example.com.`,
    );
  const { protocol, hostname, origin } = new URL(url.data);
  // A proof on plain http could be read on the way.
  if (protocol === 'http:' && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) {
    throw new CommandFailure(
      2,
      `--server: ${hostname} is another machine, so its URL must begin with https://.`,
    );
  }
  return origin;
}

function running(environment: NodeJS.ProcessEnv): string | undefined {
  const folder = environment['CURFEW_DATA'] ?? path.join(packageRoot, '.curfew');
  try {
    return lock.parse(JSON.parse(readFileSync(path.join(folder, 'lock.json'), 'utf8'))).url;
  } catch {
    return undefined;
  }
}

function unknown(): never {
  throw new CommandFailure(
    3,
    'No Curfew runs on this machine. Name one: --server https://… (or set CURFEW_URL).',
  );
}
