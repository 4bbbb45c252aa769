import type { Linking } from '../../access/sign-in';
import type { Offer } from './offers';
import type { Errand } from './routes';
import type { Tell } from './stepping-up';

/** Links whoever the link was given to with whoever signed in, when these are one. */
export const linkErrand = (
  { by }: Extract<Offer, { purpose: 'link' }>,
  { linking, tell, workspaceName }: LinkErrandParts,
): Errand => ({
  async show(said) {
    const { chatName, person } = await linking.compare(by, said);
    return {
      title: 'Are both of these you?',
      rows: [
        {
          label: 'Your Slack account',
          text: chatName,
          more: `${await workspaceName()}, ${by.user}`,
        },
        {
          label: 'You in the company directory',
          text: person.name,
          more: person.emails[0] ?? person.id,
        },
      ],
      warning:
        'Whoever uses this Slack account will ask for access and approve it in your name. If somebody sent you here, close this page and tell your security team.',
      button: 'Yes, link them',
    };
  },
  async act(said) {
    const person = await linking.link(by, said);
    await tell(
      by,
      `Your Slack account is linked to ${person.name} in the company directory, by a sign-in just now. If that was not you, tell one of Curfew's administrators at once.`,
    );
    return {
      title: 'You are linked',
      sentence: `Curfew knows your Slack account as ${person.name} from now on.`,
    };
  },
  async refused(said, because) {
    const other = linking.userOf(said.subject);
    await tell(
      by,
      `Somebody signed in at the link that Curfew gave to you, and was refused: ${because} Nothing was linked. Give such a link to nobody.`,
    );
    if (other !== undefined && other.user !== by.user)
      await tell(
        other,
        'You signed in at a link that Curfew had given to somebody else’s Slack account. Nothing was linked. If that person sent it to you, tell your security team.',
      );
  },
});

export interface LinkErrandParts {
  linking: Linking;
  tell: Tell;
  workspaceName: () => Promise<string>;
}
