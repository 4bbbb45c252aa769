import type { PersonFacts } from '../access/decision';

/** Who an id or an address stands for. `several` is a hard stop: nobody guesses between people. */
export type Found =
  | { found: PersonFacts }
  | { found: undefined; because: string; isSeveral?: true };

/** Finds by exact id or by address in any case, among the people of a question. */
export function findPerson(people: readonly PersonFacts[], who: string): Found {
  const meant = people
    .filter((one) => one.id === who || one.emails.some((email) => sameAddress(email, who)))
    .map(({ id }) => id);
  // The same person listed twice with the same facts is one person; with others, nobody knows which.
  const matches = people.filter(({ id }) => meant.includes(id));
  const [first, second] = [...new Map(matches.map((one) => [JSON.stringify(one), one])).values()];
  if (first === undefined)
    return { found: undefined, because: `Nobody known here has the id or address ${quoted(who)}.` };
  if (second !== undefined)
    return {
      found: undefined,
      because: `${quoted(who)} stands for several people; use the directory id of one of them.`,
      isSeveral: true,
    };
  return { found: first };
}

/**
 * One human: the same directory id, or a shared address. Two directory entries with one address may
 * be two accounts of one person, so they never approve each other or count twice.
 */
export const sameHuman = (one: PersonFacts, other: PersonFacts): boolean =>
  one.id === other.id ||
  one.emails.some((email) => other.emails.some((another) => sameAddress(email, another)));

/**
 * Which human an entry is, among these people and through them: of three entries, the first and the last may
 * share no address and be one human all the same, because the one between shares one with each.
 */
export function humansAmong(people: readonly PersonFacts[]): (person: PersonFacts) => string {
  const parents = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    if (root !== key) parents.set(key, root);
    return root;
  };
  for (const one of people)
    for (const key of keysOf(one)) {
      const [root, other] = [rootOf(keyOf(one)), rootOf(key)];
      if (root !== other) parents.set(root, other);
    }
  return (person) => rootOf(keyOf(person));
}

const keyOf = ({ id }: PersonFacts): string => `id ${id}`;

const keysOf = (person: PersonFacts): string[] => [
  keyOf(person),
  ...person.emails
    .filter((email) => email.trim() !== '')
    .map((email) => `address ${folded(email)}`),
];

export const nameOf = (person: PersonFacts): string => person.name ?? person.emails[0] ?? person.id;

/** Text that came from outside, cut to a readable length. */
export const quoted = (text: string): string =>
  `“${text.length > 80 ? `${text.slice(0, 80)}…` : text}”`;

const sameAddress = (one: string, other: string): boolean =>
  one.trim() !== '' && folded(one) === folded(other);

const folded = (address: string): string => address.trim().normalize('NFKC').toLowerCase();
