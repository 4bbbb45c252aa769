import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** Who listens on a local TCP port, such as `python3 (process 4711)`; undefined when that cannot be known. */
export function holderOf(port: number): string | undefined {
  try {
    return process.platform === 'linux' ? onLinux(port) : elsewhere(port);
  } catch {
    // Only ever a help in a message: not being allowed to look is no trouble of its own.
    return undefined;
  }
}

const LISTENING = '0A';

function onLinux(port: number): string | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === LISTENING)
        .map((fields) => `socket:[${fields[9]}]`),
    ),
  );
  const pid = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((name) => openFiles(name).some((file) => sockets.has(file)));
  const program = pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0];
  return program && `${path.basename(program)} (process ${pid})`;
}

function openFiles(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  return orNothing(() => readdirSync(folder)).flatMap((fd) =>
    orNothing(() => [readlinkSync(`${folder}/${fd}`)]),
  );
}

/** Somebody else's process may not be looked into, and any of them may have just ended. */
function orNothing(look: () => string[]): string[] {
  try {
    return look();
  } catch {
    return [];
  }
}

function elsewhere(port: number): string | undefined {
  const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
  const text = execFileSync('lsof', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [pid, name] = [/^p(\d+)$/m.exec(text)?.[1], /^c(.+)$/m.exec(text)?.[1]];
  return pid && name && `${name} (process ${pid})`;
}
