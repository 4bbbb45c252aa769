/** Does every word typed occur somewhere? Menus are searched by what they show, so marks between words do not count. */
export function matches(typed: string, ...shown: string[]): boolean {
  const text = shown.join(' ').toLowerCase();
  return wordsOf(typed).every((word) => text.includes(word));
}

const wordsOf = (typed: string): string[] =>
  typed
    .toLowerCase()
    .split(/[\s·]+/)
    .filter(Boolean);

/** Slack shows at most so many; whoever types more sees the others. */
export const MOST_OPTIONS = 100;
