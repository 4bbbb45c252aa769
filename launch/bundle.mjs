import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/**
 * The bundle that the worker loads, from what was just compiled.
 * @param {string} root
 */
export function bundleForBuild(root) {
  return bundleWorkflows(path.join(root, 'dist'), path.join(root, 'dist/workflow-bundle.js'), root);
}

/**
 * The same from the source tree, for tests.
 * @param {string} root
 * @returns {Promise<string | undefined>} where it lies; undefined while there are no workflows
 */
export function bundleForTests(root) {
  return bundleWorkflows(
    root,
    path.join(root, 'node_modules/.cache/curfew/workflow-bundle.js'),
    root,
  );
}

/**
 * Bundles the workflows unless nothing that goes into them has changed.
 * @param {string} tree the folder that holds `temporal/workflows` and `access`
 * @param {string} bundle the file to write
 * @param {string} root
 */
async function bundleWorkflows(tree, bundle, root) {
  const workflows = path.join(tree, 'temporal/workflows');
  const entry = codeFile(path.join(workflows, 'index'));
  if (!entry) return undefined;
  // Workflow code turns failures into data itself; without this its messages would stand in history in clear.
  const failureConverterPath = codeFile(path.join(tree, 'temporal/failures'));
  const inputs = hashOf([
    ...codeBelow(workflows),
    // Lint lets workflow code import values from here and from nowhere else of ours.
    ...codeBelow(path.join(tree, 'access')),
    ...(failureConverterPath ? [failureConverterPath] : []),
    path.join(root, 'package-lock.json'),
  ]);
  const stamp = `${bundle}.inputs`;
  if (existsSync(bundle) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs)
    return bundle;

  // Loading the bundler takes longer than finding out that it is not needed.
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: entry,
    logger: new DefaultLogger('WARN'),
    ...(failureConverterPath ? { failureConverterPath } : {}),
  });
  mkdirSync(path.dirname(bundle), { recursive: true });
  writeWhole(bundle, code);
  writeWhole(stamp, inputs);
  return bundle;
}

/**
 * @param {string} stem
 * @returns {string | undefined} compiled or not; undefined when there is neither
 */
function codeFile(stem) {
  return [`${stem}.js`, `${stem}.ts`].find(existsSync);
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function codeBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(js|ts)$/.test(file))
    .sort()
    .map((file) => path.join(folder, file));
}

/** @param {string[]} files */
function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/**
 * @param {string} file
 * @param {string} text
 */
function writeWhole(file, text) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, file);
}
