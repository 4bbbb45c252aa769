import { run } from '../../cli/program';
import { createOktaDirectory } from '../../identity/okta';
import { createOktaGroupNames } from '../../identity/okta-group-names';
import { createWorkloadTokens } from '../../identity/workload-tokens';

const parts: Parameters<typeof run>[1] = {
  tokensFor: (workloads) => createWorkloadTokens({ workloads: () => workloads }),
  openDirectory: (part, groupIds) => ({
    directory: createOktaDirectory({ ...part, groupIds }),
    names: createOktaGroupNames({ ...part, groupIds }),
  }),
};

/** Runs the command line in this process and keeps what it printed. */
export async function captured(
  argv: readonly string[],
): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: '', err: '' };
  const { stdout, stderr } = process;
  const writes = { out: stdout.write.bind(stdout), err: stderr.write.bind(stderr) };
  const keep = (where: 'out' | 'err') => (text: string | Uint8Array) => {
    printed[where] += String(text);
    return true;
  };
  stdout.write = keep('out');
  stderr.write = keep('err');
  try {
    return { code: await run(argv, parts), ...printed };
  } finally {
    // The next test file may run in this same process.
    process.exitCode = undefined;
    stdout.write = writes.out;
    stderr.write = writes.err;
  }
}
