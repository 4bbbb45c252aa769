import { sameChatUser } from '../../access/chat-user';
import { Refused } from '../../access/refused';
import type { SignedIn } from '../../access/sign-in';
import { confirmKeys, keysOf } from '../confirming';
import { WORDS } from '../words';
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

type Connection = Extract<Offer, { purpose: 'connect' }>;

/** Confirms the terminal whose words stood in the chat, as whoever pressed Confirm there. */
export function connectErrand(offer: Connection, parts: StepUpParts): Errand {
  const { by, requestId, grantId, words } = offer;
  const { catalog, front, tell } = parts;

  /** Throws unless whoever signed in is the holder who pressed the button, and that very terminal still waits. */
  async function judge(said: SignedIn) {
    const person = await whoPressed(parts, { by, said, button: 'Confirm' });
    const grant = await front.desk.grant(grantId);
    if (grant?.state !== 'active') throw new Refused(WORDS.notLive);
    if (!sameChatUser(grant.requester, by)) throw new Refused(WORDS.notYours);
    const keys = await keysOf(front.desk, { grantId, words });
    if ('because' in keys)
      throw new Refused(keys.because, 'Press Connect in Slack for a new code.');
    return { person, grant, isConfirmed: keys.isConfirmed };
  }

  return {
    fresh: freshFor(catalog, offer.role),
    async show(said) {
      const { person, grant } = await judge(said);
      const role = catalog.role(grant.role);
      return {
        title: 'Connect this terminal?',
        rows: [
          { label: 'The words in your terminal', text: words },
          {
            label: 'Role',
            text: role?.title ?? grant.role,
            more: `${grant.role} in ${grant.account}${role ? `, ${role.account.id}, ${role.risk} risk` : ''}`,
          },
          signedInAs('You connect it as', person),
        ],
        warning:
          'Only if your own terminal shows exactly these words. If it shows others, or you did not press Confirm in Slack yourself, close this page and tell your security team.',
        button: 'Connect it',
      };
    },
    async act(said, attempt) {
      const clickId = clickOf(attempt);
      const done = {
        title: 'Connected',
        sentence: 'Your terminal goes on by itself. It signs you in until the access ends.',
      };
      // The answer to this very press was lost: the keys of these words are confirmed already.
      if ((await judge(said)).isConfirmed) return done;
      const outcome = await confirmKeys(front, { by, grantId, words, stepUp: evidenceOf(said) });
      return pageOf(
        parts,
        outcome,
        { by, clickId, what: 'confirm_words', about: { requestId, grantId } },
        {
          done: () => done,
          pending:
            'Look at your terminal in a moment; if it still waits, load this page again: it counts once.',
        },
      );
    },
    async refused(_said, because) {
      await tell(
        by,
        `Somebody signed in to connect a terminal to your ${offer.role}, and was refused: ${because} Nothing was connected. If that was not you, tell your security team.`,
      );
    },
  };
}
