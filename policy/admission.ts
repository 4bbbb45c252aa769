import type { PersonFacts, Question } from '../access/decision';
import { durationText } from '../access/duration';
import type { Bundle } from './case';
import type { RoleTerms } from './catalog';
import { hasTicket } from './facts';
import { didYouMean } from './nearest';
import { findPerson, nameOf, quoted, type Found } from './people';

export function unknownRole({ book }: Bundle, { role }: Question): string {
  const known = book.roles().map(({ id }) => id);
  return `There is no role called ${quoted(role)}.${didYouMean(role, known)}`;
}

/** The one active person who asks, or why there is none. */
export function requesterOf({ people, requester }: Question): Found {
  const match = findPerson(people, requester);
  if (match.found === undefined || match.found.active) return match;
  return { found: undefined, because: notActive(match.found) };
}

export const notActive = (person: PersonFacts): string =>
  `${nameOf(person)} is not active in the directory.`;

/** What is wrong with the request itself, each with what would pass. */
export function faultsOf(question: Question, { role }: RoleTerms): string[] {
  const { account, durationMinutes, reason, breakGlass } = question;
  const max = durationText(role.maxMinutes);
  const faults: (string | false)[] = [
    account !== undefined &&
      account !== role.account.id &&
      account !== role.account.name &&
      `${role.id} is in the account ${role.account.name}, not in ${quoted(account)}.`,
    (!Number.isInteger(durationMinutes) || durationMinutes < 1) &&
      `A duration is a whole number of minutes, at least 1. Ask for 1 min to ${max}.`,
    durationMinutes > role.maxMinutes &&
      `${role.id} is given for ${max} at most. Ask for ${max} or less.`,
    reason.trim() === '' && 'A reason is needed. Say what the access is for.',
    role.ticketRequired &&
      !hasTicket(question) &&
      `${role.id} needs a ticket. Name the one you are working on.`,
    breakGlass === true && 'Break-glass is not set up here. Ask in the ordinary way.',
  ];
  return faults.filter((fault) => fault !== false);
}
