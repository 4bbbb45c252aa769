import type { Catalog, CatalogRole } from '../../access/catalog';
import { durationText, parseDuration } from '../../access/duration';
import { fit, oneLine } from '../blocks/text';
import { FIELDS } from '../surface';
import { nearest } from './nearest';
import type { JudgedForm } from './opening';
import { tooLong, wrongReason } from './reason';

const TICKET_MAX = 100;

/** Shape, role and maximum; whether it may be granted is the policy's to say. */
export function judgeFields(fields: Partial<Record<string, string>>, catalog: Catalog): JudgedForm {
  const role = catalog.role(fields[FIELDS.role] ?? '');
  const breakGlass = fields[FIELDS.breakGlass] !== undefined;
  if (breakGlass && role && !role.breakGlass)
    return { errors: { [FIELDS.breakGlass]: noBreakGlass(role.id) } };
  const emergency = breakGlass ? role?.breakGlass : undefined;
  const duration = judgeDuration(fields[FIELDS.duration], role, emergency);
  const reason = judgeReason(fields[FIELDS.reason]);
  // In an emergency there may be no ticket yet.
  const ticket = judgeTicket(fields[FIELDS.ticket], emergency ? undefined : role);
  if (role && 'minutes' in duration && 'reason' in reason && 'ticket' in ticket) {
    const asked = {
      role: role.id,
      durationMinutes: duration.minutes,
      reason: reason.reason,
      ...(breakGlass && { breakGlass: true as const }),
    };
    return { asked: ticket.ticket === '' ? asked : { ...asked, ticket: ticket.ticket } };
  }
  return {
    errors: {
      ...(role ? {} : { role: unknownRole(fields[FIELDS.role], catalog) }),
      ...('error' in duration ? { duration: duration.error } : {}),
      ...('error' in reason ? { reason: reason.error } : {}),
      ...('error' in ticket ? { ticket: ticket.error } : {}),
    },
  };
}

export function unknownRole(typed: string | undefined, catalog: Catalog): string {
  if (typed === undefined) return 'Choose a role.';
  const ids = catalog.roles().map(({ id }) => id);
  const meant = nearest(typed, ids);
  return `There is no role called ${quoted(typed)}.${meant ? ` Did you mean ${meant}?` : ''}`;
}

const noBreakGlass = (role: string): string =>
  `${role} is not to be had by break-glass. Untick this to ask for it in the ordinary way.`;

function judgeDuration(
  typed: string | undefined,
  role: CatalogRole | undefined,
  emergency: CatalogRole['breakGlass'],
): { minutes: number } | { error: string } {
  const text = typed?.trim() ?? '';
  const max = emergency?.maxMinutes ?? role?.maxMinutes ?? 0;
  if (text === '') return { minutes: Math.min(role?.defaultMinutes ?? 0, max) };
  const read = minutesIn(text);
  if ('error' in read) return read;
  const { minutes } = read;
  const how = emergency ? ' by break-glass' : '';
  return role && minutes > max
    ? { error: `The longest for ${role.id}${how} is ${durationText(max)}.` }
    : { minutes };
}

/** What somebody typed for how long, or what is wrong with it. */
export function minutesIn(text: string): { minutes: number } | { error: string } {
  const minutes = parseDuration(text);
  if (minutes !== undefined) return { minutes };
  if (text === '') return { error: 'Say for how long: 30m, 1h or 1h30m.' };
  return /^[-−–]|^0+\D*$/.test(text)
    ? { error: 'The shortest is 1 min.' }
    : { error: `${quoted(text)} is no duration. Write it like 30m, 1h or 1h30m.` };
}

function judgeReason(typed: string | undefined): { reason: string } | { error: string } {
  const reason = typed?.trim() ?? '';
  const error = wrongReason(reason, 'Say what you are going to do.');
  return error === undefined ? { reason } : { error };
}

function judgeTicket(
  typed: string | undefined,
  role: CatalogRole | undefined,
): { ticket: string } | { error: string } {
  const ticket = oneLine(typed ?? '');
  if (ticket === '' && role?.ticketRequired) return { error: `${role.id} needs a ticket.` };
  return ticket.length > TICKET_MAX ? { error: tooLong(ticket, TICKET_MAX) } : { ticket };
}

const quoted = (text: string): string => `“${fit(oneLine(text), 40)}”`;
