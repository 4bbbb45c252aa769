import { createOktaDirectory } from '../identity/okta';
import { createOktaGroupNames } from '../identity/okta-group-names';
import { createWorkloadTokens } from '../identity/workload-tokens';
import { run } from './program';

run(process.argv.slice(2), {
  tokensFor: (workloads) => createWorkloadTokens({ workloads: () => workloads }),
  openDirectory: (part, groupIds) => ({
    directory: createOktaDirectory({ ...part, groupIds }),
    names: createOktaGroupNames({ ...part, groupIds }),
  }),
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `curfew failed: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exitCode = 3;
  },
);
