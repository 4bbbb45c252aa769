import type { CatalogRole } from '../access/catalog';
import type { CatalogFile } from './catalog-file';
import { instantAt } from '../access/local-time';

/** A time in which less is given than usual. */
export interface Freeze {
  name: string;
  /** Holds from here, as an instant … */
  from: number;
  /** … and no longer from here. */
  until: number;
  /** As curfew.yaml writes it. */
  untilText: string;
}

/** What curfew.yaml says of days and times. */
export interface Calendar {
  isHoliday(date: string): boolean;
  freezesOn(role: CatalogRole, at: string): Freeze[];
}

export function createCalendar({ holidays, freezes, timezone }: CatalogFile): Calendar {
  const days = new Set(holidays);
  const dated = freezes.map((written) => ({ written, freeze: datedFreeze(written, timezone) }));
  return {
    isHoliday: (date) => days.has(date),
    freezesOn: (role, at) => {
      const instant = Date.parse(at);
      return dated
        .filter(({ freeze }) => freeze.from <= instant && instant < freeze.until)
        .filter(({ written }) => holdsFor(written, role))
        .map(({ freeze }) => freeze);
    },
  };
}

type WrittenFreeze = CatalogFile['freezes'][number];

/** A day counts whole, whichever end of a freeze it is; a time that comes twice in that night counts both times. */
export function datedFreeze({ name, from, until }: WrittenFreeze, timezone: string): Freeze {
  return {
    name,
    from: instantOf(from, timezone, 'first', 0),
    until: instantOf(until, timezone, 'last', 1),
    untilText: until,
  };
}

const DAY_MS = 86_400_000;

function instantOf(
  written: string,
  timezone: string,
  which: 'first' | 'last',
  daysMore: number,
): number {
  if (/[zZ]|[+-]\d\d:\d\d$/.test(written)) return Date.parse(written);
  const [day = '', time] = written.split(/[T ]/);
  if (time !== undefined) return instantAt(`${day}T${time}`, timezone, which);
  const midnight = new Date(Date.parse(`${day}T00:00Z`) + daysMore * DAY_MS).toISOString();
  return instantAt(midnight.slice(0, 16), timezone, which);
}

/** Of what a freeze names, the role must fit each; one that names nothing is for all. */
const holdsFor = ({ envs, accounts, roles }: WrittenFreeze, { id, account }: CatalogRole) =>
  (envs?.includes(account.env) ?? true) &&
  (accounts?.includes(account.name) ?? true) &&
  (roles?.includes(id) ?? true);
