export interface LocalTime {
  /** `Monday` … `Sunday`. */
  weekday: string;
  /** 0 … 23. */
  hour: number;
}

/** A clock of this timezone. Keep it: making one costs more than all the rest of a decision. */
export function clockIn(timezone: string): (at: string) => LocalTime {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'long',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => {
    const parts = format.formatToParts(new Date(at));
    const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
    return { weekday: part('weekday'), hour: Number(part('hour')) };
  };
}
