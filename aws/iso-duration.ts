import { AwsFault } from './errors';

/** A session duration as Identity Center writes it (`PT1H`, `PT1H30M`), in milliseconds. */
export function parseIsoDuration(text: string, of: string): number {
  const [, hours, minutes, seconds] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text) ?? [];
  const ms =
    (Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1_000;
  if (ms === 0) throw new AwsFault(`The session duration of ${of} cannot be read: ${text}.`);
  return ms;
}
