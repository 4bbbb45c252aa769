import { z } from 'zod';
import { groupAttribute, userAttribute } from './answers';
import { badSearch } from './okta-error';
import { matches, parseSearch } from './search-expression';
import type { DirectoryStore, Group, User } from './store';

export const listQuery = z.object({
  q: z.string().optional(),
  search: z.string().optional(),
  filter: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(200),
  after: z.string().optional(),
});
type ListQuery = z.infer<typeof listQuery>;

/** As `GET /users` finds: only a search or a filter also finds the deprovisioned. */
export function foundUsers(
  store: DirectoryStore,
  { q, search, filter }: ListQuery,
): readonly User[] {
  const expression = search ?? filter;
  if (expression !== undefined) {
    const parsed = parseSearch(expression);
    if (!parsed) throw badSearch();
    // A search takes no account of case, a filter does: so Okta's documentation.
    return store
      .users()
      .filter((user) => matches(parsed, userAttribute(user), search === undefined));
  }
  const present = store.users().filter(({ status }) => status !== 'DEPROVISIONED');
  return q === undefined
    ? present
    : present.filter(({ name, email }) =>
        [...name.split(' '), email].some((text) => text.toLowerCase().startsWith(q.toLowerCase())),
      );
}

export function foundGroups(
  store: DirectoryStore,
  { q, search, filter }: ListQuery,
): readonly Group[] {
  const expression = search ?? filter;
  if (expression !== undefined) {
    const parsed = parseSearch(expression);
    if (!parsed) throw badSearch();
    return store
      .groups()
      .filter((group) => matches(parsed, groupAttribute(group), search === undefined));
  }
  return q === undefined
    ? store.groups()
    : store.groups().filter(({ name }) => name.toLowerCase().startsWith(q.toLowerCase()));
}

/** By any of the names people have here. */
export const anyone = (store: DirectoryStore, name: string): User[] =>
  store
    .users()
    .filter(
      (user) =>
        [user.id, user.chatId, user.name].includes(name) ||
        user.email.toLowerCase() === name.toLowerCase(),
    );
