import { oneLine } from '../blocks/text';

/** The words as they were typed, before Slack marked names and links and escaped the rest. */
export const asTyped = (text = ''): string =>
  oneLine(
    text
      .replaceAll(/<@[UW][A-Z0-9]+\|([^>]*)>/g, '@$1')
      .replaceAll(/<#[A-Z0-9]+\|([^>]*)>/g, '#$1')
      .replaceAll(/<([^|>@#]+)(?:\|[^>]*)?>/g, '$1')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  );
