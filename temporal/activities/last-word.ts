import { sameChatUser, type ChatUser } from '../../access/chat-user';
import type { LedgerEntry } from '../../access/ledger';
import type { Card, Notice } from '../../access/messages';
import { closedBefore } from './begun-anew';
import type { ClosedAs, EndHow } from './contract';
import { endHow } from './ending';
import { chatUserOf, only, textIn, type OnRecord } from './facts';

/** How a request or its grant came to its end, by the record alone. */
export type Outcome =
  | { state: 'ended'; ended: LedgerEntry; how: EndHow; by?: ChatUser; reason?: string }
  | { state: ClosedAs; note: string; by?: ChatUser };

/** What nobody has closed is taken for expired: nobody can answer it any more. */
export function outcomeOnRecord(deps: OnRecord, requestId: string): Outcome {
  const [ended] = deps.ledger.entries({ requestId, kinds: ['grant.ended'], limit: 1 });
  if (!ended) {
    const { closed, because } = closedOf(deps, requestId);
    return { state: closed?.as ?? 'expired', note: because, ...(closed?.by && { by: closed.by }) };
  }
  const asked = only(deps, { key: `end.asked:${ended.grantId ?? ''}` });
  const by = chatUserOf(asked?.actor ?? '');
  const reason = asked?.data['reason'];
  return {
    state: 'ended',
    ended,
    how: endHow.parse(ended.data['how']),
    ...(by && { by }),
    ...(typeof reason === 'string' && reason !== '' && { reason }),
  };
}

function closedOf(deps: OnRecord, requestId: string) {
  const before = closedBefore(deps, requestId);
  return before?.verdict === 'deny' ? before : { because: '', closed: undefined };
}

/** The card as it stands in the end. */
export function overCard(card: Card, outcome: Outcome, note: string): Card {
  const over = { ...card, state: outcome.state };
  if (outcome.state === 'ended') {
    const { how, by, reason } = outcome;
    return {
      ...over,
      ...(by &&
        (how === 'end' || how === 'revoke') && {
          stopped: { by, how, ...(reason !== undefined && { reason }) },
        }),
      note: [note, textIn(outcome.ended, 'statement')].filter(Boolean).join(' '),
    };
  }
  return { ...over, note: note || outcome.note };
}

export interface LastWordAbout {
  requestId: string;
  requester: ChatUser;
  outcome: Outcome;
  /** As it was shown; absent where no card ever stood. */
  card: Card | undefined;
  /** What the sweep has to say of it; may be empty. */
  note: string;
}

/** What the requester reads in the end. */
export function lastWord(
  deps: OnRecord,
  { requestId, requester, outcome, card, note }: LastWordAbout,
): Notice {
  const about = {
    requestId,
    ...(card ? { role: card.role, account: card.account } : asAsked(deps, requestId)),
  };
  switch (outcome.state) {
    case 'ended':
      return endedNotice(deps, about, outcome, note);
    case 'withdrawn':
      return { ...about, kind: 'withdrawn' };
    case 'denied': {
      const reason = outcome.note || note;
      const by = outcome.by ?? requester;
      const said = sameChatUser(by, requester) ? {} : { reason };
      return { ...about, kind: 'denied', by, ...(reason !== '' && said) };
    }
    case 'expired':
      if (card) return { ...about, kind: 'expired', rule: card.rule };
      return refusedNotice(about, note || outcome.note);
    case 'refused':
      return refusedNotice(about, outcome.note || note);
  }
}

type About = Pick<Notice, 'requestId' | 'role' | 'account'>;

const refusedNotice = (about: About, because: string): Notice => ({
  ...about,
  kind: 'refused',
  because,
  wouldPass: 'Ask again with /request-access.',
});

function endedNotice(
  deps: OnRecord,
  about: About,
  { ended, how, by, reason }: Extract<Outcome, { state: 'ended' }>,
  note: string,
): Notice {
  const { grantId = '' } = ended;
  const at = (kind: string) => only(deps, { key: `${kind}:${grantId}` })?.at;
  const writtenAt = at('end.written');
  return {
    ...about,
    grantId,
    kind: 'ended',
    how,
    ...(by && { by }),
    ...(reason !== undefined && { reason }),
    statement: [note, textIn(ended, 'statement')].filter(Boolean).join(' '),
    askedAt: at('end.asked') ?? ended.at,
    ...(writtenAt !== undefined && { writtenAt }),
    observedAt: at('end.observed') ?? ended.at,
  };
}

/** In the requester's own words, where no card ever stood. */
function asAsked(deps: OnRecord, requestId: string): Pick<Notice, 'role' | 'account'> {
  const opened = only(deps, { key: `request.opened:${requestId}` });
  const role = opened ? textIn(opened, 'role') : '';
  return { role: { id: role, title: role }, account: { id: '', name: '', env: '' } };
}

/** Said once, when all is over. */
export const isLast = ({ kind }: Notice): boolean => LAST.includes(kind);
const LAST: readonly Notice['kind'][] = ['ended', 'expired', 'denied', 'refused', 'withdrawn'];
