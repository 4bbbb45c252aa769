import type { Command } from 'commander';
import { CommandFailure } from '../failure';
import { openHome, type ConnectedGrant, type Home } from '../home';
import { startEndpoint } from '../loopback-endpoint';
import { note, print } from '../output';
import { credentialsFor } from '../session';

/** Adds `curfew serve [GRANT]`. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .argument('[GRANT]', 'the grant to serve; may be left out when only one is live')
    .description('serve credentials to SDKs on this machine, as a container endpoint')
    .option('--server <url>', 'where Curfew answers')
    .option('--json', 'print one line of JSON')
    .action(serve);
}

async function serve(
  id: string | undefined,
  options: { server?: string; json?: boolean },
): Promise<void> {
  const home = openHome();
  const { grantId } = id === undefined ? onlyLive(home) : home.load(id);
  const endpoint = await startEndpoint(home.folder, () =>
    credentialsFor(home, home.load(grantId), options),
  );
  const variables = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: endpoint.url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: endpoint.tokenFile,
  };
  print(
    options.json,
    { grant: grantId, ...variables },
    Object.entries(variables)
      .map(([name, value]) => `export ${name}='${value}'`)
      .join('\n'),
  );
  note(`Serving ${grantId} until Ctrl-C. SDKs with these two variables use it.`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve());
  });
  await endpoint.close();
}

function onlyLive(home: Home): ConnectedGrant {
  const live = home.list().filter(({ expiresAt }) => Date.parse(expiresAt) > Date.now());
  const [only] = live;
  if (only && live.length === 1) return only;
  throw new CommandFailure(
    live.length === 0 ? 1 : 2,
    live.length === 0
      ? 'This machine is connected to no live grant. Press Connect in the chat, then run: curfew connect CODE'
      : `GRANT: several are live, so name one: ${live.map(({ grantId, role }) => `${grantId} (${role})`).join(', ')}`,
  );
}
