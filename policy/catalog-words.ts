import { z } from 'zod';
import { parseDuration } from '../access/duration';

/** A directory may call its groups anything; the policies use the same words. */
export const groupName = z.string().trim().min(1).max(255).meta({
  description: 'A group, as the directory calls it.',
});

export const shortName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'small letters, digits and hyphens, such as prod-admin');

const MINUTES_MAX = 43_200;

export const duration = z
  .string()
  .transform((text, ctx) => {
    const minutes = parseDuration(text);
    if (minutes !== undefined && minutes <= MINUTES_MAX && /[a-z]/i.test(text)) return minutes;
    ctx.addIssue({
      code: 'custom',
      message: 'a duration from 1m to 30d with its unit, such as 90m or 2h',
    });
    return z.NEVER;
  })
  .meta({ description: 'From 1m to 30d: 30m, 1h30m, 2h, 1d.', examples: ['30m', '2h', '1d'] });

const SECONDS_MIN = 5;
const SECONDS_MAX = 7 * 86_400;

export const patience = z
  .string()
  .transform((text, ctx) => {
    const seconds = secondsOf(text);
    if (seconds !== undefined && seconds >= SECONDS_MIN && seconds <= SECONDS_MAX) return seconds;
    ctx.addIssue({
      code: 'custom',
      message: 'a duration from 5s to 7d with its unit, such as 30m',
    });
    return z.NEVER;
  })
  .meta({ description: 'From 5s to 7d: 45s, 30m, 2h.', examples: ['30m', '2h'] });

function secondsOf(text: string): number | undefined {
  const seconds = /^\s*(\d{1,6})\s*s\s*$/i.exec(text)?.[1];
  if (seconds !== undefined) return Number(seconds);
  const minutes = /[a-z]/i.test(text) ? parseDuration(text) : undefined;
  return minutes === undefined ? undefined : minutes * 60;
}
