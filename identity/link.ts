import type { ChatUser } from '../access/chat-user';
import type { Ledger } from '../access/ledger';
import type { ChatProfiles, Directory, People, Person } from '../access/person';
import { Refused } from '../access/refused';
import { Links, type LinkedBy } from './links';

export interface LinkOptions {
  profiles: ChatProfiles;
  directory: Directory;
  /** Keeps the links. */
  ledger: Ledger;
  /** `email`: the chat's confirmed address must be exactly one person's. `mapping`: only who is listed. */
  match: LinkedBy;
  /** Chat user id → directory id. */
  mapping?: Readonly<Record<string, string>>;
  now?: () => Date;
}

const ASK_ADMINISTRATOR = "Ask one of Curfew's administrators to look into it.";

/**
 * Finds the person behind a chat user. Who it is gets fixed at the first use: an address that later belongs to
 * somebody else does not make its chat user somebody else.
 */
export function createPeople(options: LinkOptions): People {
  const { profiles, directory, match, mapping = {}, now = () => new Date() } = options;
  const links = new Links(options.ledger);

  async function identify(user: ChatUser): Promise<Person> {
    const email = await memberEmail(user);
    const person = match === 'email' ? await byEmail(email) : await byMapping(user);
    if (!person.active)
      throw new Refused(
        `${person.name} is not active in the company directory.`,
        'If that is wrong, ask IT to activate the account there.',
      );
    const stand = links.fix(user, person.id, match, now().toISOString());
    switch (stand) {
      case 'linked':
        return person;
      case 'other-person':
        throw new Refused(
          'Your Slack account was linked to another person in the company directory before.',
          ASK_ADMINISTRATOR,
        );
      case 'other-user':
        throw new Refused(
          `${person.name} in the company directory is linked to another Slack account.`,
          `Use that account. ${ASK_ADMINISTRATOR}`,
        );
    }
  }

  /** Throws unless the chat knows the user as a full member of its own workspace. */
  async function memberEmail(user: ChatUser): Promise<string | undefined> {
    const { kind, email } = await profiles.profile(user);
    switch (kind) {
      case 'member':
        return email;
      case 'guest':
        throw new Refused(
          'Guests cannot use Curfew.',
          'Ask a full member of this Slack workspace to do it.',
        );
      case 'bot':
        throw new Refused(
          'Apps and workflows cannot use Curfew.',
          'A person has to do it with their own Slack account.',
        );
      case 'stranger':
        throw new Refused(
          'People from another Slack workspace cannot use Curfew.',
          'Use an account of the workspace that Curfew is installed in.',
        );
    }
  }

  async function byEmail(email: string | undefined): Promise<Person> {
    if (email === undefined || email.trim() === '')
      throw new Refused(
        'Your Slack account has no confirmed e-mail address.',
        'Confirm your work address in your Slack account settings, then try again.',
      );
    const [person, ...others] = await directory.byEmail(email);
    if (!person)
      throw new Refused(
        `Nobody in the company directory has your Slack account's address, ${email}.`,
        'Set your work address in Slack, or ask IT to set this one in the directory.',
      );
    if (others.length > 0)
      throw new Refused(
        `Several people in the company directory have your Slack account's address, ${email}.`,
        'Ask IT to leave it with one of them.',
      );
    return person;
  }

  async function byMapping({ user }: ChatUser): Promise<Person> {
    const id = Object.hasOwn(mapping, user) ? mapping[user] : undefined;
    if (id === undefined)
      throw new Refused(
        `Your Slack account (${user}) is not on the list of people who use Curfew.`,
        "Ask one of Curfew's administrators to add it.",
      );
    const person = await directory.person(id);
    if (!person)
      throw new Refused(
        'Your Slack account is on the list of people who use Curfew, but the company directory no longer has that person.',
        ASK_ADMINISTRATOR,
      );
    return person;
  }

  return { identify };
}
