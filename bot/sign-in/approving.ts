import type { Catalog, CatalogRole } from '../../access/catalog';
import { durationText } from '../../access/duration';
import type { GrantView } from '../../access/grant';
import type { People } from '../../access/person';
import { Refused } from '../../access/refused';
import type { Linking, SignedIn } from '../../access/sign-in';
import type { StepUpEvidence } from '../../access/statement';
import { subjectHash } from '../../keys/subject';
import type { Front } from '../front';
import { refusalText } from '../names';
import { recordRefusal } from '../refusals';
import { review } from '../statements';
import type { Tell } from './desk';
import { hashOf, type Offer } from './offers';
import type { Row } from './page';
import type { Errand } from './routes';

type Approval = Extract<Offer, { purpose: 'approve' }>;

export interface ApproveErrandParts {
  catalog: Catalog;
  front: Pick<Front, 'desk' | 'signer' | 'now' | 'ledger' | 'log' | 'client'>;
  people: People;
  linking: Linking;
  tell: Tell;
}

/** Approves one request, on the terms that stood on the card, as whoever pressed Approve. */
export function approveErrand(offer: Approval, parts: ApproveErrandParts): Errand {
  const { by, requestId, termsHash, durationMinutes, reason } = offer;
  const { catalog, front, people, linking, tell } = parts;
  const { stepUp } = catalog.role(offer.role) ?? {};

  /** Throws unless whoever signed in is whoever pressed the button, and the request still waits. */
  async function judge(said: SignedIn) {
    const [signed, pressed] = [await linking.whoSignedIn(said), await people.identify(by)];
    if (signed.id !== pressed.id)
      throw new Refused(
        `${signed.name} signed in, and it was ${pressed.name} who pressed Approve.`,
        'Whoever presses the button has to sign in themselves.',
      );
    const request = await front.desk.request(requestId);
    if (request?.state !== 'waiting')
      throw new Refused('This request does not wait for anybody any more.', 'Look at its card.');
    return { person: signed, request };
  }

  return {
    fresh: {
      maxAgeSeconds: stepUp?.maxAgeSeconds ?? 60,
      acr: [...(stepUp?.acr ?? [])],
    },
    async show(said) {
      const { person, request } = await judge(said);
      return {
        title: `Approve ${request.role} for ${request.requesterName}?`,
        rows: [
          ...termsRows(request, catalog.role(request.role), durationMinutes),
          { label: 'You approve as', text: person.name, more: person.emails[0] ?? person.id },
        ],
        warning:
          'Your approval is for exactly this. If you did not press Approve in Slack yourself, close this page and tell your security team.',
        button: 'Approve',
      };
    },
    async act(said, attempt) {
      const clickId = `s-${hashOf(attempt).slice(0, 32)}`;
      const about = { requestId, termsHash };
      const outcome = await review(front, about, {
        verdict: 'approve',
        by,
        clickId,
        stepUp: evidenceOf(said),
        ...(durationMinutes !== undefined && { durationMinutes }),
        ...(reason !== undefined && { reason }),
      });
      switch (outcome.outcome) {
        case 'done':
          return { title: 'Approved', sentence: outcome.note ?? 'It counts.' };
        case 'pending':
          return {
            title: 'Not known yet',
            sentence: `${outcome.because} Look at the card in Slack in a moment; if your approval is not there, load this page again: it counts once.`,
          };
        case 'refused':
          recordRefusal(front, { by, clickId, what: 'approve', about, because: outcome.because });
          throw new Refused(await refusalText(front.client, outcome));
      }
    },
    async refused(_said, because) {
      await tell(
        by,
        `Somebody signed in to approve ${offer.role} in your name, and was refused: ${because} Nothing was approved. If that was not you, tell your security team.`,
      );
    },
  };
}

function evidenceOf({ issuer, subject, authTime, acr }: SignedIn): StepUpEvidence {
  if (authTime === undefined) throw new Error('a fresh sign-in says when it was');
  return {
    issuer,
    subjectHash: subjectHash(issuer, subject),
    authTime,
    ...(acr !== undefined && { acr }),
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
