import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { GroupIds } from '../access/group-ids';
import type { GroupNames } from '../access/group-names';
import type { Directory } from '../access/person';
import { packageRoot } from '../config/root';
import { readDirectory, type OktaPart } from '../config/settings';
import { CommandFailure } from './failure';

/** A directory that is really asked. */
export interface LiveDirectory {
  directory: Pick<Directory, 'members'>;
  names: GroupNames;
}
export type OpenDirectory = (part: OktaPart, groupIds: GroupIds) => LiveDirectory;

/** As the environment says (OKTA_…), else the stand-in of a Curfew that runs on this machine. */
export function liveDirectory(
  open: OpenDirectory,
  groupIds: GroupIds,
  environment: NodeJS.ProcessEnv = process.env,
): LiveDirectory {
  const part = readDirectory(environment) ?? readDirectory(standInHere(environment));
  if (part === undefined)
    throw new CommandFailure(
      3,
      '--live: no directory is known. Set OKTA_CLIENT_ORGURL, OKTA_CLIENT_CLIENTID and OKTA_CLIENT_PRIVATEKEY, or run npm start.',
    );
  if (part.from !== 'okta')
    throw new CommandFailure(
      3,
      '--live: the command line has nothing of AWS, so it cannot ask Identity Center. Leave --live out.',
    );
  return open(part, groupIds);
}

const lock = z.object({ url: z.url() });
const keys = z.object({ sandbox: z.record(z.string(), z.unknown()) });

function standInHere(environment: NodeJS.ProcessEnv): Record<string, string> {
  const folder = environment['CURFEW_DATA'] || path.join(packageRoot, '.curfew');
  const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  try {
    return {
      CURFEW_SANDBOX_URL: lock.parse(read('lock.json')).url,
      CURFEW_SANDBOX_KEYS: JSON.stringify(keys.parse(read('dev-keys.json')).sandbox),
    };
  } catch {
    // Nothing runs here; whatever else is wrong with these files is for npm start to say.
    return {};
  }
}
