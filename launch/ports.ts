import { connect, createServer } from 'node:net';
import { CannotStart } from './cannot-start';
import { codeOf } from './error-code';
import { holderOf } from './port-holder';

const HOST = '127.0.0.1';

/** What the parts use among themselves; nobody outside needs to know these beforehand. */
export interface PrivatePorts {
  bot: number;
  worker: number;
  temporal: number;
  temporalHttp: number;
  temporalUi: number;
  temporalMetrics: number;
}

/** Ports that nobody listens on right now, all different. */
export async function privatePorts(): Promise<PrivatePorts> {
  // All are held until the last is known, or the same one could come twice.
  const held = await Promise.all([hold(0), hold(0), hold(0), hold(0), hold(0), hold(0)]);
  const [bot, worker, temporal, temporalHttp, temporalUi, temporalMetrics] = held;
  await Promise.all(held.map((each) => each.release()));
  return {
    bot: bot.port,
    worker: worker.port,
    temporal: temporal.port,
    temporalHttp: temporalHttp.port,
    temporalUi: temporalUi.port,
    temporalMetrics: temporalMetrics.port,
  };
}

/** The wanted port, or any for 0. Throws {@link CannotStart} with who holds it when it is taken. */
export async function portFor(wanted: number): Promise<number> {
  try {
    const held = await hold(wanted);
    await held.release();
    return held.port;
  } catch (cause) {
    throw new CannotStart(whyNot(wanted, cause), { cause });
  }
}

function whyNot(port: number, error: unknown): string {
  const code = codeOf(error);
  const advice = 'set CURFEW_PORT to another one (CURFEW_PORT=0 takes any that is free)';
  if (code === 'EADDRINUSE') {
    const holder = holderOf(port);
    return `Port ${port} is taken${holder ? ` by ${holder}` : ''}. End what holds it, or ${advice}.`;
  }
  if (code === 'EACCES') return `Port ${port} needs more rights than you have: ${advice}.`;
  return `Port ${port} cannot be used (${code ?? String(error)}): ${advice}.`;
}

/** Whether somebody answers there. */
export const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: HOST, port, timeout: 1_000 });
    const answer = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });

interface Held {
  port: number;
  release: () => Promise<void>;
}

function hold(wanted: number): Promise<Held> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: HOST, port: wanted, exclusive: true }, () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : wanted;
      const release = () => new Promise<void>((closed) => void server.close(() => closed()));
      resolve({ port, release });
    });
  });
}
