import { durationText } from '../../access/duration';
import { Refused } from '../../access/refused';
import type { SignedIn } from '../../access/sign-in';
import type { Offer } from './offers';
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

type Emergency = Extract<Offer, { purpose: 'breakGlass' }>;

/** Asks for a role by break-glass, in the words of the form, as whoever submitted it. */
export function breakGlassErrand({ by, request }: Emergency, parts: StepUpParts): Errand {
  const { role: id, durationMinutes, reason, ticket } = request;
  const { catalog, front, tell } = parts;

  /** Throws unless whoever signed in is whoever submitted the form, and the role is still to be had that way. */
  async function judge(said: SignedIn) {
    const person = await whoPressed(parts, { by, said, button: 'Request' });
    const role = catalog.role(id);
    if (!role?.breakGlass)
      throw new Refused(
        `${id} is not to be had by break-glass any more.`,
        'Ask for it in the ordinary way.',
      );
    return { person, role };
  }

  return {
    fresh: freshFor(catalog, id),
    async show(said) {
      const { person, role } = await judge(said);
      return {
        title: `Break the glass for ${id}?`,
        rows: [
          {
            label: 'Role',
            text: role.title,
            more: `${id} in ${role.account.name}, ${role.account.id}, ${role.risk} risk`,
          },
          { label: 'How long', text: `${durationText(durationMinutes)} from now on` },
          {
            label: 'Why',
            text: reason,
            ...(ticket !== undefined && { more: `Ticket: ${ticket}` }),
          },
          signedInAs('You break it as', person),
        ],
        warning:
          'Everybody is told at once, and somebody reviews it afterwards. If you did not ask for this in Slack yourself, close this page and tell your security team.',
        button: 'Break the glass',
      };
    },
    async act(said, attempt) {
      const signed = await front.signer.sign({
        kind: 'request',
        request: { ...request, submittedAt: front.now().toISOString() },
        stepUp: evidenceOf(said),
      });
      return pageOf(
        parts,
        await front.desk.open(signed),
        { by, clickId: clickOf(attempt), what: 'request', about: undefined },
        {
          done: () => ({
            title: 'Asked for',
            sentence: 'Curfew decides now, and tells you in Slack how to use it, or why not.',
          }),
          pending:
            'Look at your messages in Slack in a moment; if nothing is there, load this page again: it stays the same request.',
        },
      );
    },
    async refused(_said, because) {
      await tell(
        by,
        `Somebody signed in to break the glass for ${id} in your name, and was refused: ${because} Nothing was given. If that was not you, tell your security team.`,
      );
    },
  };
}
