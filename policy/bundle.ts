import type { Catalog } from '../access/catalog';
import type { PersonFacts, Policy } from '../access/decision';
import { createCatalog } from './catalog';
import { readCatalogFile } from './catalog-check';
import { CATALOG_FILE } from './catalog-finding';
import { CEDAR_SCHEMA } from './cedar-schema';
import { createPolicy } from './decide';
import { hasErrors, type Finding } from './finding';
import { readPolicies, type BundleFile } from './policy-files';
import { createRules } from './rules';
import { whatNobodyCan } from './reach';
import { unknownNames } from './names';
import { unreachableRules } from './unreachable';
import { idleForWorkloads } from './workload-permits';

export type { BundleFile } from './policy-files';

/** What is inside, and what is wrong with it; with errors there is no catalog and no policy. */
export type ReadBundle =
  | { ok: true; catalog: Catalog; policy: Policy; findings: Finding[] }
  | { ok: false; findings: Finding[] };

/**
 * Reads a configuration from its texts: `curfew.yaml` and `policies/*.cedar`. `people`, when there is a
 * directory to ask, lets it warn about roles that nobody in it can approve.
 */
export function readBundle(
  files: readonly BundleFile[],
  hash: string,
  people?: readonly PersonFacts[],
): ReadBundle {
  const catalogText = files.find(({ name }) => name === CATALOG_FILE)?.text;
  const catalog =
    catalogText === undefined ? { findings: [missingCatalog] } : readCatalogFile(catalogText);
  const { policies, findings } = readPolicies(files.filter(({ name }) => name.endsWith('.cedar')));
  const all = [...catalog.findings, ...findings];
  if (catalog.file === undefined) return { ok: false, findings: all };
  all.push(...unknownNames(catalog.file, policies), ...idleForWorkloads(policies));
  if (hasErrors(all)) return { ok: false, findings: all };

  const bundle = { book: createCatalog(catalog.file, hash), rules: createRules(policies) };
  all.push(...unreachableRules(bundle));
  all.push(...whatNobodyCan(bundle, catalogText ?? '', catalog.file.groups, people));
  return { ok: true, catalog: bundle.book, policy: createPolicy(bundle), findings: all };
}

/** What a bundle's hash is taken over, besides its files: the schema is part of what policies mean. */
export const withSchema = (files: readonly BundleFile[]): BundleFile[] => [
  ...files,
  { name: 'policy/cedar-schema', text: CEDAR_SCHEMA },
];

const missingCatalog: Finding = {
  level: 'error',
  file: CATALOG_FILE,
  line: 1,
  field: 'file',
  problem: 'There is no curfew.yaml in this folder.',
  fix: 'Copy policy/example and change it, or set CURFEW_CONFIG to the right folder.',
};
