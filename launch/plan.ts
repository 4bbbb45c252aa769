import path from 'node:path';
import { answers } from './answers';
import type { ChildPlan } from './child';
import { childEnvironment, type ChildName, type EnvironmentOrder } from './child-environment';
import { accepts } from './ports';
import { temporalArgs, temporalHealth, type TemporalServer } from './temporal-server';

/** The embedded server: which program, where. Undefined when one is there already. */
export interface EmbeddedTemporal extends TemporalServer {
  cli: string;
}

/**
 * The processes of one run. They end one after another, within 9 s together: a worker that finishes what it is doing
 * gets the most, and what the others leave is Temporal's.
 */
export function planChildren(
  order: EnvironmentOrder,
  temporal: EmbeddedTemporal | undefined,
): ChildPlan[] {
  const { addresses, standIns } = order;
  const sandbox = standIns.length > 0;
  const botPort = sandbox ? addresses.bot : addresses.port;
  const leansOn = [...(temporal ? ['temporal'] : []), ...(sandbox ? ['sandbox'] : [])];
  return [
    ...(temporal ? [temporalPlan(order, temporal)] : []),
    ...(sandbox
      ? [nodePlan('sandbox', order, { port: addresses.port, after: [], stopWithinMs: 500 })]
      : []),
    nodePlan('worker', order, { port: addresses.worker, after: leansOn, stopWithinMs: 5_500 }),
    nodePlan('bot', order, { port: botPort, after: leansOn, stopWithinMs: 2_000 }),
  ];
}

function temporalPlan(order: EnvironmentOrder, temporal: EmbeddedTemporal): ChildPlan {
  const isServing = () => answers(temporalHealth(temporal));
  return {
    name: 'temporal',
    command: temporal.cli,
    args: temporalArgs(temporal),
    env: childEnvironment('temporal', order),
    after: [],
    isUp: isServing,
    isReady: isServing,
    stopWithinMs: 9_000,
    // It speaks of errors whenever somebody it talks to comes or goes.
    showErrors: false,
  };
}

const MAIN: Record<Exclude<ChildName, 'temporal'>, string> = {
  sandbox: 'sandbox/main.js',
  worker: 'temporal/main.js',
  bot: 'bot/main.js',
};

function nodePlan(
  name: keyof typeof MAIN,
  order: EnvironmentOrder,
  { port, after, stopWithinMs }: { port: number; after: string[]; stopWithinMs: number },
): ChildPlan {
  return {
    name,
    command: process.execPath,
    args: ['--enable-source-maps', path.join(__dirname, '..', MAIN[name])],
    env: childEnvironment(name, order),
    after,
    isUp: () => accepts(port),
    isReady: () => answers(`http://127.0.0.1:${port}/healthz`),
    stopWithinMs,
    showErrors: true,
  };
}
