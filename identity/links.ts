import { z } from 'zod';
import type { ChatUser } from '../access/chat-user';
import type { Ledger, LedgerEntry } from '../access/ledger';

/** `kind: person.linked` as the ledger keeps it. */
const link = z.object({ workspace: z.string(), user: z.string(), person: z.string() });

/** Whether a chat user and a person are each other's, or who stands between. */
type Stand = 'linked' | 'other-person' | 'other-user' | 'free';

/** How it was found out who someone is. */
export type LinkedBy = 'email' | 'mapping';

/**
 * Which chat user is which person, fixed at the first use. The links are ledger entries, so that every
 * process sees the same ones; where two contradict, the earlier one holds.
 */
export class Links {
  readonly #ledger: Ledger;
  readonly #personOf = new Map<string, string>();
  readonly #userOf = new Map<string, string>();
  #readUpTo = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Links the two unless one of them is linked already. `at`: now. */
  fix(user: ChatUser, person: string, by: LinkedBy, at: string): Exclude<Stand, 'free'> {
    this.#catchUp();
    const stand = this.#stand(user, person);
    if (stand !== 'free') return stand;
    this.#ledger.append({
      kind: 'person.linked',
      key: keyOf(user),
      at,
      actor: person,
      data: { workspace: user.workspace, user: user.user, person, by },
    });
    // Another process may have linked either of the two in the meantime: the order on record decides.
    this.#catchUp();
    const now = this.#stand(user, person);
    if (now === 'free') throw new Error(`The ledger did not keep ${keyOf(user)}.`);
    return now;
  }

  #stand(user: ChatUser, person: string): Stand {
    const known = this.#personOf.get(keyOf(user));
    if (known !== undefined && known !== person) return 'other-person';
    const holder = this.#userOf.get(person);
    if (holder !== undefined && holder !== keyOf(user)) return 'other-user';
    return known === undefined ? 'free' : 'linked';
  }

  #catchUp(): void {
    const news = this.#ledger.entries({ kinds: ['person.linked'], afterSeq: this.#readUpTo });
    for (const entry of news) this.#read(entry);
  }

  #read({ seq, key, data }: LedgerEntry): void {
    this.#readUpTo = seq;
    const { person } = link.parse(data);
    if (!this.#personOf.has(key)) this.#personOf.set(key, person);
    if (!this.#userOf.has(person)) this.#userOf.set(person, key);
  }
}

const keyOf = ({ workspace, user }: ChatUser): string => `link:${workspace}:${user}`;
