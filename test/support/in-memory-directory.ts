import { sameEmail } from '../../access/email';
import type { Directory, Person } from '../../access/person';

/** A directory that a test can change while it is in use. */
export interface InMemoryDirectory extends Directory {
  /** Adds somebody, or puts them in the place of who had this id. */
  put(person: Person): void;
  renameGroup(from: string, to: string): void;
  /** The group of this name keeps it for whoever asks, and no other gets it. */
  bindGroup(name: string): void;
  /** Every question throws this, until called without. */
  fail(error?: Error): void;
}

export function inMemoryDirectory(people: readonly Person[] = []): InMemoryDirectory {
  const byId = new Map(people.map((person) => [person.id, person]));
  const known = new Set(people.flatMap(({ groups }) => groups));
  const bound = new Set<string>();
  let failure: Error | undefined;
  async function answer<T>(find: () => T): Promise<T> {
    if (failure) throw failure;
    return structuredClone(find());
  }
  const all = () => [...byId.values()];
  return {
    person: (id) => answer(() => byId.get(id)),
    byEmail: (email) =>
      answer(() => all().filter(({ emails }) => emails.some((one) => sameEmail(one, email)))),
    members: (group, atMost) =>
      answer(() => {
        const members = all().filter(({ groups }) => groups.includes(group));
        if (!known.has(group)) return undefined;
        const people = members.slice(0, atMost).filter(({ active }) => active);
        return { people, more: members.length > atMost };
      }),
    put(person) {
      byId.set(person.id, person);
      for (const group of person.groups) known.add(group);
    },
    renameGroup(from, to) {
      if (bound.has(from)) return;
      known.delete(from);
      known.add(to);
      const after = bound.has(to) ? [] : [to];
      for (const person of all()) {
        const groups = person.groups.flatMap((name) => (name === from ? after : [name]));
        byId.set(person.id, { ...person, groups });
      }
    },
    bindGroup: (name) => void bound.add(name),
    fail(error) {
      failure = error;
    },
  };
}
