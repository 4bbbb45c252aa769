import path from 'node:path';
import { bundleForTests } from '../../launch/bundle.mjs';
import { findTemporalCli } from '../../launch/temporal-cli.mjs';

/** Once for all live tests: where the Temporal CLI lies, and the workflows as one bundle. */
export default async function liveSetup(): Promise<void> {
  process.env['CURFEW_TEMPORAL_CLI'] = await findTemporalCli();
  const bundle = await bundleForTests(path.join(__dirname, '../..'));
  if (bundle !== undefined) process.env['CURFEW_WORKFLOW_BUNDLE'] = bundle;
}
