import { noPurge } from './no-purge';
import { permanentTaken } from './permanent-taken';
import type { PlantedBug } from './planted-bug';
import { readModifyWrite } from './read-modify-write';
import { saidBeforeSeen } from './said-before-seen';
import { silenceApproves } from './silence-approves';
import { timerAfterGrant } from './timer-after-grant';

/** An invariant that cannot fail is worth nothing: each of these must be caught. */
export const PLANTED: readonly PlantedBug[] = [
  timerAfterGrant,
  readModifyWrite,
  silenceApproves,
  saidBeforeSeen,
  noPurge,
  permanentTaken,
];

/** The file's text with the bug in it. Throws unless what is to be replaced stands there exactly once. */
export function planted(text: string, { find, replace }: PlantedBug['edits'][number]): string {
  const [before = '', after, ...more] = text.split(find);
  if (after === undefined || more.length > 0)
    throw new Error(`"${find}" should be there once: write the planted bug anew.`);
  return `${before}${replace}${after}`;
}
