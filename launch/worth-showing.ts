import { z } from 'zod';

/** A line of our own logger (pino). */
const logLine = z.object({
  level: z.number(),
  msg: z.string().default(''),
  err: z.object({ message: z.string() }).optional(),
});

const ERROR = 50;
const MAX_SHOWN = 300;

/** What of a child's log belongs on the console too: errors, short. The rest is in its file. */
export function worthShowing(line: string): string | undefined {
  const text = line.startsWith('{') ? errorOf(line) : plainError(line);
  return text && text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)} …` : text;
}

function errorOf(line: string): string | undefined {
  try {
    const { level, msg, err } = logLine.parse(JSON.parse(line));
    if (level < ERROR) return undefined;
    return [msg, err?.message].filter(Boolean).join(': ');
  } catch {
    // Not a line of our logger: whatever it is, its file has it.
    return undefined;
  }
}

/** Temporal's SDK logs `… [ERROR] …`, its core `… ERROR …`. */
const plainError = (line: string): string | undefined =>
  /\b(ERROR|FATAL)\b/.test(line) ? line.trim() : undefined;
