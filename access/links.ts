import { z } from 'zod';
import type { ChatUser } from './chat-user';
import type { Ledger, LedgerEntry } from './ledger';

/** `kind: person.linked` and `person.unlinked` as the ledger keeps them. */
const link = z.object({ workspace: z.string(), user: z.string(), person: z.string() });

/** Whether a chat user and a person are each other's, or who stands between. */
type Stand = 'linked' | 'other-person' | 'other-user' | 'free';

/** How it was found out who someone is. */
export type LinkedBy = 'email' | 'sign-in' | 'mapping';

export interface Link {
  user: ChatUser;
  person: string;
  at: string;
  /** As it stands on record. */
  by: string;
}

/**
 * Which chat user is which person, fixed at the first use until an administrator undoes it. The links are ledger
 * entries, so that every process sees the same ones; where two contradict, the earlier one holds.
 */
export class Links {
  readonly #ledger: Ledger;
  readonly #linkOf = new Map<string, Link>();
  readonly #userOf = new Map<string, string>();
  /** How often a chat user was unlinked: each link after that is another event. */
  readonly #undone = new Map<string, number>();
  #readUpTo = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Links the two unless one of them is linked already. `at`: now. */
  fix(
    user: ChatUser,
    person: string,
    by: LinkedBy,
    at: string,
    proof: { issuer?: string; authTime?: string } = {},
  ): Exclude<Stand, 'free'> {
    this.#catchUp();
    const stand = this.#stand(user, person);
    if (stand !== 'free') return stand;
    this.#ledger.append({
      kind: 'person.linked',
      key: this.#keyOf('link', user),
      at,
      actor: person,
      data: { workspace: user.workspace, user: user.user, person, by, ...proof },
    });
    // Another process may have linked either of the two in the meantime: the order on record decides.
    this.#catchUp();
    const now = this.#stand(user, person);
    if (now === 'free') throw new Error(`The ledger did not keep the link of ${nameOf(user)}.`);
    return now;
  }

  personOf(user: ChatUser): string | undefined {
    this.#catchUp();
    return this.#linkOf.get(nameOf(user))?.person;
  }

  userOf(person: string): ChatUser | undefined {
    this.#catchUp();
    return this.#linkOf.get(this.#userOf.get(person) ?? '')?.user;
  }

  all(): Link[] {
    this.#catchUp();
    return [...this.#linkOf.values()];
  }

  /** Undoes a link, so that the next use may make another. False when there is none. */
  undo(user: ChatUser, undone: { actor: string; reason: string; at: string }): boolean {
    const person = this.personOf(user);
    if (person === undefined) return false;
    this.#ledger.append({
      kind: 'person.unlinked',
      key: this.#keyOf('unlink', user),
      at: undone.at,
      actor: undone.actor,
      data: { workspace: user.workspace, user: user.user, person, reason: undone.reason },
    });
    return true;
  }

  #keyOf(what: 'link' | 'unlink', user: ChatUser): string {
    const before = this.#undone.get(nameOf(user)) ?? 0;
    return `${what}:${nameOf(user)}${before === 0 ? '' : `:${before}`}`;
  }

  #stand(user: ChatUser, person: string): Stand {
    const known = this.#linkOf.get(nameOf(user))?.person;
    if (known !== undefined && known !== person) return 'other-person';
    const holder = this.#userOf.get(person);
    if (known === undefined && holder === undefined) return 'free';
    // Whoever came second stays second, also when the first one's link is undone.
    return holder === nameOf(user) ? 'linked' : 'other-user';
  }

  #catchUp(): void {
    const kinds = ['person.linked', 'person.unlinked'] as const;
    const news = this.#ledger.entries({ kinds, afterSeq: this.#readUpTo });
    for (const entry of news) this.#read(entry);
  }

  #read({ seq, kind, at, data }: LedgerEntry): void {
    this.#readUpTo = seq;
    const { person, ...user } = link.parse(data);
    const name = nameOf(user);
    if (kind === 'person.unlinked') {
      this.#undone.set(name, (this.#undone.get(name) ?? 0) + 1);
      this.#linkOf.delete(name);
      if (this.#userOf.get(person) === name) this.#userOf.delete(person);
      return;
    }
    const by = z.object({ by: z.string() }).safeParse(data).data?.by ?? '';
    if (!this.#linkOf.has(name)) this.#linkOf.set(name, { user, person, at, by });
    if (!this.#userOf.has(person)) this.#userOf.set(person, name);
  }
}

const nameOf = ({ workspace, user }: ChatUser): string => `${workspace}:${user}`;
