import type { Button, KnownBlock } from '@slack/types';
import { durationText } from '../../access/duration';
import type { ApprovedForLess, ApprovedWithin, Card } from '../../access/messages';
import { ACTIONS } from '../surface';
import { button, buttons } from './button';
import {
  escaped,
  fit,
  formatted,
  mention,
  moment,
  momentWithSeconds,
  plain,
  trailText,
} from './text';

/** A message's whole content: `text` is what notifications and screen readers give. */
export interface MessageContent {
  text: string;
  blocks: KnownBlock[];
}

/** The one card of a request: what, who, how long, why, who may say yes, how it stands. */
export function cardContent(card: Card): MessageContent {
  const remark = remarkOf(card);
  const context = [
    ...(card.workload ? [plain(machineText(card.workload), 500)] : []),
    ...(card.ticket ? [plain(`Ticket: ${card.ticket}`, 200)] : []),
    ...(card.rule ? [plain(`Needs: ${card.rule}`, 500)] : []),
    ...(card.stage ? [plain(stageText(card.stage), 500)] : []),
    ...(card.breakGlass ? [plain(unaskedText(card.breakGlass), 500)] : []),
  ];
  return {
    text: cardText(card),
    blocks: [
      { type: 'header', text: plain(titleOf(card), 150) },
      { type: 'context', elements: [plain(whatText(card), 500)] },
      { type: 'section', text: formatted(whoText(card)) },
      { type: 'section', text: plain(`Why: ${card.reason}`, 1000) },
      ...(context.length > 0 ? [{ type: 'context' as const, elements: context }] : []),
      { type: 'section', text: formatted(stateText(card)) },
      ...(remark ? [{ type: 'context' as const, elements: [plain(remark, 1000)] }] : []),
      ...(card.state === 'waiting' ? [reviewButtons(card)] : []),
    ],
  };
}

/** Whoever approves says yes to what stands on the card, which may be less than the terms by then. */
const reviewButtons = ({
  requestId,
  termsHash,
  durationMinutes,
  less,
  ...card
}: Card): KnownBlock =>
  buttons(
    requestId,
    button(
      ACTIONS.approve,
      { requestId, termsHash, ...(less && { minutes: less.durationMinutes }), ...scopeOf(card) },
      'primary',
    ),
    ...lessButton(
      { requestId, termsHash, ...narrowerOf(card) },
      less?.durationMinutes ?? durationMinutes,
    ),
    button(ACTIONS.deny, { requestId, termsHash }),
    button(ACTIONS.details, { requestId }),
  );

const lessButton = (
  about: { requestId: string; termsHash: string; narrower?: string[] },
  minutes: number,
): Button[] =>
  minutes > 1 || about.narrower ? [button(ACTIONS.approveForLess, { ...about, minutes })] : [];

const scopeOf = ({ within }: Pick<Card, 'within'>) => (within ? { scope: within.scope } : {});

/** What is left to choose from, beside the scope that the card says by now. */
function narrowerOf({ scopes = [], within }: Pick<Card, 'scopes' | 'within'>) {
  const narrower = within ? scopes.slice(scopes.indexOf(within.scope) + 1) : scopes;
  return { ...scopeOf({ ...(within && { within }) }), ...(narrower.length > 0 && { narrower }) };
}

const titleOf = ({ role, account, breakGlass }: Card): string =>
  `${breakGlass ? 'BREAK-GLASS: ' : ''}${role.id} in ${account.name}`;

const stageText = ({ at, of, rule }: NonNullable<Card['stage']>): string =>
  `Stage ${at} of ${of} now: ${rule}`;

const machineText = (workload: string): string => `No person asks: ${workload}`;

const unaskedText = ({ reviewers }: NonNullable<Card['breakGlass']>): string =>
  `Emergency: nobody was asked. To be reviewed by ${reviewers}`;

/** For a break-glass that was decided while the directory could not be asked. */
export const factsText = (factsAt: string | undefined): string =>
  factsAt === undefined
    ? ''
    : `the directory could not be asked: decided on facts of ${moment(factsAt)}`;

/** Another request, for a role that the requester has just now. */
const goesOnText = (before: Card['extends']): string =>
  before === undefined ? '' : `extends ${before.grantId}, which ends ${moment(before.until)}`;

const whatText = ({ role, account, risk }: Card): string =>
  [role.title, `account ${account.id}`, account.env, `${risk} risk`].join(' · ');

function whoText(card: Card): string {
  const { requester, less, within, until, breakGlass, extends: before } = card;
  const howLong = durationText(card.durationMinutes);
  const time = less ? ` → *${durationText(less.durationMinutes)}* by ${mention(less.by)}` : '';
  const approved = within ? `${time}, ${withinText(within)}` : time;
  const end = until === undefined ? 'from the approval on' : `until ${moment(until)}`;
  const facts = factsText(breakGlass?.factsAt);
  const goesOn = goesOnText(before);
  return [
    `${mention(requester)} ${breakGlass ? 'breaks the glass' : 'asks'} for *${howLong}*${approved}, ${end}`,
    ...(goesOn ? [goesOn] : []),
    ...(facts ? [facts] : []),
  ].join(' · ');
}

function stateText(card: Card): string {
  const votes = card.reviews.slice(-8).map(voteText);
  return [...votes, standing(card)].join(' · ');
}

const voteText = ({ by, verdict, at, for: absent }: Card['reviews'][number]): string => {
  const seat = absent ? ` for ${mention(absent)}, who is away,` : '';
  return `${verdict === 'approve' ? 'Approved' : 'Denied'} by ${mention(by)}${seat} ${moment(at)}`;
};

function standing(card: Card): string {
  switch (card.state) {
    case 'deciding':
      return 'Being checked against the policy';
    case 'waiting':
      return `${progressText(card)}${card.answerBy ? ` · lapses ${moment(card.answerBy)}` : ''}`;
    case 'activating':
      return 'Being made ready';
    case 'active':
      return `Active${card.until ? ` until ${moment(card.until)}` : ''}`;
    case 'ending':
      return `Being ${stoppedText(card, 'taken back')}, not yet seen denied`;
    case 'overdue':
      return overdueText(card);
    case 'ended':
      return [
        capital(stoppedText(card, 'ended')),
        ...(card.ending ? [trailText(card.ending)] : []),
      ].join(': ');
    case 'refused':
      return 'Refused';
    case 'denied':
      return 'Closed, nothing was granted';
    case 'withdrawn':
      return `Withdrawn by ${mention(card.requester)}`;
    case 'expired':
      return 'Lapsed: not enough reviewers answered in time';
  }
}

/** Sessions end by themselves at their fences, so even a late end is bounded: by when is said. */
function overdueText(card: Card): string {
  const { askedAt, aliveUntil } = card.overdue ?? {};
  const since = askedAt === undefined ? '' : ` since ${momentWithSeconds(askedAt)}`;
  return [
    `Overdue: being ${stoppedText(card, 'taken back')}${since}, not yet seen denied. On-call is told`,
    aliveUntil === undefined
      ? 'No session was handed out'
      : `A session may be alive until ${momentWithSeconds(aliveUntil)} at the latest; then AWS ends it by itself`,
  ].join(' · ');
}

/** "revoked by @…" when somebody cut it; it is called so once the state says that it was seen. */
function stoppedText({ stopped }: Card, otherwise: string): string {
  if (stopped === undefined) return otherwise;
  return `${stopped.how === 'revoke' ? 'revoked' : 'ended early'} by ${mention(stopped.by)}`;
}

/** "approved for 1 h by @…", of less than was asked. */
export const lessText = ({ durationMinutes, by }: ApprovedForLess): string =>
  `Approved for ${durationText(durationMinutes)} by ${mention(by)}`;

/** "within *read-only* by @…", of a scope that is not all of the role. */
const withinText = ({ scope, by }: ApprovedWithin): string =>
  `within *${escaped(scope)}* by ${mention(by)}`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function progressText({ needed, reviews }: Card): string {
  const given = reviews.filter(({ verdict }) => verdict === 'approve').length;
  return `Waiting, ${given} of ${needed} approvals`;
}

/** What somebody wrote about the outcome, plain. */
function remarkOf({ note, reviews, stopped, less, within }: Card): string {
  const denial = reviews.findLast(({ verdict }) => verdict === 'deny')?.reason;
  const reason = stopped?.reason ?? denial;
  const reasons = [...new Set([less?.reason, within?.reason].filter(Boolean))];
  const why = reasons.length > 0 ? `Why less: ${reasons.join(' · ')}` : '';
  return [why, reason ? `Reason: ${reason}` : '', note ?? ''].filter(Boolean).join(' · ');
}

function cardText(card: Card): string {
  const asked =
    `${card.breakGlass ? 'BREAK-GLASS: ' : ''}${card.requesterName} asks for ${card.role.id} in ${card.account.name} (${card.risk} risk) ` +
    `for ${durationText(card.durationMinutes)}. Why: ${card.reason}.`;
  const parts = [
    escaped(fit(asked, 1200)),
    card.less ? `${lessText(card.less)}.` : '',
    card.within
      ? `Approved within ${escaped(card.within.scope)} by ${mention(card.within.by)}.`
      : '',
    card.workload ? escaped(fit(`${machineText(card.workload)}.`, 500)) : '',
    card.ticket ? escaped(fit(`Ticket: ${card.ticket}.`, 200)) : '',
    card.rule ? escaped(fit(`Needs: ${card.rule}.`, 500)) : '',
    card.stage ? escaped(fit(`${stageText(card.stage)}.`, 500)) : '',
    card.breakGlass ? escaped(fit(`${unaskedText(card.breakGlass)}.`, 500)) : '',
    card.breakGlass?.factsAt ? `${factsText(card.breakGlass.factsAt)}.` : '',
    card.extends ? `It ${goesOnText(card.extends)}.` : '',
    `${stateText(card)}.`,
    escaped(fit(remarkOf(card), 1000)),
  ];
  return parts.filter(Boolean).join(' ');
}
