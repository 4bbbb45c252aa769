import path from 'node:path';
import process from 'node:process';
import { BadSettings, readVariables, type Variables } from '../config/environment';
import { readSettings } from '../config/settings';
import { CannotStart } from './cannot-start';
import { childEnvironment, standInsFor, type EnvironmentOrder } from './child-environment';
import { makePrivateFolder } from './data-folder';
import { devKeysOf } from './dev-keys';
import { planChildren, type EmbeddedTemporal } from './plan';
import { portFor, privatePorts, type PrivatePorts } from './ports';
import { runChildren } from './run-children';
import { takeOver } from './take-over';
import { whereToGo } from './where-to-go';

const say = (line: string): void => console.log(line);

/** `npm start`: all of Curfew, until a signal. */
async function start(own: NodeJS.ProcessEnv): Promise<number> {
  const given = readVariables(own);
  const data = path.resolve(given.CURFEW_DATA);
  makePrivateFolder(data);
  const claimed = await takeOver(data, say);
  try {
    const port = await portFor(given.CURFEW_PORT);
    const privately = await privatePorts();
    const temporal = embeddedTemporal(given, own, data, privately);
    const order = environmentOrder(given, own, { data, port, privately, temporal });
    refuseBadSettings(order);
    return await runChildren({
      data,
      url: order.addresses.url,
      ports: { curfew: port, ...(temporal ? privately : withoutTemporal(privately)) },
      children: planChildren(order, temporal),
      say,
      onReady: () => {
        for (const line of whereToGo(order, temporal?.uiPort)) say(line);
      },
    });
  } finally {
    claimed.release();
  }
}

/** What a server of somebody else's listens on is not ours to name. */
const withoutTemporal = ({ bot, worker }: PrivatePorts) => ({ bot, worker });

function environmentOrder(
  given: Variables,
  own: NodeJS.ProcessEnv,
  run: {
    data: string;
    port: number;
    privately: PrivatePorts;
    temporal?: EmbeddedTemporal | undefined;
  },
): EnvironmentOrder {
  const { data, port, privately, temporal } = run;
  return {
    own,
    data,
    config: given.CURFEW_CONFIG && path.resolve(given.CURFEW_CONFIG),
    addresses: {
      url: `http://127.0.0.1:${port}`,
      port,
      bot: privately.bot,
      worker: privately.worker,
      ...(temporal && { temporal: temporal.port }),
    },
    standIns: standInsFor(given),
    ...(given.NODE_ENV === 'production' ? {} : { devKeys: devKeysOf(data) }),
  };
}

function embeddedTemporal(
  given: Variables,
  own: NodeJS.ProcessEnv,
  data: string,
  privately: PrivatePorts,
): EmbeddedTemporal | undefined {
  if (given.TEMPORAL_ADDRESS !== undefined || given.NODE_ENV === 'production') return undefined;
  const cli = own['CURFEW_TEMPORAL_CLI'];
  if (!cli) {
    throw new CannotStart(
      'CURFEW_TEMPORAL_CLI is not set. "npm start" finds the Temporal CLI and sets it; start Curfew that way.',
    );
  }
  return {
    cli,
    database: path.join(data, 'temporal.sqlite'),
    port: privately.temporal,
    httpPort: privately.temporalHttp,
    uiPort: privately.temporalUi,
    metricsPort: privately.temporalMetrics,
  };
}

/** Every child judges its settings itself; asking here as well gives one answer before anything runs. */
function refuseBadSettings(order: EnvironmentOrder): void {
  const problems = (['bot', 'worker'] as const).flatMap((name) => {
    try {
      readSettings(childEnvironment(name, order), name);
      return [];
    } catch (error) {
      if (error instanceof BadSettings) return error.problems;
      throw error;
    }
  });
  if (problems.length > 0) throw new BadSettings([...new Set(problems)]);
}

// Databases, logs and keys of every child are for their owner alone, wherever CURFEW_DATA is.
process.umask(0o077);
// A closed terminal or a reader that went away must not stop us in the middle of stopping.
process.stdout.on('error', () => undefined);

void start(process.env)
  .catch((error: unknown) => {
    if (!(error instanceof CannotStart || error instanceof BadSettings)) throw error;
    console.error(error.message);
    return 1;
  })
  // Whatever still hangs on, a timer or a connection, must not keep us.
  .then((code) => process.exit(code));
