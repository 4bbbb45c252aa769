import type { Finding } from './finding';
import type { Path, YamlFile } from './yaml-file';

export const CATALOG_FILE = 'curfew.yaml';

/** A finding at this path of a YAML file of the bundle. */
export const inYaml = (
  file: string,
  yaml: YamlFile,
  level: Finding['level'],
  path: Path,
  problem: string,
  fix: string,
): Finding => ({
  level,
  file,
  ...yaml.placeOf(path),
  field: path.join('.') || 'file',
  problem,
  fix,
});

/** A finding at this path of the catalog. */
export const inCatalog = (
  yaml: YamlFile,
  level: Finding['level'],
  path: Path,
  problem: string,
  fix: string,
): Finding => inYaml(CATALOG_FILE, yaml, level, path, problem, fix);
