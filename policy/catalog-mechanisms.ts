import {
  PERMISSION_SET_ARN,
  PERMISSION_SET_ARN_EXAMPLE,
  ROLE_ARN,
  ROLE_ARN_EXAMPLE,
  type CatalogFile,
} from './catalog-file';
import { inCatalog } from './catalog-finding';
import type { Finding } from './finding';
import type { YamlFile } from './yaml-file';

type Mechanism = CatalogFile['roles'][string]['mechanism'];
type OwnField = 'arn' | 'group' | 'survives';

/** The settings that a mechanism has of its own. The rest of them have no place in it. */
const OWN: Record<Mechanism, Partial<Record<OwnField, string>>> = {
  'role-session': { arn: `the role under /jit/target/, such as ${ROLE_ARN_EXAMPLE}` },
  'permission-set': { arn: `the permission set, such as ${PERMISSION_SET_ARN_EXAMPLE}` },
  group: {
    group: 'the name of the group in the directory',
    survives:
      'how long sessions that the group opened live on after the membership went, such as 12h',
  },
};
const FIELDS: readonly OwnField[] = ['arn', 'group', 'survives'];

/** What a role says of its mechanism, and does not fit it. */
export function mechanismMisfits(file: CatalogFile, yaml: YamlFile, id: string): Finding[] {
  const role = file.roles[id];
  if (role === undefined) return [];
  const error = (field: string, problem: string, fix: string) =>
    inCatalog(yaml, 'error', ['roles', id, field], problem, fix);
  const { mechanism, arn, group } = role;
  const own = OWN[mechanism];
  const found = FIELDS.flatMap((field) => {
    const what = own[field];
    if (what !== undefined && role[field] === undefined)
      return [error(field, `A ${mechanism} needs ${field}.`, `Add it: ${what}.`)];
    if (what === undefined && role[field] !== undefined)
      return [error(field, `A ${mechanism} has no ${field}.`, `Remove it, or correct mechanism.`)];
    return [];
  });
  if (mechanism === 'role-session' && arn !== undefined && !ROLE_ARN.test(arn))
    found.push(
      error(
        'arn',
        `${arn} is no role, and the mechanism is role-session.`,
        'Add mechanism: permission-set.',
      ),
    );
  if (mechanism === 'permission-set') found.push(...permissionSetMisfits(file, yaml, id, arn));
  if (group !== undefined && file.groups.includes(group))
    found.push(
      error(
        'group',
        `${group} is handed out here and is among groups, so rules may give its members a say.`,
        'Hand out a group of its own, which no rule names.',
      ),
    );
  return found;
}

function permissionSetMisfits(
  file: CatalogFile,
  yaml: YamlFile,
  id: string,
  arn: string | undefined,
): Finding[] {
  const error = (path: string[], problem: string, fix: string) =>
    inCatalog(yaml, 'error', path, problem, fix);
  const center = file.identityCenter;
  if (center === undefined)
    return [
      error(
        ['roles', id, 'mechanism'],
        'A permission-set needs identityCenter at the top of the file.',
        'Add identityCenter with instance, store, region, portal and role.',
      ),
    ];
  if (arn === undefined) return [];
  const at = ['roles', id, 'arn'];
  if (!PERMISSION_SET_ARN.test(arn))
    return [error(at, `${arn} is no permission set.`, `Write ${PERMISSION_SET_ARN_EXAMPLE}, say.`)];
  const [mine, theirs] = [arn, center.instance].map((one) => one.split('/')[1]);
  return mine === theirs
    ? []
    : [
        error(
          at,
          `The permission set is of the instance ${mine}, but identityCenter is ${theirs}.`,
          'Correct the ARN, or identityCenter.instance.',
        ),
      ];
}
