import { z } from 'zod';
import { chatUser } from '../../access/person';
import type { DecidedRequest } from './contract';
import { chatUserOf, only, textIn, type OnRecord } from './facts';

const closedAs = z.enum(['withdrawn', 'expired', 'denied', 'refused']);
const denial = z.object({ verdict: z.literal('deny'), by: chatUser });

/** A request that came to nothing comes to nothing again, however often an operator runs it anew. */
export function closedBefore(deps: OnRecord, requestId: string): DecidedRequest | undefined {
  const closed = only(deps, { key: `request.closed:${requestId}` });
  if (!closed || !only(deps, { key: `request.decided:${requestId}` })) return undefined;
  const [reviewed] = deps.ledger.entries({ requestId, kinds: ['request.reviewed'] }).toReversed();
  const by = chatUserOf(closed.actor) ?? denial.safeParse(reviewed?.data).data?.by;
  return {
    verdict: 'deny',
    because: textIn(closed, 'note'),
    closed: { as: closedAs.parse(closed.kind.replace('request.', '')), ...(by && { by }) },
  };
}

/** When the window that is on record ends; undefined before there is one. */
export function heldUntilOf(deps: OnRecord, requestId: string): string | undefined {
  const [activated] = deps.ledger.entries({ requestId, kinds: ['grant.activated'], limit: 1 });
  return activated && textIn(activated, 'until');
}
