import fc from 'fast-check';

/** Stands in every hostile text, so that a test can tell theirs from ours. */
export const THEIRS = '\u00a4';

const PIECES = [
  '<!channel>',
  '<!here>',
  '<@U0ADA00001>',
  '<https://evil.example|click>',
  '*bold*',
  '_it_',
  '`code`',
  '```',
  '&lt;!channel&gt;',
  '@channel',
  ':fire:',
  '\u202e',
  '\u0000',
  '\n\n\n',
  '"}',
  '🧯',
];

/** What people type into fields, at its worst, up to 10,000 characters. */
export const hostileText = fc
  .tuple(
    fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary' })), {
      maxLength: 12,
    }),
    fc.constantFrom(1, 1, 1, 500),
  )
  .map(([pieces, times]) =>
    `${THEIRS}${`${pieces.join(' ')}${THEIRS}`.repeat(times)}`.slice(0, 10_000),
  );
