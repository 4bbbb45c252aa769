import type { CatalogFile } from './catalog-file';
import { inCatalog } from './catalog-finding';
import type { Finding } from './finding';
import { didYouMean } from './nearest';
import type { Path, YamlFile } from './yaml-file';

/** Groups that are named somewhere in the catalog and do not stand among its groups. */
export const strangersIn =
  (file: CatalogFile, yaml: YamlFile) =>
  (path: Path, groups: readonly string[] | string | undefined): Finding[] =>
    [groups ?? []]
      .flat()
      .flatMap((group, index) =>
        file.groups.includes(group)
          ? []
          : [
              inCatalog(
                yaml,
                'error',
                typeof groups === 'string' ? path : [...path, index],
                `${group} is not among groups.`,
                `Add it there.${didYouMean(group, file.groups)}`,
              ),
            ],
      );

/** The group of `group:<name>`. */
export const groupIn = (from: string | undefined): string | undefined =>
  from?.startsWith('group:') ? from.slice('group:'.length).trim() : undefined;

/** Ids of groups that nothing names, and one id under two names. */
export function groupIdMisfits(file: CatalogFile, yaml: YamlFile): Finding[] {
  const error = (name: string, problem: string, fix: string): Finding =>
    inCatalog(yaml, 'error', ['groupIds', name], problem, fix);
  const given = Object.values(file.roles).flatMap(({ group }) => group ?? []);
  const named = [...file.groups, ...given];
  const bound = Object.entries(file.groupIds);
  return bound.flatMap(([name, id], index) => {
    if (!named.includes(name))
      return [
        error(
          name,
          `${name} is neither among groups nor handed out by a role.`,
          `Correct it, or leave it out.${didYouMean(name, named)}`,
        ),
      ];
    const twin = bound.slice(0, index).find(([, other]) => other === id);
    if (twin === undefined) return [];
    return [error(name, `${twin[0]} has the same id.`, 'Use one name for one group.')];
  });
}
