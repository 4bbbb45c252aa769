import { SESSION_SECONDS } from '../../access/fence';
import { Refused } from '../../access/refused';
import type { ActivityDeps } from './deps';
import { only, textIn, type Facts } from './facts';
import { endingOn } from './revoking';

/**
 * Refuses another grant to somebody of whom a role's revocation list still needs too many entries, so that nobody
 * can fill it. What a valve has taken off the list counts, too: it cost everybody on the role a session.
 */
export function requireRoom(deps: ActivityDeps, { holder, role }: Facts): void {
  if (role.mechanism !== 'role-session') return;
  const target = { arn: role.targetArn, accountId: role.account.id, region: role.region };
  const now = deps.now().getTime();
  const until = endingOn(deps, target, [])
    .filter(({ grantId }) => holderOf(deps, grantId) === holder)
    .map(({ lastFence }) => Date.parse(lastFence) + SESSION_SECONDS * 1000)
    .filter((instant) => instant > now)
    .toSorted((one, other) => one - other);
  const most = deps.catalog.revocationsPerPerson;
  const first = until[until.length - most];
  if (first === undefined) return;
  throw new Refused(
    `${until.length} of your grants of ${role.title} were ended before their time just now, and its revocation list still needs them; ${most} is the most for one person.`,
    `Ask again in ${Math.ceil((first - now) / 60_000)} min.`,
  );
}

/** Only the first decision asks: a repeat must not take back what was given. */
export const wasDecided = (deps: ActivityDeps, requestId: string): boolean =>
  only(deps, { key: `request.decided:${requestId}` }) !== undefined;

function holderOf(deps: ActivityDeps, grantId: string): string | undefined {
  const [opened] = deps.ledger.entries({ grantId, kinds: ['grant.opened'], limit: 1 });
  return opened && textIn(opened, 'person');
}
