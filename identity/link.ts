import type { ChatUser } from '../access/chat-user';
import type { Ledger } from '../access/ledger';
import { Links, type LinkedBy } from '../access/links';
import type { ChatProfiles, Directory, People, Person } from '../access/person';
import { Refused } from '../access/refused';
import type { Linking, SignedIn } from '../access/sign-in';

export interface LinkOptions {
  profiles: ChatProfiles;
  directory: Directory;
  /** Keeps the links. */
  ledger: Ledger;
  /**
   * `email`: the chat's confirmed address must be exactly one person's. `sign-in`: they signed in at the directory
   * once, and the address fits. `mapping`: only who is listed.
   */
  match: LinkedBy;
  /** Chat user id → directory id, as an administrator wrote it; goes before everything else. */
  mapping?: Readonly<Record<string, string>>;
  now?: () => Date;
}

const ASK_ADMINISTRATOR = "Ask one of Curfew's administrators to look into it.";

/**
 * Finds the person behind a chat user. Who it is gets fixed at the first use: an address that later belongs to
 * somebody else does not make its chat user somebody else.
 */
export function createPeople(options: LinkOptions): People & Linking {
  const { profiles, directory, match, mapping = {}, now = () => new Date() } = options;
  const links = new Links(options.ledger);

  const mapped = ({ user }: ChatUser): string | undefined =>
    Object.hasOwn(mapping, user) ? mapping[user] : undefined;

  async function identify(user: ChatUser): Promise<Person> {
    const { email } = await member(user);
    const listed = mapped(user);
    const [by, person] =
      listed === undefined
        ? ([match, await unlisted(user, email)] as const)
        : (['mapping', await byMapping(listed)] as const);
    return fix(user, person, by);
  }

  function fix(user: ChatUser, person: Person, by: LinkedBy, proof?: SignedIn): Person {
    if (!person.active)
      throw new Refused(
        `${person.name} is not active in the company directory.`,
        'If that is wrong, ask IT to activate the account there.',
      );
    if (Object.entries(mapping).some(([other, id]) => id === person.id && other !== user.user))
      throw linkedElsewhere(person);
    const stand = links.fix(user, person.id, by, now().toISOString(), {
      ...(proof && { issuer: proof.issuer }),
      ...(proof?.authTime !== undefined && { authTime: proof.authTime }),
    });
    switch (stand) {
      case 'linked':
        return person;
      case 'other-person':
        throw new Refused(
          'Your Slack account was linked to another person in the company directory before.',
          ASK_ADMINISTRATOR,
        );
      case 'other-user':
        throw linkedElsewhere(person);
    }
  }

  /** Throws unless the chat knows the user as a full member of its own workspace. */
  async function member(user: ChatUser): Promise<{ name: string; email?: string }> {
    const { kind, ...profile } = await profiles.profile(user);
    switch (kind) {
      case 'member':
        return profile;
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

  function unlisted(user: ChatUser, email: string | undefined): Promise<Person> {
    switch (match) {
      case 'email':
        return byEmail(email);
      case 'sign-in':
        return bySignIn(user);
      case 'mapping':
        throw new Refused(
          `Your Slack account (${user.user}) is not on the list of people who use Curfew.`,
          "Ask one of Curfew's administrators to add it.",
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

  async function bySignIn(user: ChatUser): Promise<Person> {
    const id = links.personOf(user);
    if (id === undefined)
      throw new Refused(
        'Your Slack account is not linked to anybody in the company directory yet.',
        'Type /request-access and press Sign in; that is needed once.',
      );
    const person = await directory.person(id);
    if (!person)
      throw new Refused(
        'The company directory no longer has the person that your Slack account is linked to.',
        ASK_ADMINISTRATOR,
      );
    return person;
  }

  async function byMapping(id: string): Promise<Person> {
    const person = await directory.person(id);
    if (!person)
      throw new Refused(
        'Your Slack account is on the list of people who use Curfew, but the company directory no longer has that person.',
        ASK_ADMINISTRATOR,
      );
    return person;
  }

  async function whoSignedIn({ subject }: SignedIn): Promise<Person> {
    const person = await directory.person(subject);
    if (!person)
      throw new Refused(
        'Whoever signed in is nobody whom Curfew finds in the company directory.',
        ASK_ADMINISTRATOR,
      );
    return person;
  }

  /** A link to sign in can be handed on: whoever signs in must be who the chat already believes it is. */
  async function compare(user: ChatUser, said: SignedIn) {
    const { name, email } = await member(user);
    const person = await whoSignedIn(said);
    const expected = await byEmail(email);
    if (expected.id !== person.id)
      throw new Refused(
        `${person.name} signed in, and the Slack account of ${name} has the address of somebody else in the company directory.`,
        "If both are you, ask one of Curfew's administrators to map the two.",
      );
    return { chatName: name, person };
  }

  return {
    identify,
    compare,
    whoSignedIn,
    mustSignIn: (user) =>
      match === 'sign-in' && mapped(user) === undefined && links.personOf(user) === undefined,
    userOf: (person) => links.userOf(person),
    async link(user, said) {
      const { person } = await compare(user, said);
      return fix(user, person, 'sign-in', said);
    },
  };
}

const linkedElsewhere = ({ name }: Person): Refused =>
  new Refused(
    `${name} in the company directory is linked to another Slack account.`,
    `Use that account. ${ASK_ADMINISTRATOR}`,
  );
