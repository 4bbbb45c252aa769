/** Markup that may stand in a page as it is. */
export interface Html {
  readonly html: string;
}

type Piece = string | number | Html | readonly Html[];

/** Markup with whatever is put into it escaped, unless it is markup itself. For text and quoted attributes only. */
export const html = (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html => ({
  html: String.raw({ raw: strings }, ...pieces.map(text)),
});

function text(piece: Piece): string {
  if (typeof piece === 'string') return escapeHtml(piece);
  if (typeof piece === 'number') return String(piece);
  return 'html' in piece ? piece.html : piece.map(text).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (given: string): string =>
  given.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
