import type { Workspace } from './workspace';

/** As Slack sends the words after a command with `should_escape`: names marked, the rest escaped. */
export function escapedWords(text: string, { users }: Workspace): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const names = users
    .values()
    .flatMap(({ id, name, realName }) => [name, realName].map((called) => ({ id, name, called })))
    .toSorted((one, other) => other.called.length - one.called.length);
  return names.reduce(
    (marked, { id, name, called }) =>
      marked.replaceAll(
        new RegExp(`(?<![\\w|])@${literal(called)}(?!\\w)`, 'gi'),
        `<@${id}|${name}>`,
      ),
    escaped,
  );
}

const literal = (text: string): string => text.replaceAll(/[^\w\s]/g, '\\$&');
