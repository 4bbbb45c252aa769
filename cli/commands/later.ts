import type { Command } from 'commander';
import { CommandFailure } from '../failure';

const LATER = [
  ['revoke', 'cut live grants', 'Type /revoke in the chat.'],
  ['console', 'open the AWS console', 'Use the AWS CLI or an SDK for now: curfew connect CODE'],
] as const;

/** Adds the commands that are planned and not there yet: they end with code 2 and say what to do instead. */
export function registerLater(program: Command): void {
  for (const [name, description, instead] of LATER) {
    program
      .command(name)
      .description(`${description} (not there yet)`)
      .allowUnknownOption()
      .allowExcessArguments()
      .action(() => {
        throw new CommandFailure(2, `curfew ${name} is not there yet. ${instead}`);
      });
  }
}
