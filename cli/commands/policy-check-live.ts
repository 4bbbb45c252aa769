import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { PersonFacts } from '../../access/decision';
import type { GroupIds } from '../../access/group-ids';
import { readCatalogFile } from '../../policy/catalog-check';
import { CATALOG_FILE } from '../../policy/catalog-finding';
import {
  groupFindings,
  namedGroups,
  type LiveGroup,
  type NamedGroup,
} from '../../policy/live-groups';
import type { Finding } from '../../policy/finding';
import type { LiveDirectory } from '../live-directory';

/** What a directory says of a configuration: its people, and what is wrong with the groups that it names. */
export interface LiveLook {
  people: PersonFacts[];
  findings: Finding[];
}

/** So many of a group's members are looked at: enough to see that somebody could approve. */
const MOST_MEMBERS = 200;

/** Asks the directory about every group that `curfew.yaml` names, one after the other. */
export async function lookLive(
  folder: string,
  open: (groupIds: GroupIds) => LiveDirectory,
): Promise<LiveLook> {
  const file = path.join(folder, CATALOG_FILE);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const { having, given } = namedGroups(text);
  const live = open(readCatalogFile(text).file?.groupIds ?? {});
  const people = new Map<string, PersonFacts>();
  const looked: { group: NamedGroup; found: LiveGroup }[] = [];
  for (const group of having) {
    const found = await live.names.look(group.name);
    const members = found.exists
      ? await live.directory.members(group.name, MOST_MEMBERS)
      : undefined;
    const active = members?.people ?? [];
    for (const one of active) people.set(one.id, one);
    looked.push({ group, found: { ...found, active: active.length } });
  }
  for (const group of given) looked.push({ group, found: await live.names.look(group.name) });
  return { people: [...people.values()], findings: groupFindings(text, looked) };
}
