import type { Catalog, CatalogRole } from '../../access/catalog';
import { parseDuration } from '../../access/duration';
import type { Prefilled } from '../blocks/forms';
import { FIELDS } from '../surface';
import { nearest } from '../views/nearest';
import type { JudgedForm } from '../views/opening';
import { judgeFields, unknownRole } from '../views/request-fields';
import { WORDS } from '../words';
import { asTyped } from './as-typed';

// Some keyboards make one dash of the two.
const BREAK_GLASS = /^(--|[–—])break-?glass(\s+|$)/i;
const HELP = /^(help|--help|-h|\?)$/i;
const UNIT = /^(m|mins?|minutes?|h|hrs?|hours?|d|days?)$/i;
const TICKET = /^[A-Z][A-Z0-9]+-\d+$/;

/** What `/request-access …` comes to. */
export type RequestWords =
  | { kind: 'help' }
  /** Nothing is left to ask: it is sent as it stands. */
  | { kind: 'ask'; asked: Extract<JudgedForm, { asked: unknown }>['asked'] }
  /** The form, with what was understood. `hint`: what is missing, or was not. */
  | { kind: 'form'; given: Prefilled; hint?: string };

/**
 * `role [duration] [ticket] reason …`, the first three in any order. What is whole and plain is asked for at
 * once; whatever is missing, unknown or might mean two things opens the form instead, with nothing lost. So
 * does `--break-glass`: nobody breaks the glass by a slip of the keyboard.
 */
export function readCommand(text: string, catalog: Catalog): RequestWords {
  const typed = asTyped(text);
  if (typed === '') return { kind: 'form', given: {} };
  if (HELP.test(typed)) return { kind: 'help' };
  const breakGlass = BREAK_GLASS.test(typed);
  const words = typed.replace(BREAK_GLASS, '').split(/\s+/).filter(Boolean);
  const { doubt, meant, ...said } = readWords(words, catalog);
  if (breakGlass)
    return {
      kind: 'form',
      given: { breakGlass: true, ...said },
      hint: (words.length > 0 && doubt) || WORDS.breakGlassForm,
    };
  const judged = judgeFields(
    {
      ...(said.role && { [FIELDS.role]: said.role.id }),
      ...(said.duration !== undefined && { [FIELDS.duration]: said.duration }),
      ...(said.ticket !== undefined && { [FIELDS.ticket]: said.ticket }),
      ...(said.reason !== undefined && { [FIELDS.reason]: said.reason }),
    },
    catalog,
  );
  if ('asked' in judged && doubt === undefined) return { kind: 'ask', asked: judged.asked };
  const [wrong] = 'errors' in judged ? Object.values(judged.errors) : [];
  const hint = doubt ?? wrong;
  const given = { ...(meant && { role: meant }), ...said };
  return { kind: 'form', given, ...(hint !== undefined && { hint }) };
}

interface Said extends Omit<Prefilled, 'breakGlass'> {
  /** Why it is not to be sent as it is. */
  doubt?: string;
  /** What was nearly typed. Stands in the form; where the glass is broken nothing is chosen for anybody. */
  meant?: CatalogRole;
}

/** Takes role, duration and ticket off the front, one of each; the rest is the reason. */
function readWords(words: readonly string[], catalog: Catalog): Said {
  const said: Said = {};
  let rest = words;
  for (;;) {
    const taken =
      takeRole(rest, said, catalog) ||
      takeDuration(rest, said) ||
      takeTicket(rest, said) ||
      takeMeant(rest, said, catalog);
    if (taken === 0) break;
    rest = rest.slice(taken);
  }
  const reason = rest.join(' ').replace(/^because\s+/i, '');
  if (!said.role && !said.meant) said.doubt ??= unknownRole(rest[0], catalog);
  if (reason !== '') said.reason = reason;
  return said;
}

function takeRole([word = '']: readonly string[], said: Said, catalog: Catalog): number {
  if (said.role) return 0;
  const role = named(word, catalog);
  if (!role) return 0;
  said.role = role;
  return 1;
}

function takeMeant([word]: readonly string[], said: Said, catalog: Catalog): number {
  if (said.role || said.meant || word === undefined) return 0;
  const ids = catalog.roles().map(({ id }) => id);
  const role = catalog.role(nearest(word, ids) ?? '');
  if (!role) return 0;
  said.meant = role;
  said.doubt ??= unknownRole(word, catalog);
  return 1;
}

/** Whatever case it was typed in. */
const named = (word: string, catalog: Catalog): CatalogRole | undefined =>
  catalog.roles().find(({ id }) => id.toLowerCase() === word.toLowerCase());

function takeDuration(words: readonly string[], said: Said): number {
  if (said.duration !== undefined) return 0;
  const filler = words[0]?.toLowerCase() === 'for' ? 1 : 0;
  const [first = '', second = ''] = words.slice(filler);
  if (!/^\d/.test(first)) return 0;
  const isTwo = UNIT.test(second) && parseDuration(`${first}${second}`) !== undefined;
  const duration = isTwo ? `${first} ${second}` : first;
  if (parseDuration(duration) === undefined) return 0;
  said.duration = duration;
  if (/^\d+$/.test(duration))
    said.doubt ??= `Is ${duration} for how many minutes? Then press Request; else take it out.`;
  return filler + (isTwo ? 2 : 1);
}

/** In small letters only where the role wants one: elsewhere `covid-19` may be what it is about. */
function takeTicket([word = '']: readonly string[], said: Said): number {
  if (said.ticket !== undefined) return 0;
  const ticket = said.role?.ticketRequired ? word.toUpperCase() : word;
  if (!TICKET.test(ticket)) return 0;
  said.ticket = ticket;
  return 1;
}
