import type { Command } from 'commander';
import { openHome } from '../home';
import { print } from '../output';
import { credentialsFor } from '../session';

/** Adds `curfew credentials GRANT`, which SDKs run as their credential_process. */
export function registerCredentials(program: Command): void {
  program
    .command('credentials')
    .argument('<GRANT>', 'the id of a grant that this machine is connected to')
    .description('print credentials as credential_process JSON')
    .option('--server <url>', 'where Curfew answers')
    .option('--json', 'the output is JSON always')
    .action(async (id: string, options: { server?: string }) => {
      const home = openHome();
      const credentials = await credentialsFor(home, home.load(id), options);
      print(
        true,
        {
          Version: 1,
          AccessKeyId: credentials.accessKeyId,
          SecretAccessKey: credentials.secretAccessKey,
          SessionToken: credentials.sessionToken,
          Expiration: credentials.expiration,
        },
        '',
      );
    });
}
