// Slack's <!date^…> tokens in the reader's own time zone and language.

const DAY_MS = 86_400_000;

const PARTS = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

/**
 * `format` with its `{tokens}` replaced, for an instant in seconds. `where` may fix `now`, `locale`
 * and `timeZone`; by default they are the reader's. Unknown tokens stay as they are.
 */
export function formatDate(seconds, format, where = {}) {
  const at = new Date(seconds * 1000);
  const now = where.now ?? new Date();
  return format.replace(/\{([a-z_]+)\}/g, (token, name) => {
    if (name === 'ago') return ago(at, now, where);
    const pretty = name.endsWith('_pretty');
    const options = PARTS[pretty ? name.slice(0, -'_pretty'.length) : name];
    if (!options) return token;
    // Sweden writes dates as ISO 8601 does.
    const locale = name === 'date_num' ? 'sv-SE' : where.locale;
    return (pretty && nearDay(at, now, where)) || print(at, options, { ...where, locale });
  });
}

const print = (at, options, { locale, timeZone }) =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(at);

function nearDay(at, now, where) {
  const day = (instant) => print(instant, PARTS.date_num, where);
  if (day(at) === day(now)) return 'today';
  if (day(at) === day(new Date(now.getTime() - DAY_MS))) return 'yesterday';
  return day(at) === day(new Date(now.getTime() + DAY_MS)) ? 'tomorrow' : undefined;
}

function ago(at, now, { locale }) {
  const minutes = Math.round((at.getTime() - now.getTime()) / 60_000);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (Math.abs(minutes) < 60) return relative.format(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 24
    ? relative.format(hours, 'hour')
    : relative.format(Math.round(hours / 24), 'day');
}

/** Can this be shown as a date at all? */
export const isInstant = (seconds) =>
  Number.isFinite(seconds) && Math.abs(seconds) < 8_640_000_000_000;

/** A message's time of day, with its date when that is not today. */
export const messageTime = (ts) => {
  const seconds = Number.parseFloat(ts);
  const today = new Date().toDateString() === new Date(seconds * 1000).toDateString();
  return formatDate(seconds, today ? '{time}' : '{date_short_pretty} {time}');
};
