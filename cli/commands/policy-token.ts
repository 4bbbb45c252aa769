import type { Command } from 'commander';
import { Refused } from '../../access/refused';
import type { Workload, WorkloadTokens } from '../../access/workload';
import { defaultFolder, openBundle, print, textOf, unusable } from './policy';
import { usage, type Printed } from './printed';

/** Who verifies tokens; the command line itself knows no issuer. */
export type TokensFor = (workloads: readonly Workload[]) => WorkloadTokens;

/** Says which workload a token is of, and which run. Asks its issuer for keys; nothing is used up or recorded. */
export async function policyToken(
  folder: string,
  stdin: string,
  tokensFor: TokensFor,
): Promise<Printed> {
  const bundle = openBundle(folder);
  if ('code' in bundle) return bundle;
  if (!bundle.ok) return unusable(folder, bundle.findings);
  const { workloads } = bundle.catalog;
  if (workloads.length === 0)
    return usage(`${folder} has no workloads. Add one to its curfew.yaml, as in the example.`);
  try {
    const { workload, run, claims } = await tokensFor(workloads).identify(stdin.trim());
    const { id, kind, accountable } = workload;
    const found = { workload: id, kind, accountable, run, claims };
    return { code: 0, out: JSON.stringify(found), err: '' };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { code: error instanceof Refused ? 1 : 3, out: '', err: error.message };
  }
}

/** Adds `curfew policy token`. The token comes on stdin: arguments can be read by others on the machine. */
export function registerPolicyToken(policy: Command, tokensFor: TokensFor): void {
  policy
    .command('token')
    .description('say which pipeline or agent a token on stdin is of, or why it is of none')
    .option('--config <dir>', 'configuration folder (default: CURFEW_CONFIG, else the example)')
    .option('--json', 'print JSON, which it always does')
    .action(async (options: { config?: string }) => {
      const folder = options.config ?? defaultFolder();
      print(
        process.stdin.isTTY
          ? usage('Give the token on stdin: curfew policy token --config DIR < token')
          : await policyToken(folder, await textOf(process.stdin), tokensFor),
      );
    });
}
