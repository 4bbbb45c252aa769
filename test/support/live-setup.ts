import path from 'node:path';
import { build } from '../../launch/build.mjs';
import { bundleForTests } from '../../launch/bundle.mjs';
import { findTemporalCli } from '../../launch/temporal-cli.mjs';

const root = path.join(__dirname, '../..');

/** Once for all live tests: where the Temporal CLI lies, the workflows as one bundle, and what `npm start` starts. */
export default async function liveSetup(): Promise<void> {
  await build(root);
  process.env['CURFEW_TEMPORAL_CLI'] = await findTemporalCli();
  const bundle = await bundleForTests(root);
  if (bundle !== undefined) process.env['CURFEW_WORKFLOW_BUNDLE'] = bundle;
}
