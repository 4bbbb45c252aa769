import { parseDuration } from '../../access/duration';
import { clockIn, instantAt } from '../../access/local-time';

/** An instant, or what is wrong with the words and how to say it. */
export type Until = { until: Date } | { problem: string };

const HOW = 'Say for 3d, until friday, until 2026-12-04 or until 4 Dec 17:00.';
const DAY_MS = 86_400_000;
/** A day without a year is the one nearest to today. */
const HALF_YEAR_MS = 183 * DAY_MS;

/**
 * Reads `for 3d`, `until friday`, `until 2026-12-04`, `until 4 Dec 17:00` by the clock of whoever says it. A day without a
 * time is meant to its end.
 */
export function readUntil(words: string, now: Date, timezone: string): Until {
  const text = words.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const [, how = '', rest = ''] = /^(for|until|till|til|to)\s+(.+)$/.exec(text) ?? [];
  if (how === '')
    return { problem: text === '' ? `Until when? ${HOW}` : `Until when is “${words}”? ${HOW}` };
  return how === 'for' ? readFor(rest, now) : readDate(rest, now, timezone);
}

function readFor(text: string, now: Date): Until {
  const weeks = /^(\d{1,3}) ?(?:w|weeks?)$/.exec(text)?.[1];
  const minutes = weeks === undefined ? timed(text) : Number(weeks) * 7 * 1440;
  return minutes === undefined || minutes < 1
    ? { problem: `For how long is “${text}”? ${HOW}` }
    : { until: new Date(now.getTime() + minutes * 60_000) };
}

/** A number alone could be days as well as minutes. */
const timed = (text: string): number | undefined =>
  /[a-z]/.test(text) ? parseDuration(text) : undefined;

function readDate(text: string, now: Date, timezone: string): Until {
  const { day, time } = splitTime(text);
  const today = clockIn(timezone)(now.toISOString()).date;
  const date = day === '' ? today : dateOf(day, today);
  if (date === undefined || (time !== undefined && !isTime(time)))
    return { problem: `When is “${text}”? ${HOW}` };
  if (!isDate(date)) return { problem: `There is no ${day}: that month is shorter. ${HOW}` };
  // 24:00 is when the next day begins.
  const local = time === undefined ? `${plusDays(date, 1)}T00:00` : `${date}T${time}`;
  return { until: new Date(instantAt(local, timezone, 'first')) };
}

/** `4 dec 17:00`, `friday at 5pm` or `17:00`. */
function splitTime(text: string): { day: string; time: string | undefined } {
  const found = /^(.*?)(?:^|[ t]|,| at )(?:at )?(?:(\d{1,2})[:.](\d{2})|(\d{1,2}) ?(am|pm))$/.exec(
    text,
  );
  if (!found) return { day: text, time: undefined };
  const [, day = '', hour, minute = '00', half, ampm] = found;
  const hours = hour === undefined ? (Number(half) % 12) + (ampm === 'pm' ? 12 : 0) : Number(hour);
  const time = `${String(hours).padStart(2, '0')}:${minute}`;
  return { day: day.replace(/,? ?(at)?$/, '').trim(), time };
}

const isTime = (time: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(time);

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** `2026-12-04` from what people write; undefined where that is nothing we know. */
function dateOf(text: string, today: string): string | undefined {
  if (text === 'today') return today;
  if (text === 'tomorrow') return plusDays(today, 1);
  const weekday = beginsOne(DAYS, text);
  if (weekday !== undefined)
    return plusDays(today, (weekday - new Date(`${today}T00:00Z`).getUTCDay() + 7) % 7);
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso) return written(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/.exec(text);
  if (dotted) return nearest(today, Number(dotted[2]), Number(dotted[1]), dotted[3]);
  const named =
    /^(\d{1,2})(?:st|nd|rd|th|\.)? (?:of )?([a-z]{3,9})\.?,?(?: (\d{4}))?$/.exec(text) ??
    /^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}))?$/.exec(text);
  if (!named) return undefined;
  const [, one = '', other = '', year] = named;
  const [day, name] = /^\d/.test(one) ? [one, other] : [other, one];
  const month = beginsOne(MONTHS, name);
  return month === undefined ? undefined : nearest(today, month + 1, Number(day), year);
}

/** Three letters tell them apart. */
function beginsOne(names: readonly string[], text: string): number | undefined {
  const index = text.length < 3 ? -1 : names.findIndex((name) => name.startsWith(text));
  return index === -1 ? undefined : index;
}

function nearest(today: string, month: number, day: number, year: string | undefined): string {
  if (year !== undefined) return written(Number(year), month, day);
  const from = Date.parse(`${today}T00:00Z`);
  const thisYear = Number(today.slice(0, 4));
  const far = (candidate: number): boolean =>
    Math.abs(Date.UTC(candidate, month - 1, day) - from) > HALF_YEAR_MS;
  const others = [thisYear + 1, thisYear - 1].find((candidate) => !far(candidate));
  return written(far(thisYear) ? (others ?? thisYear) : thisYear, month, day);
}

const written = (year: number, month: number, day: number): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

/** Is there such a day? */
function isDate(date: string): boolean {
  const at = Date.parse(`${date}T00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
}

const plusDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
