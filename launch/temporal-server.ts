/** Where one embedded Temporal server keeps its data and listens, all on loopback. */
export interface TemporalServer {
  database: string;
  port: number;
  httpPort: number;
  uiPort: number;
  metricsPort: number;
}

/**
 * Arguments of the Temporal CLI for a server that answers quickly. By default each history queue is read 20 times a
 * second, which adds about 50 ms to every dispatch; with several partitions and the raised reading, one call in a
 * hundred took 2 s, with one partition none did.
 */
export function temporalArgs(server: TemporalServer): string[] {
  const flags: [name: string, value: string | number][] = [
    ['ip', '127.0.0.1'],
    ['port', server.port],
    ['http-port', server.httpPort],
    ['ui-port', server.uiPort],
    ['metrics-port', server.metricsPort],
    ['db-filename', server.database],
    ['log-level', 'warn'],
    ['sqlite-pragma', 'journal_mode=wal'],
    ['sqlite-pragma', 'synchronous=1'],
    ['dynamic-config-value', 'history.transferProcessorMaxPollRPS=2000'],
    ['dynamic-config-value', 'history.timerProcessorMaxPollRPS=2000'],
    ['dynamic-config-value', 'history.visibilityProcessorMaxPollRPS=2000'],
    ['dynamic-config-value', 'matching.numTaskqueueReadPartitions=1'],
    ['dynamic-config-value', 'matching.numTaskqueueWritePartitions=1'],
  ];
  return ['server', 'start-dev', ...flags.flatMap(([name, value]) => [`--${name}`, String(value)])];
}

/** Answers 200 once the server serves its default namespace. */
export const temporalHealth = (server: Pick<TemporalServer, 'httpPort'>): string =>
  `http://127.0.0.1:${server.httpPort}/api/v1/namespaces/default`;
