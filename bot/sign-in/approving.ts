import type { CatalogRole } from '../../access/catalog';
import { durationText } from '../../access/duration';
import type { GrantView } from '../../access/grant';
import { Refused } from '../../access/refused';
import type { SignedIn } from '../../access/sign-in';
import { review } from '../statements';
import type { Offer } from './offers';
import type { Row } from './page';
import type { Errand } from './routes';
import {
  clickOf,
  evidenceOf,
  freshFor,
  pageOf,
  signedInAs,
  whoPressed,
  type StepUpParts,
} from './stepping-up';

type Approval = Extract<Offer, { purpose: 'approve' }>;

/** Approves one request, on the terms that stood on the card, as whoever pressed Approve. */
export function approveErrand(offer: Approval, parts: StepUpParts): Errand {
  const { by, requestId, termsHash, durationMinutes, scope, reason } = offer;
  const { catalog, front, tell } = parts;

  /** Throws unless whoever signed in is whoever pressed the button, and the request still waits. */
  async function judge(said: SignedIn) {
    const person = await whoPressed(parts, { by, said, button: 'Approve' });
    const request = await front.desk.request(requestId);
    if (request?.state !== 'waiting')
      throw new Refused('This request does not wait for anybody any more.', 'Look at its card.');
    return { person, request };
  }

  return {
    fresh: freshFor(catalog, offer.role),
    async show(said) {
      const { person, request } = await judge(said);
      return {
        title: `Approve ${request.role} for ${request.requesterName}?`,
        rows: [
          ...termsRows(request, catalog.role(request.role), durationMinutes),
          ...(scope === undefined
            ? []
            : [{ label: 'Scope', text: scope, more: 'Not all that the role may' }]),
          signedInAs('You approve as', person),
        ],
        warning:
          'Your approval is for exactly this. If you did not press Approve in Slack yourself, close this page and tell your security team.',
        button: 'Approve',
      };
    },
    async act(said, attempt) {
      const clickId = clickOf(attempt);
      const about = { requestId, termsHash };
      const outcome = await review(front, about, {
        verdict: 'approve',
        by,
        clickId,
        stepUp: evidenceOf(said),
        ...(durationMinutes !== undefined && { durationMinutes }),
        ...(scope !== undefined && { scope }),
        ...(reason !== undefined && { reason }),
      });
      return pageOf(
        parts,
        outcome,
        { by, clickId, what: 'approve', about },
        {
          done: ({ note = 'It counts.' }) => ({ title: 'Approved', sentence: note }),
          pending:
            'Look at the card in Slack in a moment; if your approval is not there, load this page again: it counts once.',
        },
      );
    },
    async refused(_said, because) {
      await tell(
        by,
        `Somebody signed in to approve ${offer.role} in your name, and was refused: ${because} Nothing was approved. If that was not you, tell your security team.`,
      );
    },
  };
}

const termsRows = (
  request: GrantView,
  role: CatalogRole | undefined,
  less: number | undefined,
): Row[] => [
  {
    label: 'Role',
    text: role?.title ?? request.role,
    more: `${request.role} in ${request.account}${role ? `, ${role.account.id}, ${role.risk} risk` : ''}`,
  },
  { label: 'For', text: request.requesterName },
  {
    label: 'How long',
    text: `${durationText(less ?? request.durationMinutes)} from the approval on`,
    ...(less !== undefined && { more: `${durationText(request.durationMinutes)} were asked for` }),
  },
  {
    label: 'Why',
    text: request.reason,
    ...(request.ticket !== undefined && { more: `Ticket: ${request.ticket}` }),
  },
];
