import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Catalog } from '../access/catalog';
import type { PersonFacts, Policy } from '../access/decision';
import { readBundle, withSchema, type BundleFile, type ReadBundle } from '../policy/bundle';
import { findingText, type Finding } from '../policy/finding';
import { packageRoot } from './root';

/** A configuration folder that may be used. What is in `findings` are warnings. */
export interface LoadedBundle {
  catalog: Catalog;
  policy: Policy;
  findings: Finding[];
}

/** The configuration folder cannot be used; the message lists everything that is wrong, one a line. */
export class BrokenConfig extends Error {
  override readonly name = 'BrokenConfig';
  readonly findings: Finding[];

  constructor(folder: string, findings: Finding[]) {
    super(
      [`The configuration in ${folder} cannot be used:`, ...findings.map(findingText)].join('\n  '),
    );
    this.findings = findings;
  }
}

/** The example that ships: CURFEW_CONFIG's default. */
export const exampleFolder = path.join(packageRoot, 'policy/example');

/**
 * Loads `curfew.yaml` and `policies/*.cedar` of this folder. Throws {@link BrokenConfig} when any of it is wrong.
 * `people` lets it warn about roles that nobody in the directory can approve.
 */
export function loadBundle(folder: string, people?: readonly PersonFacts[]): LoadedBundle {
  const bundle = checkBundle(folder, people);
  if (!bundle.ok) throw new BrokenConfig(folder, bundle.findings);
  return bundle;
}

/** The same without throwing for what is wrong inside; throws only when the folder cannot be read. */
export function checkBundle(folder: string, people?: readonly PersonFacts[]): ReadBundle {
  const files = bundleFiles(folder);
  return readBundle(files, hashOf(withSchema(files)), people);
}

/** The texts of a folder by name: what is put on record, so that a decision can be read again under its policy. */
export const bundleTexts = (folder: string): Record<string, string> =>
  Object.fromEntries(bundleFiles(folder).map(({ name, text }) => [name, text]));

function bundleFiles(folder: string): BundleFile[] {
  const policies = path.join(folder, 'policies');
  const names = [
    ...readdirSync(folder).filter((name) => name === 'curfew.yaml'),
    ...(existsSync(policies) ? readdirSync(policies) : [])
      .filter((name) => name.endsWith('.cedar'))
      .map((name) => `policies/${name}`),
  ];
  return names
    .toSorted()
    .map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') }));
}

/** SHA-256 over the sorted names and contents, each with its length before it. */
function hashOf(files: readonly BundleFile[]): string {
  const hash = createHash('sha256');
  for (const { name, text } of files.toSorted((one, other) => (one.name < other.name ? -1 : 1)))
    for (const part of [name, text]) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
}
