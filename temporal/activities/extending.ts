import { Refused } from '../../access/refused';
import type { ActivityDeps } from './deps';
import { ENDING, only, openedGrant, textIn, type Facts } from './facts';

/** The grant that another one goes on from. */
export interface Extended {
  grantId: string;
  until: string;
}

/**
 * What this request extends: the requester's own live grant on the same role. It is another request in
 * all else, so nothing is given here; only the terminal that is connected carries over.
 */
export function extensionOf(
  deps: ActivityDeps,
  { request, holder, role }: Facts,
): Extended | undefined {
  if (request.extends === undefined) return undefined;
  const { grantId, person, role: of } = openedGrant(deps, request.extends);
  if (person !== holder)
    throw new Refused('The access that this would extend is somebody else’s.', ASK_AGAIN);
  if (of !== role.id)
    throw new Refused(`The access that this would extend is on ${of}.`, ASK_AGAIN);
  if (request.breakGlass)
    throw new Refused('Nothing is extended by break-glass.', 'Extend it in the ordinary way.');
  const activated = only(deps, { key: `grant.activated:${grantId}` });
  const until = activated && textIn(activated, 'until');
  // A repeat of what is on record already: it was live then.
  const decided = only(deps, { key: `grant.opened:${request.requestId}` }) !== undefined;
  const over =
    until === undefined ||
    Date.parse(until) <= deps.now().getTime() ||
    deps.ledger.entries({ grantId, kinds: ENDING, limit: 1 }).length > 0;
  if (until === undefined || (over && !decided))
    throw new Refused('The access that this would extend is over.', ASK_AGAIN);
  return { grantId, until };
}

const ASK_AGAIN = 'Ask for it with /request-access.';

/** What was taken from somebody does not go on under another name, though it was asked for before. */
export function requireNotRevoked(deps: ActivityDeps, extended: Extended | undefined): void {
  const asked = extended && only(deps, { key: `end.asked:${extended.grantId}` });
  const how = asked?.data['how'];
  if (how === 'revoke' || how === 'lapsed')
    throw new Refused('The access that this would extend was revoked since.', ASK_AGAIN);
}
