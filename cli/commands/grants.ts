import type { Command } from 'commander';
import { api } from '../api-client';
import { CommandFailure } from '../failure';
import { openHome, type ConnectedGrant } from '../home';
import { print } from '../output';
import { serverFor } from '../server';

/** Adds `curfew grants` and `curfew end GRANT`. */
export function registerGrants(program: Command): void {
  program
    .command('grants')
    .description('the grants that this machine is connected to')
    .option('--all', 'those that are over, too')
    .option('--server <url>', 'where Curfew answers')
    .option('--json', 'print one line of JSON')
    .action(grants);
  program
    .command('end')
    .argument('<GRANT>', 'the id of a grant that this machine is connected to')
    .description('end a grant of yours now')
    .option('--server <url>', 'where Curfew answers')
    .option('--json', 'print one line of JSON')
    .action(end);
}

interface Options {
  all?: boolean;
  server?: string;
  json?: boolean;
}

async function grants({ all, server, json }: Options): Promise<void> {
  const listed = await Promise.all(
    openHome()
      .list()
      .map((grant) => withState(grant, server)),
  );
  const shown = listed.filter(
    ({ state }) => all === true || ['active', 'ending', 'overdue'].includes(state),
  );
  const lines = shown.map(
    ({ grant, role, account, expiresAt, state }) =>
      `${grant}  ${role} in ${account}  ${state}, until ${expiresAt}`,
  );
  print(
    json,
    { grants: shown },
    lines.join('\n') ||
      (all === true ? 'None.' : 'No live grants. Those that are over: curfew grants --all'),
  );
}

async function withState(kept: ConnectedGrant, server: string | undefined) {
  const { grantId, role, account, expiresAt, session } = kept;
  const about = { grant: grantId, role, account, expiresAt };
  const wasExtended = session?.grantId !== undefined && session.grantId !== grantId;
  if (Date.parse(expiresAt) <= Date.now() && !wasExtended) return { ...about, state: 'ended' };
  try {
    const { state, expiresAt: until = expiresAt } = await api.grant(callerOf(kept, server));
    return { ...about, expiresAt: until, state };
  } catch (error) {
    // A refusal means that the grant is not there any more; an unreachable server is the person's to know.
    if (error instanceof CommandFailure && error.code === 1) return { ...about, state: 'unknown' };
    throw error;
  }
}

async function end(id: string, { server, json }: Options): Promise<void> {
  const { grantId, note } = await api.end(callerOf(openHome().load(id), server));
  print(json, { grant: grantId, note }, note);
}

const callerOf = ({ grantId, server, keys }: ConnectedGrant, told: string | undefined) => ({
  server: serverFor(told, server),
  grantId,
  signing: keys.signing,
});
