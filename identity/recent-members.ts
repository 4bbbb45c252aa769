import { LRUCache } from 'lru-cache';
import type { Directory, Members } from '../access/person';

/** So old may be what it says of a group. */
export const STALE_MS = 60_000;
/** Groups that it remembers, the latest asked about. */
const GROUPS = 200;

/**
 * Who is in a group, as the directory said within the last minute; several who ask at once make one question. To show
 * whom to ask, and that there is somebody: never to let anybody do anything.
 */
export function recentMembers(
  directory: Pick<Directory, 'members'>,
  now: () => number = () => performance.now(),
): Pick<Directory, 'members'> {
  const looks = new LRUCache<string, Promise<Members | undefined>>({
    max: GROUPS,
    ttl: STALE_MS,
    // Asked each time, so that nothing is older than it says.
    ttlResolution: 0,
    perf: { now },
  });
  return {
    async members(group, atMost) {
      const key = `${atMost} ${group}`;
      const known = looks.get(key);
      if (known !== undefined) return known;
      const looked = directory.members(group, atMost);
      looks.set(key, looked);
      looked.catch(() => {
        if (looks.peek(key) === looked) looks.delete(key);
      });
      return looked;
    },
  };
}
