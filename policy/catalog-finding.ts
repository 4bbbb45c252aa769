import type { Finding } from './finding';
import type { Path, YamlFile } from './yaml-file';

export const CATALOG_FILE = 'curfew.yaml';

/** A finding at this path of the catalog. */
export const inCatalog = (
  yaml: YamlFile,
  level: Finding['level'],
  path: Path,
  problem: string,
  fix: string,
): Finding => ({
  level,
  file: CATALOG_FILE,
  ...yaml.placeOf(path),
  field: path.join('.') || 'file',
  problem,
  fix,
});
