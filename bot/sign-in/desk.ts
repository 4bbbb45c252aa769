import type { WebClient } from '@slack/web-api';
import type { StepUpAct } from '../../access/catalog';
import type { AccessDesk } from '../../access/desk';
import type { Ledger } from '../../access/ledger';
import type { EdgeSigner } from '../../access/statement';
import { escaped } from '../blocks/text';
import type { BotLog, SignInDesk } from '../front';
import { messageOf } from '../private-answer';
import { approveErrand } from './approving';
import { breakGlassErrand } from './breaking-glass';
import { connectErrand } from './connecting';
import { linkErrand } from './linking';
import type { Offer, Offers } from './offers';
import type { Errand } from './routes';
import type { StepUpParts, Tell } from './stepping-up';

export interface DeskParts extends Omit<StepUpParts, 'tell' | 'front'> {
  desk: AccessDesk;
  signer: EdgeSigner;
  ledger: Ledger;
  now: () => Date;
  offers: Offers;
  publicUrl: string;
  client: WebClient;
  log: BotLog;
}

/** Makes the links that people are given, and knows what each is for. */
export function createSignInDesk(parts: DeskParts): SignInDesk & {
  errandOf: (offer: Offer) => Errand;
} {
  const { linking, offers, publicUrl, client, log, catalog, desk } = parts;
  const urlFor = (offer: Offer): string => `${publicUrl}/sign-in/begin?offer=${offers.make(offer)}`;
  const tell: Tell = async (who, sentence) => {
    try {
      await client.chat.postMessage({ channel: who.user, text: escaped(sentence) });
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'somebody could not be told about a sign-in');
    }
  };
  const demands = (role: string, act: StepUpAct): boolean =>
    catalog.role(role)?.stepUp?.before.includes(act) === true;
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
    async wayToApprove(by, { requestId, termsHash }, less) {
      if (termsHash === undefined || !catalog.roles().some(({ id }) => demands(id, 'approve')))
        return undefined;
      const role = (await desk.request(requestId))?.role;
      if (role === undefined || !demands(role, 'approve')) return undefined;
      return {
        say: `Whoever approves ${role} signs in at the company directory for it. Nothing is approved yet; the button is good for ten minutes, once, and for you alone.`,
        url: urlFor({ purpose: 'approve', by, requestId, termsHash, role, ...less }),
        label: 'Sign in to approve',
      };
    },
    async wayToConnect(by, about) {
      if (!catalog.roles().some(({ id }) => demands(id, 'connect'))) return undefined;
      const role = (await desk.grant(about.grantId))?.role;
      if (role === undefined || !demands(role, 'connect')) return undefined;
      return {
        say: `Whoever connects a terminal to ${role} signs in at the company directory for it. Nothing is connected yet; the button is good for ten minutes, once, and for you alone.`,
        url: urlFor({ purpose: 'connect', by, role, ...about }),
        label: 'Sign in to go on',
      };
    },
    wayToBreakGlass(request) {
      if (!request.breakGlass || !demands(request.role, 'breakGlass')) return undefined;
      return {
        say: `Whoever breaks the glass for ${request.role} signs in at the company directory for it. Nothing is asked for yet; the button is good for ten minutes, once, and for you alone.`,
        url: urlFor({ purpose: 'breakGlass', by: request.requester, request }),
        label: 'Sign in to go on',
      };
    },
    errandOf(offer) {
      switch (offer.purpose) {
        case 'link':
          return linkErrand(offer, { linking, tell, workspaceName });
        case 'approve':
          return approveErrand(offer, { ...parts, front: parts, tell });
        case 'connect':
          return connectErrand(offer, { ...parts, front: parts, tell });
        case 'breakGlass':
          return breakGlassErrand(offer, { ...parts, front: parts, tell });
      }
    },
  };
}
