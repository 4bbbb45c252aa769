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
  const { account, durationMinutes, reason, workload } = question;
  if (workload !== undefined && question.breakGlass === true)
    return ['Pipelines and agents do not break the glass. A person on call can.'];
  const forWorkload = workload && role.workloadMinutes;
  if (workload !== undefined && forWorkload === undefined)
    return [
      `${role.id} is not given to pipelines or agents. A person can ask for it, or those who run Curfew can add workloads to the role.`,
    ];
  if (question.breakGlass === true && role.breakGlass === undefined)
    return [`${role.id} is not to be had by break-glass. Ask for it in the ordinary way.`];
  const emergency = question.breakGlass === true ? role.breakGlass : undefined;
  const maxMinutes = emergency?.maxMinutes ?? forWorkload ?? role.maxMinutes;
  const max = durationText(maxMinutes);
  const faults: (string | false)[] = [
    account !== undefined &&
      account !== role.account.id &&
      account !== role.account.name &&
      `${role.id} is in the account ${role.account.name}, not in ${quoted(account)}.`,
    (!Number.isInteger(durationMinutes) || durationMinutes < 1) &&
      `A duration is a whole number of minutes, at least 1. Ask for 1 min to ${max}.`,
    durationMinutes > maxMinutes &&
      `${role.id} is given for ${max} at most${emergency ? ' by break-glass' : ''}${workload ? ` to ${workload.kind}s` : ''}. Ask for ${max} or less.`,
    reason.trim() === '' && 'A reason is needed. Say what the access is for.',
    // In an emergency there may be no ticket yet; the review looks for one.
    role.ticketRequired &&
      emergency === undefined &&
      !hasTicket(question) &&
      `${role.id} needs a ticket. Name the one you are working on.`,
  ];
  return faults.filter((fault) => fault !== false);
}
