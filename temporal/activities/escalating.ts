import type { CallTerms } from '../../access/catalog';
import type { Links } from '../../access/links';
import type { Named } from '../../access/messages';
import { MANY } from './bench';
import type { ActivityDeps } from './deps';

type Terms = NonNullable<CallTerms['escalate']>;
type People = Exclude<Terms['to'], { channel: string }>;

/** Where it is told, and why not where it should have been, in sentences. */
export type Told = ({ channel: string } | { of: People; to: Named }) & { missed: string[] };

/** So many are named; of more, how many there are. */
const NAMED_MAX = 8;

/**
 * Who is told, as of this moment: whoever is on the schedule or in the group, when any of them can be named in the
 * chat; else whom the route names instead; else the alarm channel. Nobody is never told.
 */
export async function whomToTell(
  deps: Pick<ActivityDeps, 'bench' | 'catalog' | 'directory' | 'rota'>,
  links: Links,
  { to, otherwise }: Terms,
): Promise<Told> {
  const missed: string[] = [];
  for (const target of [to, ...(otherwise ? [otherwise] : [])]) {
    if ('channel' in target) return { channel: target.channel, missed };
    const found = 'group' in target ? await inGroup(deps, target) : await onShift(deps, target);
    const named = 'ids' in found ? namedIn(links, found.ids) : undefined;
    if (named && named.known.length > 0) return { of: target, to: named, missed };
    missed.push('because' in found ? found.because : nobodyKnown(target));
  }
  return { channel: deps.catalog.alarmChannel, missed };
}

type Found = { ids: string[] } | { because: string };

async function inGroup(
  { bench }: Pick<ActivityDeps, 'bench'>,
  { group }: { group: string },
): Promise<Found> {
  const members = await bench.members(group, MANY);
  if (members === undefined) return { because: `The directory has no group called ${group}.` };
  if (members.people.length === 0) return { because: `Nobody active is in ${group}.` };
  return { ids: members.people.map(({ id }) => id) };
}

/** By address, and only where it is one active person's: else nobody can tell who is meant. */
async function onShift(
  { rota, directory }: Pick<ActivityDeps, 'rota' | 'directory'>,
  { schedule }: { schedule: string },
): Promise<Found> {
  const shift = await shiftOf(rota, schedule);
  if ('because' in shift) return shift;
  if (shift.addresses.length === 0)
    return { because: `Nobody is on the schedule ${schedule} at this moment.` };
  const entries = await Promise.all(shift.addresses.map((one) => directory.byEmail(one)));
  const ids = entries.flatMap(([person, ...others]) =>
    person?.active && others.length === 0 ? [person.id] : [],
  );
  return ids.length > 0
    ? { ids: [...new Set(ids)] }
    : {
        because: `Whoever is on the schedule ${schedule} is no one active person of the directory.`,
      };
}

async function shiftOf(
  rota: ActivityDeps['rota'],
  schedule: string,
): Promise<{ addresses: readonly string[] } | { because: string }> {
  const unknown = `Nobody can tell who is on the schedule ${schedule}`;
  if (rota === undefined) return { because: `${unknown}: no rota is configured.` };
  try {
    return { addresses: await rota.onCall(schedule) };
  } catch (error) {
    // A rota's message holds no secret, and says what to correct.
    return { because: `${unknown}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

const nobodyKnown = (target: People): string =>
  `${'group' in target ? `Of ${target.group}` : `On the schedule ${target.schedule}`} is nobody who has used Curfew in the chat before.`;

/** Those of them whom the chat knows, by name. */
export function namedIn(links: Links, ids: readonly string[]): Named {
  const known = ids
    .map((id) => links.userOf(id))
    .filter((user) => user !== undefined)
    .slice(0, NAMED_MAX);
  return { known, others: ids.length - known.length };
}
