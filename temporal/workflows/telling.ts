import { condition, log } from '@temporalio/workflow';
import { sameChatUser } from '../../access/chat-user';
import { isOver, type GrantState } from '../../access/states';
import type {
  ApprovedForLess,
  ApprovedWithin,
  Card,
  EndTrail,
  MessageRef,
  Notice,
} from '../../access/messages';
import { aliveUntil, type Approvable, type CaseFile } from './case-file';
import { shownKey, type Shown } from './protocol';
import { postCard, repaintCard, repaintNotice, tell } from './steps';

/**
 * Keeps what people see as the case is, until it is closed: each message is a function of the file,
 * posted when it first has something to say and repainted in place when that changes.
 * A chat that is down delays only the telling.
 */
export async function keepTelling(file: CaseFile): Promise<void> {
  const requester = file.request.requester;
  const direct: Surface<Notice> = {
    post: async (notice) => {
      // Noted before it is posted: whoever stops this workflow in between leaves a message that can be found.
      note(file, { notice });
      const at = await tell(requester, notice);
      note(file, { at, notice });
      return at;
    },
    repaint: async (at, notice) => {
      await repaintNotice(at, notice);
      note(file, { at, notice });
    },
  };
  const channel: Surface<Card> = {
    post: async (card) => {
      note(file, { card });
      const at = await postCard(card);
      note(file, { at, card });
      return at;
    },
    repaint: async (at, card) => {
      await repaintCard(at, card);
      note(file, { at, card });
    },
  };
  // Nobody is behind it in the chat; the card says who answers for it.
  if (file.request.workload) return follow(file, () => cardOf(file), channel);
  await Promise.all([
    follow(file, () => cardOf(file), channel),
    follow(file, () => waitingNotice(file), direct),
    follow(file, () => activeNotice(file), direct),
    follow(file, () => lastNotice(file), direct),
    follow(file, () => heldUpNotice(file), direct),
  ]);
}

/** Whoever must go on in the place of this workflow finds its messages there. */
const note = (file: CaseFile, shown: Shown): unknown => file.shown.set(shownKey(shown), shown);

/** A message on some surface: posted once, repainted as it changes. */
export interface Surface<T> {
  /** Where it stands already. */
  at?: MessageRef | undefined;
  post(wanted: T): Promise<MessageRef>;
  repaint(at: MessageRef, wanted: T): Promise<void>;
}

/** Shows what is wanted while the story goes on: the file's, or any other's. */
export async function follow<T>(
  file: { readonly closed: boolean },
  wanted: () => T | undefined,
  surface: Surface<T>,
): Promise<void> {
  let { at } = surface;
  let shown = JSON.stringify(wanted());
  if (shown !== undefined) throw new Error('nothing can be told before the case is decided');
  for (;;) {
    await condition(() => JSON.stringify(wanted()) !== shown || file.closed);
    const next = wanted();
    if (next === undefined || JSON.stringify(next) === shown) return;
    shown = JSON.stringify(next);
    try {
      if (at) await surface.repaint(at, next);
      else at = await surface.post(next);
    } catch (error) {
      log.error('a message could not be shown', { error });
    }
  }
}

function cardOf(file: CaseFile): Card | undefined {
  const { decided, request, state } = file;
  if (!decided) return undefined;
  return {
    ...about(file, decided),
    termsHash: decided.termsHash,
    channel: decided.role.channel,
    state,
    requester: request.requester,
    requesterName: decided.requester.name,
    ...(decided.workload !== undefined && { workload: decided.workload }),
    risk: decided.role.risk,
    durationMinutes: request.durationMinutes,
    ...lessOf(file),
    ...withinOf(file),
    ...(decided.role.scopes && { scopes: decided.role.scopes.map(({ name }) => name) }),
    reason: request.reason,
    ...(request.ticket !== undefined && { ticket: request.ticket }),
    rule: request.breakGlass ? '' : decided.role.rule,
    ...breakGlassOf(file),
    ...(decided.extends && { extends: decided.extends }),
    needed: decided.needed,
    ...(state === 'waiting' && file.stage && { stage: file.stage }),
    reviews: file.reviews.map(({ statement: { by, verdict, at, reason } }) => {
      const absent = file.answering?.find((one) => sameChatUser(one.by, by))?.for;
      return {
        by,
        verdict,
        at,
        ...(reason !== undefined && { reason }),
        ...(absent && verdict === 'approve' && { for: absent }),
      };
    }),
    ...(state === 'waiting' && { answerBy: decided.answerBy }),
    ...(file.until !== undefined && { until: file.until }),
    ...stoppedOf(file),
    ...(state === 'overdue' && { overdue: overdueOf(file) }),
    ...(state === 'ended' && file.ending && { ending: trailOf(file.ending) }),
    ...noteOf(file),
  };
}

/** Less than was asked, and who approved no more than that. */
function lessOf({ approvedMinutes, reviews }: CaseFile): { less?: ApprovedForLess } {
  const said = reviews.find(({ statement }) => statement.durationMinutes === approvedMinutes);
  if (approvedMinutes === undefined || !said) return {};
  const { by, reason } = said.statement;
  return { less: { durationMinutes: approvedMinutes, by, ...(reason && { reason }) } };
}

/** Not all of the role, and who approved no more than that. */
function withinOf({ approvedScope: scope, reviews }: CaseFile): { within?: ApprovedWithin } {
  const said = reviews.find(({ statement }) => statement.scope === scope);
  if (scope === undefined || !said) return {};
  const { by, reason } = said.statement;
  return { within: { scope, by, ...(reason && { reason }) } };
}

const noteOf = ({ ending, note }: CaseFile): { note?: string } => {
  const told = [note, ending?.statement].filter((part) => part !== undefined && part !== '');
  return told.length === 0 ? {} : { note: told.join('\n') };
};

function breakGlassOf({ request, decided }: CaseFile): Pick<Card, 'breakGlass'> {
  if (!request.breakGlass) return {};
  const { role, factsAt } = decided ?? {};
  const reviewers = role?.breakGlass?.reviewers ?? '';
  return { breakGlass: { reviewers, ...(factsAt !== undefined && { factsAt }) } };
}

const overdueOf = (file: CaseFile): NonNullable<Card['overdue']> => {
  const until = aliveUntil(file);
  return {
    ...(file.ending && { askedAt: file.ending.askedAt }),
    ...(until !== undefined && { aliveUntil: until }),
  };
};

const stoppedOf = ({ stop, ordered }: CaseFile): Pick<Card, 'stopped'> => {
  if (!stop) return ordered?.by ? { stopped: { ...ordered, by: ordered.by, how: 'revoke' } } : {};
  const { by, how, reason } = stop.statement;
  return { stopped: { by, how, ...(reason !== '' && { reason }) } };
};

function heldUpNotice(file: CaseFile): Notice | undefined {
  if (!file.heldUp) return undefined;
  return {
    ...undecided(file),
    kind: 'held-up',
    ...(file.request.breakGlass && { breakGlass: true as const }),
    ...(file.state !== 'deciding' && { outcome: DECIDED[outcomeOf(file.state)] ?? file.state }),
  };
}

const DECIDED: Record<string, string> = {
  waiting: 'it is with its reviewers now',
  approved: 'it was granted',
};

function waitingNotice(file: CaseFile): Notice | undefined {
  const { decided } = file;
  if (decided?.verdict !== 'ask') return undefined;
  return {
    ...about(file, decided),
    kind: 'waiting',
    rule: decided.role.rule,
    ...(decided.whoMay !== undefined && { whoMay: decided.whoMay }),
    channel: decided.role.channel,
    answerBy: decided.answerBy,
    ...askedAndLess(file),
    ...(file.remindedAt !== undefined && { remindedAt: file.remindedAt }),
    ...(file.state !== 'waiting' && { outcome: outcomeOf(file.state) }),
  };
}

/** In a word, for the message that told the requester to wait. */
const outcomeOf = (state: GrantState): string => (APPROVED.includes(state) ? 'approved' : state);
const APPROVED: readonly GrantState[] = ['activating', 'active', 'ending', 'overdue', 'ended'];

function activeNotice(file: CaseFile): Notice | undefined {
  const { decided, from, until, state, connecting, settled } = file;
  if (!decided || until === undefined) return undefined;
  // Told before an operator ran it anew, and over before it was active again: that message is painted over.
  const wasTold = decided.heldUntil !== undefined && TAKEN_BACK.includes(state);
  if (from === undefined && !wasTold) return undefined;
  return {
    ...about(file, decided),
    kind: 'active',
    until,
    ...askedAndLess(file),
    state:
      state === 'overdue' ? 'ending' : state === 'active' || state === 'ending' ? state : 'ended',
    ...(state === 'active' && connecting.candidate && { words: connecting.candidate.words }),
    connected: connecting.confirmed !== undefined,
    ...(decided.extends && { extends: decided.extends.grantId }),
    ...(settled && settled.as !== 'refused' && { signIn: settled.signIn }),
  };
}

const askedAndLess = (file: CaseFile) => {
  const { less } = lessOf(file);
  return {
    ...(less && { less: { ...less, askedMinutes: file.request.durationMinutes } }),
    ...withinOf(file),
  };
};

const TAKEN_BACK: readonly GrantState[] = ['ending', 'overdue', 'ended'];

function lastNotice(file: CaseFile): Notice | undefined {
  const { decided, state, ending, how, note } = file;
  if (!isOver(state)) return undefined;
  const base = decided ? about(file, decided) : undecided(file);
  switch (state) {
    case 'refused':
      return {
        ...base,
        kind: 'refused',
        because: note ?? '',
        ...(file.wouldPass !== undefined && { wouldPass: file.wouldPass }),
      };
    case 'denied': {
      const last = file.reviews.at(-1)?.statement.by;
      const by = file.ordered?.by ?? last ?? file.deniedBy ?? file.request.requester;
      return { ...base, kind: 'denied', by, ...(note !== undefined && { reason: note }) };
    }
    case 'withdrawn':
      return { ...base, kind: 'withdrawn' };
    case 'expired':
      return { ...base, kind: 'expired', rule: decided?.role.rule ?? '' };
    case 'ended':
      return {
        ...base,
        kind: 'ended',
        how: how ?? 'natural',
        ...(file.goesOnUntil !== undefined && { goesOnUntil: file.goesOnUntil }),
        ...stopper(file),
        ...trailOf(ending),
        statement: [note, ending?.statement].filter(Boolean).join(' '),
      };
    case 'deciding':
    case 'waiting':
    case 'activating':
    case 'active':
    case 'ending':
    case 'overdue':
      return undefined;
  }
}

const trailOf = (ending: CaseFile['ending']): EndTrail => ({
  askedAt: ending?.askedAt ?? '',
  ...(ending?.writtenAt !== undefined && { writtenAt: ending.writtenAt }),
  observedAt: ending?.observedAt ?? '',
  ...(ending?.seconds && { seconds: ending.seconds }),
});

const stopper = ({ stop, ordered }: CaseFile) =>
  stop ? { by: stop.statement.by, reason: stop.statement.reason } : { ...ordered };

const undecided = ({ request: { requestId, role } }: CaseFile) => ({
  requestId,
  role: { id: role, title: role },
  account: { id: '', name: '', env: '' },
});

const about = ({ request }: CaseFile, { grantId, role }: Approvable) => ({
  requestId: request.requestId,
  grantId,
  role: { id: role.id, title: role.title },
  account: role.account,
});
