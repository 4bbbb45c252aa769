import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answers } from '../../launch/answers';
import { privatePorts } from '../../launch/ports';
import { temporalArgs, temporalHealth } from '../../launch/temporal-server';

const UP_WITHIN_MS = 30_000;

/** A Temporal server for tests, tuned as `npm start` tunes it. */
export interface TestTemporal {
  /** Host and port of its gRPC frontend. */
  address: string;
  uiUrl: string;
  pid: number;
  /** Ends it; its database goes with it unless it was given. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts one on free ports. `database`: a file to keep, for starting again on it; otherwise a temporary one. */
export async function startTemporal(database?: string): Promise<TestTemporal> {
  const cli = process.env['CURFEW_TEMPORAL_CLI'];
  if (!cli) throw new Error('CURFEW_TEMPORAL_CLI is not set: run this with CURFEW_TESTS=live.');
  const folder = mkdtempSync(path.join(tmpdir(), 'curfew-temporal-'));
  const ports = await privatePorts();
  const server = {
    database: database ?? path.join(folder, 'temporal.sqlite'),
    port: ports.temporal,
    httpPort: ports.temporalHttp,
    uiPort: ports.temporalUi,
    metricsPort: ports.temporalMetrics,
  };
  const child = spawn(cli, temporalArgs(server), { stdio: 'ignore' });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + UP_WITHIN_MS;
  while (!(await answers(temporalHealth(server)))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop('SIGKILL');
      throw new Error('The Temporal server did not come up.');
    }
    await sleep(50);
  }
  return {
    address: `127.0.0.1:${server.port}`,
    uiUrl: `http://127.0.0.1:${server.uiPort}`,
    pid: child.pid ?? 0,
    stop,
  };
}
