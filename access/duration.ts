const UNIT_MINUTES: Record<string, number> = { m: 1, h: 60, d: 1440 };

/**
 * Minutes from what people type: `30m`, `1h`, `1h30m`, `1.5h`, `1d`, `90 min`, `2 hours`, `45`.
 * Undefined when it is no duration; zero and fractions of a minute are none.
 */
export function parseDuration(text: string): number | undefined {
  const compact = text
    .toLowerCase()
    .replace(/\s+/g, '')
    .replace(/minutes?|mins?/g, 'm')
    .replace(/hours?|hrs?/g, 'h')
    .replace(/days?/g, 'd');
  if (/^\d{1,6}$/.test(compact)) return positive(Number(compact));
  if (!/^(\d{1,6}(\.\d{1,2})?[mhd])+$/.test(compact)) return undefined;
  const parts = [...compact.matchAll(/([\d.]+)([mhd])/g)];
  const units = parts.map(([, , unit]) => unit);
  if (new Set(units).size < units.length) return undefined;
  return positive(
    parts.reduce(
      (sum, [, count, unit]) => sum + Number(count) * (UNIT_MINUTES[unit ?? ''] ?? NaN),
      0,
    ),
  );
}

const positive = (minutes: number): number | undefined =>
  Number.isInteger(minutes) && minutes > 0 ? minutes : undefined;

/** `4.213` → `4.2 s`, `30.4` → `30 s`. */
export const secondsText = (seconds: number): string =>
  `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`;

/** `90` → `1 h 30 min`. */
export function durationText(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours > 0 ? `${hours} h` : '', rest > 0 || hours === 0 ? `${rest} min` : '']
    .filter(Boolean)
    .join(' ');
}
