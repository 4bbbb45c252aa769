import type { PersonFacts } from '../access/decision';
import { isParty, type Case } from './case';
import { findPerson } from './people';

/** Somebody who is away, and until when. */
export interface Away {
  by: PersonFacts;
  until: string;
}

/**
 * For whom this person answers at that moment. Nobody answers for whoever asks (or for whom the asking is
 * done), for themselves under another account, or for somebody who has left. Of several statements for the
 * same person the one that goes on longest counts.
 */
export function awayFor(file: Case, person: PersonFacts, at: string): Away[] {
  const { question, humanOf } = file;
  const inForce = (question.delegations ?? [])
    .filter(({ from, until }) => isWithin(at, from, until))
    .toSorted((one, other) => Date.parse(other.until) - Date.parse(one.until));
  const found = new Map<string, Away>();
  for (const { by, to, until } of inForce) {
    if (findPerson(question.people, to).found?.id !== person.id) continue;
    const { found: absent } = findPerson(question.people, by);
    if (absent === undefined || found.has(absent.id) || !absent.active) continue;
    if (!isParty(file, absent) && humanOf(absent) !== humanOf(person))
      found.set(absent.id, { by: absent, until });
  }
  return [...found.values()];
}

const isWithin = (at: string, from: string, until: string): boolean =>
  Date.parse(from) <= Date.parse(at) && Date.parse(at) < Date.parse(until);
