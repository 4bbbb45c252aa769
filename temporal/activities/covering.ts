import { sameChatUser, type ChatUser } from '../../access/chat-user';
import type { CutPreview } from '../../access/cut';
import type { Ledger, LedgerKind } from '../../access/ledger';
import type { CutWhat } from '../../access/statement';
import { isWorkloadUser } from '../../access/workload';
import { chatUserOf, only, textIn } from './facts';

interface Recorded {
  ledger: Pick<Ledger, 'entries'>;
}

/** After any of these a request, or the grant it led to, is over or being taken back. */
const OVER: readonly LedgerKind[] = [
  'request.refused',
  'request.denied',
  'request.withdrawn',
  'request.expired',
  'end.asked',
  'grant.ended',
];

/** The longest window (30 days) and the longest wait before it, with room to spare. */
const LOOK_BACK_MS = 60 * 86_400_000;

/** A request that a mass cut takes, from its first word to the end of its grant. */
export interface Covered {
  requestId: string;
  requester: ChatUser;
  role: string;
  /** Directory id, of a workload's that of who answers for it; undefined while nobody decided about the request. */
  person: string | undefined;
  /** Whether its window is open: everything else is still on its way there. */
  live: boolean;
}

/** Whose machines fall with the person whom a cut names. */
export interface Answering {
  /** Their directory id. */
  person: string | undefined;
  /** Pipelines and agents that they answer for by the configuration of now; others by the record of their grants. */
  machines: readonly string[];
}

/**
 * What such a cut takes at this moment, by the record alone: live grants, those being made ready, and
 * requests that still wait; of a person also what their machines have. What is being taken back already is left to
 * whoever takes it.
 */
export function coveredBy(
  deps: Recorded,
  what: CutWhat,
  now: Date,
  { person: meant, machines }: Answering,
): Covered[] {
  const since = new Date(now.getTime() - LOOK_BACK_MS).toISOString();
  return deps.ledger
    .entries({ kinds: ['request.opened'], unlessRequest: OVER, since })
    .flatMap((opened): Covered[] => {
      const requester = chatUserOf(opened.actor);
      const role = textIn(opened, 'role');
      const { requestId } = opened;
      if (requester === undefined || requestId === undefined) return [];
      const grant = only(deps, { key: `grant.opened:${requestId}` });
      const isOfWorkload = isWorkloadUser(requester);
      const isTheirs = isOfWorkload && machines.includes(requester.user);
      const person = grant
        ? textIn(grant, grant.data['accountable'] === undefined ? 'person' : 'accountable')
        : isTheirs
          ? meant
          : undefined;
      const answers = isTheirs || (isOfWorkload && person !== undefined && person === meant);
      if (!isMeant(what, requester, role, answers)) return [];
      const activated = only(deps, { key: `grant.activated:${grant?.grantId ?? ''}` });
      // Its workflow was terminated before it could close it; AWS ended every session at its fence.
      if (activated && Date.parse(textIn(activated, 'until')) < now.getTime()) return [];
      return [{ requestId, requester, role, person, live: activated !== undefined }];
    });
}

function isMeant(what: CutWhat, requester: ChatUser, role: string, answers: boolean): boolean {
  switch (what.of) {
    case 'person':
      // A chat user is one person for good: see identity/link.ts.
      return answers || sameChatUser(what.person, requester);
    case 'role':
      return what.role === role;
    case 'all':
      return true;
  }
}

/** The same in numbers, for who is about to say it. */
export function previewOf(covered: readonly Covered[]): CutPreview {
  const roles = Map.groupBy(covered, ({ role }) => role);
  const machines = Map.groupBy(covered.filter(isOfMachine), ({ requester }) => requester.user);
  const grants = covered.filter(({ live }) => live).length;
  return {
    grants,
    requests: covered.length - grants,
    holders: [
      ...new Map(
        covered.map(({ requester }) => [`${requester.workspace}:${requester.user}`, requester]),
      ).values(),
    ],
    roles: [...roles].map(([role, some]) => ({ role, count: some.length })),
    machines: [...machines].map(([id, some]) => ({ id, count: some.length })),
  };
}

export const isOfMachine = ({ requester }: Covered): boolean => isWorkloadUser(requester);
