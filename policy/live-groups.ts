import { CATALOG_FILE, inCatalog } from './catalog-finding';
import type { Finding } from './finding';
import { didYouMean } from './nearest';
import { readYaml, type Path } from './yaml-file';

/** A group that curfew.yaml names, with where it does. */
export interface NamedGroup {
  name: string;
  path: Path;
}

/** What a directory says of one. */
export interface LiveGroup {
  exists: boolean;
  /** The id that its name is bound to. */
  boundTo?: string;
  /** Names that begin like it. */
  alike: readonly string[];
  /** Members who are active; only of groups that have a say. */
  active?: number;
}

/** Every group that curfew.yaml names: those that have a say, and those that are handed out. */
export function namedGroups(catalogText: string): { having: NamedGroup[]; given: NamedGroup[] } {
  const { value } = readYaml(CATALOG_FILE, catalogText);
  const groups = partOf(value, 'groups');
  const roles = partOf(value, 'roles');
  return {
    having: (Array.isArray(groups) ? groups : []).flatMap((name: unknown, index) =>
      typeof name === 'string' ? [{ name, path: ['groups', index] }] : [],
    ),
    given: Object.entries(roles ?? {}).flatMap(([role, written]) => {
      const name = partOf(written, 'group');
      return typeof name === 'string' ? [{ name, path: ['roles', role, 'group'] }] : [];
    }),
  };
}

const partOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;

/** Groups that are not there, with those that may have been meant; and those in which nobody active is. */
export function groupFindings(
  catalogText: string,
  looked: readonly { group: NamedGroup; found: LiveGroup }[],
): Finding[] {
  const yaml = readYaml(CATALOG_FILE, catalogText);
  return looked.flatMap(({ group: { name, path }, found }): Finding[] => {
    if (!found.exists)
      return [
        inCatalog(
          yaml,
          'error',
          path,
          found.boundTo === undefined
            ? `The directory has no group called ${name}.`
            : `The directory has no group with the id ${found.boundTo}, which is bound to ${name}.`,
          found.boundTo === undefined
            ? `Write it as it is called there.${didYouMean(name, found.alike)}`
            : `Correct groupIds.${name}.`,
        ),
      ];
    if (found.active !== 0) return [];
    return [
      inCatalog(
        yaml,
        'warning',
        path,
        `Nobody active is in the group ${name}.`,
        'Add somebody in the directory, or name another group.',
      ),
    ];
  });
}
