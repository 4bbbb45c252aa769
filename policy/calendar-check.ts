import { datedFreeze } from './calendar';
import type { CatalogFile } from './catalog-file';
import { inCatalog } from './catalog-finding';
import type { Finding } from './finding';
import { didYouMean } from './nearest';
import type { YamlFile } from './yaml-file';

/** Freezes that have the right shape and say nothing, or name what is not there. */
export function calendarMisfits(file: CatalogFile, yaml: YamlFile): Finding[] {
  const known = {
    envs: [...new Set(Object.values(file.accounts).map(({ env }) => env))],
    accounts: Object.keys(file.accounts),
    roles: Object.keys(file.roles),
  };
  const scopes = ['envs', 'accounts', 'roles'] as const;
  return file.freezes.flatMap((freeze, index) => {
    const error = (path: (string | number)[], problem: string, fix: string) =>
      inCatalog(yaml, 'error', ['freezes', index, ...path], problem, fix);
    const { name } = freeze;
    const { from, until } = datedFreeze(freeze, file.timezone);
    return [
      ...(from < until
        ? []
        : [error(['until'], `${name} is over before it begins.`, 'Let until be after from.')]),
      ...(file.freezes.findIndex((other) => other.name === name) < index
        ? [error(['name'], `There are two freezes called ${name}.`, 'Give one another name.')]
        : []),
      ...scopes.flatMap((scope) =>
        (freeze[scope] ?? []).flatMap((one, nth) =>
          known[scope].includes(one)
            ? []
            : [
                error(
                  [scope, nth],
                  `No ${WORDS[scope]} is called ${one}, so the freeze would miss it.`,
                  `Use one of ${known[scope].join(', ')}.${didYouMean(one, known[scope])}`,
                ),
              ],
        ),
      ),
    ];
  });
}

const WORDS = { envs: 'env of an account', accounts: 'account', roles: 'role' };
