/** Where one embedded Temporal server keeps its data and listens, all on loopback. */
export interface TemporalServer {
  database: string;
  port: number;
  httpPort: number;
  uiPort: number;
  metricsPort: number;
}

/**
 * What makes a server answer quickly. By default each history queue is read 20 times a second, which adds about
 * 50 ms to every dispatch; with several partitions and the raised reading, one call in a hundred took 2 s, with one
 * partition none did.
 */
export const TUNING: readonly string[] = [
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'history.visibilityProcessorMaxPollRPS=2000',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
];

/** Arguments of the Temporal CLI for a server that answers quickly. */
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
    ...TUNING.map((value): [string, string] => ['dynamic-config-value', value]),
  ];
  return ['server', 'start-dev', ...flags.flatMap(([name, value]) => [`--${name}`, String(value)])];
}

/** Answers 200 once the server serves its default namespace. */
export const temporalHealth = (server: Pick<TemporalServer, 'httpPort'>): string =>
  `http://127.0.0.1:${server.httpPort}/api/v1/namespaces/default`;
