import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { ChatUser } from '../../access/chat-user';
import type { GrantView, Issued, Receiver } from '../../access/grant';
import type { AccessRequest } from '../../access/request';
import type { GrantState } from '../../access/states';
import type {
  RequestStatement,
  ReviewStatement,
  Signed,
  StopStatement,
} from '../../access/statement';
import type { DecidedRequest, EndHow, Stage } from '../activities/contract';
import type { ConfirmedReceiver, ConnectionState, Offer, Settled, Shown } from './protocol';

export type Approvable = Exclude<DecidedRequest, { verdict: 'deny' }>;

/** Everything one request knows of itself. Each field is written in one place. */
export interface CaseFile {
  readonly seal: string;
  readonly request: AccessRequest;
  state: GrantState;
  decided?: Approvable;
  /** Of a route with stages: which is asked now. */
  stage?: Stage;
  /** Reviews that counted, in order. */
  reviews: Signed<ReviewStatement>[];
  /** Whose approvals sit in the seat of somebody who is away; as policy answered last. */
  answering?: { by: ChatUser; for: ChatUser }[];
  /** The least that was approved, where that is less than was asked; as policy answered. */
  approvedMinutes?: number;
  /** The narrowest scope that was approved; as policy answered. */
  approvedScope?: string;
  /** When those who have not answered were reminded last. */
  remindedAt?: string;
  from?: string;
  until: string | undefined;
  /** Nobody could decide on it within seconds: its requester is told what it waits for. */
  heldUp?: true;
  /** Why it is over, or why it never began; for the card and the requester. */
  note: string | undefined;
  wouldPass?: string;
  /** The accepted word of the requester or of on-call that this must stop. */
  stop?: Signed<StopStatement>;
  /** Whose word the end is when it was not said to this workflow: a mass cut, by the record. */
  ordered?: { by?: ChatUser; reason?: string };
  /** Who denied it, by the record, when that was before an operator ran it anew. */
  deniedBy?: ChatUser;
  /** How the window came to its end; undefined while it has not. */
  how?: EndHow;
  ending?: NonNullable<GrantView['ending']>;
  /** When the role's list had its entry, as the list said. */
  writtenAt?: string;
  /** It was extended, and the other grant goes on until then. */
  goesOnUntil?: string;
  /** The last fence, known once the end was asked; absent when no session was ever intended. */
  lastFence?: string;
  /** What the target's writer said, of access that stands by itself. */
  settled?: Exclude<Settled, { as: 'written' }>;
  connecting: Connecting;
  /** Each message that stands or is about to, as it was last painted. */
  readonly shown: Map<string, Shown>;
  /** Everything is done but the telling. */
  closed: boolean;
}

/** How a receiver comes to be connected: a code is offered, keys are bound to it, the person confirms. */
export interface Connecting {
  offer?: Offer;
  candidate?: { receiver: Receiver; words: string; by: ChatUser };
  confirmed?: ConfirmedReceiver;
  /** `seal`: whose it is; a session is sealed to one receiver. */
  last?: { issued: Issued; at: number; seal: string };
  minting: boolean;
  mints: number;
}

export const openCaseFile = ({ statement, seal }: Signed<RequestStatement>): CaseFile => ({
  seal,
  request: statement.request,
  state: 'deciding',
  reviews: [],
  until: undefined,
  note: undefined,
  connecting: {
    minting: false,
    mints: 0,
    // Nobody compares words for a job: its keys are signed with its request.
    ...(statement.request.workload && {
      confirmed: { receiver: statement.request.workload.receiver, seal },
    }),
  },
  shown: new Map(),
  closed: false,
});

const STATE = defineSearchAttributeKey('CurfewState', SearchAttributeType.KEYWORD);
const ACCOUNT = defineSearchAttributeKey('CurfewAccount', SearchAttributeType.KEYWORD);
const REQUESTER = defineSearchAttributeKey('CurfewRequester', SearchAttributeType.KEYWORD);
const GRANT = defineSearchAttributeKey('CurfewGrant', SearchAttributeType.KEYWORD);
const ENDS = defineSearchAttributeKey('CurfewEnds', SearchAttributeType.DATETIME);

/** Moves the case on, visibly: the engine's own lists and pages show where it stands. */
export function enter(file: CaseFile, state: GrantState): void {
  file.state = state;
  upsertSearchAttributes([
    { key: STATE, value: state.toUpperCase() },
    ...(file.decided && state !== 'ended'
      ? [
          { key: ACCOUNT, value: file.decided.role.account.id },
          { key: REQUESTER, value: file.decided.requester.id },
          { key: GRANT, value: file.decided.grantId },
        ]
      : []),
    ...(file.until === undefined ? [] : [{ key: ENDS, value: new Date(file.until) }]),
  ]);
  setCurrentDetails(storyOf(file));
}

const storyOf = ({ request, state, decided, until, note }: CaseFile): string =>
  [
    `**${request.role}**${decided ? ` in ${decided.role.account.name}` : ''}: ${state}`,
    until === undefined ? '' : `until ${until}`,
    note ?? '',
  ]
    .filter(Boolean)
    .join('\n\n');

/**
 * Until when a session of it may be alive, whatever fails: to its last fence, and before that is known
 * to the end of the window. Undefined when none was handed out.
 */
export const aliveUntil = ({ ending, lastFence, until }: CaseFile): string | undefined =>
  ending ? lastFence : until;

/** The case as its owner, a reviewer or on-call may see it. */
export const viewOf = (file: CaseFile): GrantView => ({
  requestId: file.request.requestId,
  ...(file.decided && { grantId: file.decided.grantId }),
  state: file.state,
  requester: file.request.requester,
  requesterName: file.decided?.requester.name ?? '',
  role: file.request.role,
  account: file.decided?.role.account.name ?? '',
  durationMinutes: file.approvedMinutes ?? file.request.durationMinutes,
  reason: file.request.reason,
  ...(file.request.ticket !== undefined && { ticket: file.request.ticket }),
  ...(file.from !== undefined && { from: file.from }),
  ...(file.until !== undefined && { until: file.until }),
  ...(file.ending && { ending: file.ending }),
});

export function connectionOf({ connecting }: CaseFile): ConnectionState {
  const { offer, candidate, confirmed } = connecting;
  const known = confirmed && { confirmed };
  if (candidate) {
    const connection = { stage: 'bound' as const, words: candidate.words };
    return { connection, receiver: candidate.receiver, ...known };
  }
  if (confirmed)
    return { connection: { stage: 'confirmed' }, receiver: confirmed.receiver, ...known };
  return { connection: { stage: offer ? 'offered' : 'none' } };
}
