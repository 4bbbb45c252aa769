import { durationText } from '../access/duration';
import { catalogFile, scheduleIn, type CatalogFile } from './catalog-file';
import { calendarMisfits } from './calendar-check';
import { groupIdMisfits, groupIn, strangersIn } from './catalog-groups';
import { mechanismMisfits } from './catalog-mechanisms';
import { asksOwners, routeMisfits } from './catalog-routes';
import { workloadCapMisfits, workloadMisfits } from './catalog-workloads';
import type { Finding } from './finding';
import { scopeMisfits } from './session-scopes';
import { didYouMean } from './nearest';
import { CATALOG_FILE, inCatalog } from './catalog-finding';
import { misshapen } from './catalog-shape';
import { readYaml, type Path, type YamlFile } from './yaml-file';

/** Reads and checks `curfew.yaml`. `file` is there when its parts can be trusted to fit each other. */
export function readCatalogFile(text: string): { file?: CatalogFile; findings: Finding[] } {
  const yaml = readYaml(CATALOG_FILE, text);
  if (yaml.findings.length > 0) return { findings: yaml.findings };
  const parsed = catalogFile.safeParse(yaml.value);
  if (!parsed.success)
    return { findings: parsed.error.issues.flatMap((issue) => misshapen(yaml, issue)) };
  const findings = misfits(parsed.data, yaml);
  return findings.some(({ level }) => level === 'error')
    ? { findings }
    : { file: parsed.data, findings };
}

/** Parts that have the right shape and do not fit each other. */
function misfits(file: CatalogFile, yaml: YamlFile): Finding[] {
  const error = (path: Path, problem: string, fix: string) =>
    inCatalog(yaml, 'error', path, problem, fix);
  const strangers = strangersIn(file, yaml);
  return [
    ...file.onCall.flatMap((one, index) => {
      const schedule = scheduleIn(one);
      if (schedule === undefined) return strangers(['onCall', index], one);
      if (schedule !== '') return [];
      return [error(['onCall', index], `${one} names no schedule.`, 'Write schedule:name.')];
    }),
    ...file.groups.flatMap((group, index) =>
      file.groups.indexOf(group) < index
        ? [inCatalog(yaml, 'warning', ['groups', index], `${group} is there twice.`, 'Remove one.')]
        : [],
    ),
    ...(Object.keys(file.roles).length === 0
      ? [error(['roles'], 'There is no role to ask for.', 'Add one, as in the example.')]
      : []),
    ...Object.entries(file.accounts).flatMap(([name, { owners, region, regions }]) => [
      ...strangers(['accounts', name, 'owners'], owners),
      ...regionMisfits(yaml, ['accounts', name], region, regions),
    ]),
    ...sameAccounts(file, yaml),
    ...groupIdMisfits(file, yaml),
    ...samePeople(file, yaml),
    ...calendarMisfits(file, yaml),
    ...workloadMisfits(file, yaml),
    ...routeMisfits(file, yaml),
    ...Object.keys(file.roles).flatMap((id) => [
      ...strangers(['roles', id, 'owners'], file.roles[id]?.owners ?? []),
      ...strangers(
        ['roles', id, 'breakGlass', 'reviewers'],
        groupIn(file.roles[id]?.breakGlass?.reviewers),
      ),
      ...mechanismMisfits(file, yaml, id),
      ...workloadCapMisfits(file, yaml, id),
      ...roleMisfits(file, yaml, id),
    ]),
  ];
}

function roleMisfits(file: CatalogFile, yaml: YamlFile, id: string): Finding[] {
  const role = file.roles[id];
  if (role === undefined) return [];
  const error = (field: string, problem: string, fix: string) =>
    inCatalog(yaml, 'error', ['roles', id, field], problem, fix);
  const account = Object.hasOwn(file.accounts, role.account)
    ? file.accounts[role.account]
    : undefined;
  const route = Object.hasOwn(file.routes, role.route) ? file.routes[role.route] : undefined;
  const found: Finding[] = [];
  if (account === undefined)
    found.push(
      error(
        'account',
        `There is no account called ${role.account}.`,
        `Use one of ${Object.keys(file.accounts).join(', ')}.${didYouMean(role.account, Object.keys(file.accounts))}`,
      ),
    );
  else {
    // A permission set's ARN names no account.
    const inArn = role.arn?.split(':')[4];
    if (role.arn !== undefined && inArn && inArn !== account.id)
      found.push(
        error(
          'arn',
          `The ARN is in account ${inArn}, but ${role.account} is ${account.id}.`,
          `Write ${role.arn.replace(`:${inArn}:`, `:${account.id}:`)}, or name the other account.`,
        ),
      );
    if (role.region === undefined && account.region === undefined)
      found.push(
        error(
          'region',
          'Neither the role nor its account names a region.',
          'Add region: eu-central-1 to one of them.',
        ),
      );
    if (role.region !== undefined || role.regions !== undefined)
      found.push(
        ...regionMisfits(
          yaml,
          ['roles', id],
          role.region ?? account.region,
          role.regions ?? account.regions,
        ),
      );
  }
  if (route === undefined && role.route !== 'auto')
    found.push(
      error(
        'route',
        `There is no route called ${role.route}.`,
        `Use auto or one of ${Object.keys(file.routes).join(', ')}.${didYouMean(role.route, ['auto', ...Object.keys(file.routes)])}`,
      ),
    );
  if (role.default !== undefined && role.default > role.max)
    found.push(
      error(
        'default',
        `The default (${durationText(role.default)}) is longer than max (${durationText(role.max)}).`,
        'Lower default or raise max.',
      ),
    );
  if (
    route !== undefined &&
    asksOwners(route) &&
    (role.owners ?? account?.owners ?? []).length === 0
  )
    found.push(
      inCatalog(
        yaml,
        'warning',
        ['roles', id, 'route'],
        `Nobody can approve this: the route ${role.route} asks the owners, and there are none.`,
        `Add owners to roles.${id} or to accounts.${role.account}.`,
      ),
    );
  found.push(
    ...stepUpMisfits(file, yaml, id),
    ...scopeMisfits(file, yaml, id),
    ...breakGlassMisfits(file, yaml, id),
  );
  return found;
}

/** A sign-in that nobody would ever be asked for, or nobody could ever give. */
function stepUpMisfits(file: CatalogFile, yaml: YamlFile, id: string): Finding[] {
  const role = file.roles[id];
  if (role?.stepUp === undefined) return [];
  const { before } = role.stepUp;
  const misfits: [boolean, string, string][] = [
    [
      before.includes('approve') && role.route === 'auto',
      'Nobody approves this role, so nobody would sign in for it.',
      'Name a route with seats, or leave approve out of stepUp.before.',
    ],
    [
      before.includes('connect') && role.mechanism !== 'role-session',
      `A ${role.mechanism} has no terminal to connect, so nobody would sign in for it.`,
      'Leave connect out of stepUp.before.',
    ],
    [
      before.includes('connect') && role.workloads !== undefined,
      'A pipeline or agent cannot sign in, so it could never use this role.',
      'Leave connect out of stepUp.before, or remove workloads.',
    ],
    [
      before.includes('breakGlass') && role.breakGlass === undefined,
      'This role is not to be had by break-glass, so nobody would sign in for it.',
      'Add a breakGlass section, or leave breakGlass out of stepUp.before.',
    ],
    [
      before.includes('breakGlass') && role.breakGlass?.directoryDown !== undefined,
      'While the directory is down nobody can sign in there, so directoryDown would help nobody.',
      'Remove breakGlass.directoryDown, or leave breakGlass out of stepUp.before.',
    ],
  ];
  return misfits.flatMap(([wrong, problem, fix]) =>
    wrong ? [inCatalog(yaml, 'error', ['roles', id, 'stepUp'], problem, fix)] : [],
  );
}

function breakGlassMisfits(file: CatalogFile, yaml: YamlFile, id: string): Finding[] {
  const role = file.roles[id];
  const account = role && Object.hasOwn(file.accounts, role.account) && file.accounts[role.account];
  if (role?.breakGlass === undefined) return [];
  const { max, reviewers } = role.breakGlass;
  const found: Finding[] = [];
  if (max > role.max)
    found.push(
      inCatalog(
        yaml,
        'error',
        ['roles', id, 'breakGlass', 'max'],
        `Break-glass (${durationText(max)}) would be longer than the role's max (${durationText(role.max)}).`,
        'Lower breakGlass.max: it is meant to be short.',
      ),
    );
  const owners = role.owners ?? (account ? account.owners : []);
  if (reviewers === 'owners' && owners.length === 0)
    found.push(
      inCatalog(
        yaml,
        'warning',
        ['roles', id, 'breakGlass'],
        'Nobody could review a break-glass of this role: the owners must, and there are none.',
        `Add owners to roles.${id} or to accounts.${role.account}, or name reviewers: group:….`,
      ),
    );
  return found;
}

/** An end is looked for where sessions are minted, too. */
function regionMisfits(
  yaml: YamlFile,
  path: Path,
  region: string | undefined,
  regions: readonly string[] | undefined,
): Finding[] {
  if (region === undefined || regions === undefined || regions.includes(region)) return [];
  return [
    inCatalog(
      yaml,
      'error',
      [...path, 'regions'],
      `Sessions are minted in ${region}, which is not among the Regions in use.`,
      `Write regions: [${[region, ...regions].join(', ')}].`,
    ),
  ];
}

function sameAccounts(file: CatalogFile, yaml: YamlFile): Finding[] {
  const accounts = Object.entries(file.accounts);
  return accounts.flatMap(([name, { id }], index) => {
    const twin = accounts.slice(0, index).find(([, other]) => other.id === id);
    return twin === undefined
      ? []
      : [
          inCatalog(
            yaml,
            'error',
            ['accounts', name, 'id'],
            `${twin[0]} has the same id ${id}.`,
            'Keep one of the two, or correct the id.',
          ),
        ];
  });
}

/** Two chat users of one person would be two votes. */
function samePeople(file: CatalogFile, yaml: YamlFile): Finding[] {
  const people = Object.entries(file.people);
  return people.flatMap(([user, person], index) => {
    const twin = people.slice(0, index).find(([, other]) => other === person);
    return twin === undefined
      ? []
      : [
          inCatalog(
            yaml,
            'error',
            ['people', user],
            `${twin[0]} is mapped to the same person.`,
            'A person has one Slack account here: keep the one they use.',
          ),
        ];
  });
}
