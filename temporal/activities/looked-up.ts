import type { Question, UncertainFact } from '../../access/decision';
import { sameEmail } from '../../access/email';
import type { LedgerKind } from '../../access/ledger';
import type { ActivityDeps } from './deps';
import { chatActor, only, type Facts } from './facts';
import { requireSchedules } from './on-call';
import { grantsBefore } from './prior-grants';

type LookUpDeps = Pick<
  ActivityDeps,
  'policy' | 'catalog' | 'directory' | 'ledger' | 'now' | 'tickets' | 'rota'
>;
type Asked = Pick<Facts, 'request' | 'requester' | 'holder' | 'role'>;

/** What rules read of a request besides the people in it. */
export interface LookedUp {
  facts: Pick<Question, 'grants' | 'ticketFacts' | 'openRequests' | 'lastUsedDays'>;
  /** What could not be had, and why; whoever runs Curfew finds it on record. */
  missing: Partial<Record<UncertainFact, string>>;
}

/**
 * Only what some rule reads. What cannot be had is unknown, so that a rule on it says no.
 */
export async function lookedUp(deps: LookUpDeps, about: Asked): Promise<LookedUp> {
  const { policy } = deps;
  const { breakGlass, requestId } = about.request;
  const days = policy.reads('lastUsedDays') ? lastUsedDays(deps, about) : undefined;
  const found: LookedUp = {
    facts: {
      ...((breakGlass === true || policy.reads('liveGrants')) && {
        grants: grantsBefore(deps, requestId),
      }),
      ...(policy.reads('openRequests') && { openRequests: openRequests(deps, about) }),
      ...(days !== undefined && { lastUsedDays: days }),
    },
    missing: {},
  };
  async function look(fact: UncertainFact, at: () => Promise<Partial<LookedUp['facts']>>) {
    try {
      Object.assign(found.facts, await at());
    } catch (error) {
      found.missing[fact] = error instanceof Error ? error.message : String(error);
    }
  }
  await Promise.all([
    // Who of the people is on call stands with them; here it is only whether that could be told.
    look('onCall', async () => {
      await requireSchedules(deps, about.role);
      return {};
    }),
    policy.reads('ticketFacts') && look('ticketFacts', () => ticketFactsOf(deps, about)),
  ]);
  return found;
}

async function ticketFactsOf(
  { tickets }: LookUpDeps,
  { request, requester }: Asked,
): Promise<Pick<Question, 'ticketFacts'>> {
  const key = request.ticket?.trim() ?? '';
  const [address] = requester.emails;
  if (key === '') return {};
  if (tickets === undefined) throw new Error('No tracker of tickets is configured.');
  if (address === undefined) throw new Error('Nobody knows the address of the requester.');
  const ticket = await tickets.find(key, address);
  if (ticket === undefined) return { ticketFacts: 'not-found' };
  const { status, project, assignees } = ticket;
  const isTheirs = assignees.some((one) => requester.emails.some((mine) => sameEmail(one, mine)));
  return { ticketFacts: { status, project, assignedToRequester: isTheirs } };
}

const DAY_MS = 86_400_000;
/** The longest that a request may wait for its reviewers is 7 days. */
const LOOK_BACK_MS = 8 * DAY_MS;
/** After any of these a request waits for nobody. */
const ANSWERED: readonly LedgerKind[] = [
  'request.denied',
  'request.refused',
  'request.withdrawn',
  'request.expired',
  'grant.activated',
  'end.asked',
  'grant.ended',
];

/** Opened before this one, so that of two at the same moment one is the first, at every later look, too. */
function openRequests(deps: LookUpDeps, { request }: Asked): number {
  const own = only(deps, { key: `request.opened:${request.requestId}` })?.seq ?? Infinity;
  return deps.ledger
    .entries({
      kinds: ['request.opened'],
      unlessRequest: ANSWERED,
      since: new Date(deps.now().getTime() - LOOK_BACK_MS).toISOString(),
    })
    .filter(({ actor, seq }) => actor === chatActor(request.requester) && seq < own).length;
}

/**
 * Since the person was given what the role gives, under whatever role, by a grant from before this request. Counted
 * at the request, so that nothing changes while it waits or is used.
 */
function lastUsedDays(deps: LookUpDeps, { request, holder, role }: Asked): number | 'never' {
  const own = only(deps, { key: `request.opened:${request.requestId}` });
  const before = own?.seq ?? Infinity;
  const asked = Date.parse(own?.at ?? deps.now().toISOString());
  const used = deps.ledger
    .entries({ kinds: ['grant.opened'] })
    .filter(({ actor, data }) => actor === holder && data['targetArn'] === role.targetArn)
    .flatMap(({ grantId }) => only(deps, { key: `grant.activated:${grantId}` }) ?? [])
    .filter(({ seq }) => seq < before)
    .map(({ at }) => Date.parse(at));
  return used.length === 0
    ? 'never'
    : Math.max(0, Math.floor((asked - Math.max(...used)) / DAY_MS));
}
