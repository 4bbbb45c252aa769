import type { WebClient } from '@slack/web-api';
import type { ChatUser } from '../../access/chat-user';
import type { Linking } from '../../access/sign-in';
import { escaped } from '../blocks/text';
import type { BotLog, SignInDesk } from '../front';
import { messageOf } from '../private-answer';
import { linkErrand } from './linking';
import type { Offer, Offers } from './offers';
import type { Errand } from './routes';

/** Says a sentence to one person, as well as it goes. */
export type Tell = (who: ChatUser, sentence: string) => Promise<void>;

export interface DeskParts {
  linking: Linking;
  offers: Offers;
  publicUrl: string;
  client: WebClient;
  log: BotLog;
}

/** Makes the links that people are given, and knows what each is for. */
export function createSignInDesk(parts: DeskParts): SignInDesk & {
  errandOf: (offer: Offer) => Errand;
} {
  const { linking, offers, publicUrl, client, log } = parts;
  const urlFor = (offer: Offer): string => `${publicUrl}/sign-in/begin?offer=${offers.make(offer)}`;
  const tell: Tell = async (who, sentence) => {
    try {
      await client.chat.postMessage({ channel: who.user, text: escaped(sentence) });
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'somebody could not be told about a sign-in');
    }
  };
  const workspaceName = async (): Promise<string> => (await client.auth.test()).team ?? 'Slack';
  return {
    wayToLink(by) {
      if (!linking.mustSignIn(by)) return undefined;
      return {
        say: 'Curfew does not know yet who you are in the company directory. Sign in there once; the button is good for ten minutes, once, and for you alone.',
        url: urlFor({ purpose: 'link', by }),
        label: 'Sign in',
      };
    },
    errandOf: (offer) => linkErrand(offer, { linking, tell, workspaceName }),
  };
}
