export interface LocalTime {
  /** `Monday` … `Sunday`. */
  weekday: string;
  /** 0 … 23. */
  hour: number;
  /** 0 … 1439. */
  minuteOfDay: number;
  /** `2026-12-24`. */
  date: string;
}

/** A clock of this timezone. Keep it: making one costs more than all the rest of a decision. */
export function clockIn(timezone: string): (at: string) => LocalTime {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'long',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => {
    const parts = format.formatToParts(new Date(at));
    const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
    const hour = Number(part('hour'));
    return {
      weekday: part('weekday'),
      hour,
      minuteOfDay: hour * 60 + Number(part('minute')),
      date: `${part('year')}-${part('month')}-${part('day')}`,
    };
  };
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * When clocks of this timezone show `2026-12-24T18:00`. In the night in which they are put back that comes twice:
 * `first` or `last`. In the one in which they are put forward it may not come at all: then it is when they jump.
 */
export function instantAt(local: string, timezone: string, which: 'first' | 'last'): number {
  const clock = clockIn(timezone);
  const shown = (instant: number): string => {
    const { date, minuteOfDay } = clock(new Date(instant).toISOString());
    const two = (number: number): string => String(number).padStart(2, '0');
    return `${date}T${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
  };
  const inUtc = Date.parse(`${local}Z`);
  const aheadAt = (instant: number): number => Date.parse(`${shown(instant)}Z`) - instant;
  const candidates = [inUtc - aheadAt(inUtc - DAY_MS), inUtc - aheadAt(inUtc + DAY_MS)];
  const right = candidates.filter((instant) => shown(instant) === local);
  if (right.length > 0) return which === 'first' ? Math.min(...right) : Math.max(...right);
  let jump = Math.min(...candidates);
  while (shown(jump) < local) jump += MINUTE_MS;
  return jump;
}
