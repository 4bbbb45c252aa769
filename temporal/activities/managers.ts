import type { Person } from '../../access/person';
import type { ActivityDeps } from './deps';
import type { Facts } from './facts';

/**
 * The requester, and whom they report to where some seat or rule asks for that. A directory may name a manager by an
 * address: one person of that address is named by id from here on; of several, policy says that nobody can tell.
 */
export async function withManager(
  { directory, policy }: Pick<ActivityDeps, 'directory' | 'policy'>,
  { requester, role, factsAt }: Pick<Facts, 'requester' | 'role' | 'factsAt'>,
): Promise<Person[]> {
  const { manager } = requester;
  // Facts on record stand in for a directory that is down: then nobody can be looked up.
  if (manager === undefined || factsAt !== undefined || !policy.asksManager(role.id))
    return [requester];
  const found = manager.includes('@')
    ? await directory.byEmail(manager)
    : [await directory.person(manager)].filter((one) => one !== undefined);
  const [only] = found;
  return only !== undefined && found.length === 1
    ? [{ ...requester, manager: only.id }, only]
    : [requester, ...found];
}
