import { sameEmail } from '../access/email';
import type { Rota } from '../access/on-call';
import type { Directory, Person } from '../access/person';

/** What the schedules say of one person: undefined when nobody can tell. */
type OnShift = (person: Person) => Promise<boolean | undefined>;

/** On call is whom any of these schedules names. One that cannot be asked may hide somebody, so it says no to nobody. */
export function onShiftIn(
  { byEmail }: Pick<Directory, 'byEmail'>,
  rota: Rota | undefined,
  schedules: readonly string[],
): OnShift {
  return async (person) => {
    const shifts = await Promise.allSettled(
      schedules.map(async (schedule) => rota?.onCall(schedule)),
    );
    let isSure = true;
    for (const shift of shifts) {
      const named =
        shift.status === 'fulfilled' && shift.value !== undefined
          ? await isNamed(byEmail, shift.value, person)
          : undefined;
      if (named === true) return true;
      if (named === undefined) isSure = false;
    }
    return isSure ? false : undefined;
  };
}

/** By address, without its case, and only where it is this person's alone: else nobody can tell who is meant. */
async function isNamed(
  byEmail: Directory['byEmail'],
  shift: readonly string[],
  { id, emails }: Person,
): Promise<boolean | undefined> {
  if (emails.length === 0) return undefined;
  const theirs = shift.filter((address) => emails.some((email) => sameEmail(email, address)));
  if (theirs.length === 0) return false;
  for (const address of theirs) {
    const sharing = await byEmail(address);
    if (sharing.every((one) => one.id === id)) return true;
  }
  return undefined;
}

/** The person as somebody who is on call, or not, or of whom nobody can tell. */
export function withOnCall(person: Person, onCall: boolean | undefined): Person {
  const told = { ...person };
  delete told.onCall;
  return onCall === undefined ? told : { ...told, onCall };
}

/**
 * A directory whose people are on call, too, when one of these schedules says so. What the directory says itself,
 * by a group, say, stays true while a rota is down; that somebody is in no such group is then no answer.
 */
export function onCallDirectory(
  directory: Directory,
  rota: Rota | undefined,
  schedules: readonly string[],
): Directory {
  if (schedules.length === 0) return directory;
  const onShift = onShiftIn(directory, rota, schedules);
  const told = async (person: Person): Promise<Person> =>
    person.onCall === true ? person : withOnCall(person, await onShift(person));
  return {
    ...directory,
    person: async (id) => {
      const person = await directory.person(id);
      return person && told(person);
    },
    byEmail: async (email) => Promise.all((await directory.byEmail(email)).map(told)),
    members: async (group, atMost) => {
      const found = await directory.members(group, atMost);
      return found && { ...found, people: await Promise.all(found.people.map(told)) };
    },
  };
}
