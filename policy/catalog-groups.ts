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
