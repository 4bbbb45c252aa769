import type { Catalog } from '../../access/catalog';
import { parseDuration } from '../../access/duration';
import { oneLine } from '../blocks/text';
import type { Prefilled } from '../blocks/forms';
import { nearest } from '../views/nearest';
import { WORDS } from '../words';

// Some keyboards make one dash of the two.
const BREAK_GLASS = /^(--|[–—])break-?glass(\s+|$)/i;

/**
 * What stands after `/request-access`. `--break-glass [role] [duration] [reason …]` fills the form in,
 * and the person still presses Request: nobody breaks the glass by a slip of the keyboard.
 */
export function readCommand(text: string, catalog: Catalog): Prefilled & { hint?: string } {
  if (text === '') return {};
  if (!BREAK_GLASS.test(text)) return { hint: WORDS.oneLineForm };
  const words = oneLine(text.replace(BREAK_GLASS, '')).split(/\s+/).filter(Boolean);
  const [first, ...others] = words;
  const role = catalog.role(first ?? '');
  const hint = role ? WORDS.breakGlassForm : hintFor(first, catalog);
  const [next, ...rest] = role ? others : words;
  const duration = parseDuration(next ?? '') === undefined ? undefined : next;
  const reason = (duration === undefined ? [next ?? '', ...rest] : rest).join(' ');
  return {
    hint,
    breakGlass: true,
    ...(role && { role }),
    ...(duration !== undefined && { duration }),
    ...(reason !== '' && { reason }),
  };
}

function hintFor(typed: string | undefined, catalog: Catalog): string {
  if (typed === undefined) return WORDS.breakGlassForm;
  const meant = nearest(
    typed,
    catalog.roles().map(({ id }) => id),
  );
  return meant === undefined
    ? WORDS.breakGlassForm
    : `There is no role called ${typed}. Did you mean ${meant}?`;
}
