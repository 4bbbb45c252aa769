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
 * Loads `curfew.yaml` and `policies/*.cedar` of this folder. Throws {@link BrokenConfig} when any of it is wrong, or
 * when it is another than the one whose hash is pinned.
 */
export function loadBundle(folder: string, pinned?: string): LoadedBundle {
  const { hash, judge } = readFolder(folder);
  const wrong = wrongHash(hash, pinned);
  if (wrong.length > 0) throw new BrokenConfig(folder, wrong);
  const bundle = judge();
  if (!bundle.ok) throw new BrokenConfig(folder, bundle.findings);
  return bundle;
}

/**
 * The same without throwing for what is wrong inside; throws only when the folder cannot be read. `people` lets it
 * warn about roles that nobody in the directory can approve.
 */
export const checkBundle = (folder: string, people?: readonly PersonFacts[]): ReadBundle =>
  readFolder(folder).judge(people);

/** The texts of a folder as they were at one moment, and what they come to. */
export interface FolderTexts {
  hash: string;
  /** By name: what is put on record, so that a decision can be read again under its policy. */
  texts: Record<string, string>;
  judge: (people?: readonly PersonFacts[]) => ReadBundle;
}

export function readFolder(folder: string): FolderTexts {
  const files = bundleFileNames(folder).map((name): BundleFile => ({
    name,
    text: readFileSync(path.join(folder, name), 'utf8'),
  }));
  const hash = hashOf(withSchema(files));
  return {
    hash,
    texts: Object.fromEntries(files.map(({ name, text }) => [name, text])),
    judge: (people) => readBundle(files, hash, people),
  };
}

/** Who pins a hash wants this configuration and no other, however good another is. */
export const wrongHash = (hash: string, pinned: string | undefined): Finding[] =>
  pinned === undefined || pinned === hash
    ? []
    : [
        {
          level: 'error',
          file: 'curfew.yaml',
          line: 1,
          field: 'CURFEW_CONFIG_HASH',
          problem: `This configuration has the hash ${hash}, and ${pinned} is pinned.`,
          fix: 'Bring back the one that was reviewed, or pin this one and start Curfew again.',
        },
      ];

/** The files of a configuration folder, in the order of their names. */
export function bundleFileNames(folder: string): string[] {
  const policies = path.join(folder, 'policies');
  return [
    ...readdirSync(folder).filter((name) => name === 'curfew.yaml'),
    ...(existsSync(policies) ? readdirSync(policies) : [])
      .filter((name) => name.endsWith('.cedar'))
      .map((name) => `policies/${name}`),
  ].toSorted();
}

/** SHA-256 over the sorted names and contents, each with its length before it. */
function hashOf(files: readonly BundleFile[]): string {
  const hash = createHash('sha256');
  for (const { name, text } of files.toSorted((one, other) => (one.name < other.name ? -1 : 1)))
    for (const part of [name, text]) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
}
