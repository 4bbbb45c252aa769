import type { CatalogRole } from '../../access/catalog';
import type { Person } from '../../access/person';
import { onShiftIn, withOnCall } from '../on-call';
import type { ActivityDeps } from './deps';

type OnCallDeps = Pick<ActivityDeps, 'catalog' | 'directory' | 'rota'>;

/** Where a role names a schedule, that one says who is on call, and nothing else does. */
export async function onCallFor(
  { directory, rota }: OnCallDeps,
  { schedule }: Pick<CatalogRole, 'schedule'>,
  people: readonly Person[],
): Promise<Person[]> {
  if (schedule === undefined) return [...people];
  const onShift = onShiftIn(directory, rota, [schedule]);
  return Promise.all(people.map(async (person) => withOnCall(person, await onShift(person))));
}

/** Throws when a schedule that says who is on call for this role cannot be asked. */
export async function requireSchedules(
  { catalog, rota }: OnCallDeps,
  { schedule }: Pick<CatalogRole, 'schedule'>,
): Promise<void> {
  const schedules = schedule === undefined ? catalog.onCallSchedules : [schedule];
  if (schedules.length === 0) return;
  if (rota === undefined) throw new Error('No rota is configured.');
  await Promise.all(schedules.map((one) => rota.onCall(one)));
}
