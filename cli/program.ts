import { Command, CommanderError } from 'commander';
import { registerAudit } from './commands/audit';
import { registerConnect } from './commands/connect';
import { registerCredentials } from './commands/credentials';
import { registerGrants } from './commands/grants';
import { registerLater } from './commands/later';
import { registerPeople } from './commands/people';
import { registerPolicy } from './commands/policy';
import { registerPolicyToken, type TokensFor } from './commands/policy-token';
import { registerRequest } from './commands/request';
import { registerServe } from './commands/serve';
import { CommandFailure } from './failure';
import type { OpenDirectory } from './live-directory';

/** What the command line is given, because it must not know it itself. */
export interface ProgramParts {
  tokensFor: TokensFor;
  openDirectory: OpenDirectory;
}

/** The whole command line. */
export function createProgram({ tokensFor, openDirectory }: ProgramParts): Command {
  const program = new Command('curfew')
    .description('AWS access for exactly as long as it is needed')
    .showHelpAfterError('(curfew --help lists the commands)')
    .exitOverride();
  registerConnect(program);
  registerCredentials(program);
  registerRequest(program);
  registerServe(program);
  registerGrants(program);
  registerPolicyToken(registerPolicy(program, openDirectory), tokensFor);
  registerPeople(program);
  registerAudit(program);
  registerLater(program);
  for (const command of program.commands) command.exitOverride();
  return program;
}

/** Runs it and gives the exit code: 0 done, 1 refused, 2 usage or not there yet, 3 part unreachable. */
export async function run(argv: readonly string[], parts: ProgramParts): Promise<number> {
  // What a command sets counts, and nothing that was there before.
  process.exitCode = undefined;
  try {
    await createProgram(parts).parseAsync([...argv], { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof CommandFailure)) throw error;
    process.stderr.write(
      argv.includes('--json')
        ? `${JSON.stringify({ error: error.message })}\n`
        : `${error.message}\n`,
    );
    return error.code;
  }
}
