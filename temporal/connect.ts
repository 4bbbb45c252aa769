import { devNull } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { dataConverter } from './codec';

export const TASK_QUEUE = 'curfew';

/** The engine by its own usual variables and profiles (TEMPORAL_ADDRESS, _NAMESPACE, _API_KEY, _TLS_…). */
const engine = () => {
  // The null device means "no profiles"; envconfig 1.24 fails on an empty file instead of finding none in it.
  const disableFile = process.env['TEMPORAL_CONFIG_FILE'] === devNull;
  const { connectionOptions, namespace } = loadClientConnectConfig({ disableFile });
  return { connectionOptions, namespace: namespace ?? 'default' };
};

/** A client that connects with its first call, so that an engine that is down delays nobody's start. Encrypts with `codecKey`; undefined leaves histories readable (development). */
export function connectClient(codecKey: Buffer | undefined): Client {
  const { connectionOptions, namespace } = engine();
  const connection = Connection.lazy(connectionOptions);
  return new Client({ connection, namespace, dataConverter: dataConverter(codecKey) });
}

export async function connectWorker(): Promise<{
  connection: NativeConnection;
  namespace: string;
}> {
  const { connectionOptions, namespace } = engine();
  return { connection: await NativeConnection.connect(connectionOptions), namespace };
}
