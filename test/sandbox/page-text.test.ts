import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDate, isInstant } from '../../sandbox/page/dates.js';
import { NODES, readMrkdwn, safeUrl, type Node } from '../../sandbox/page/mrkdwn.js';

/** The tree in short: `bold(a)`, `user(U1)`, `link(https://x/|y)`. */
const short = (nodes: Node[]): string =>
  nodes
    .map((node) => {
      if (node.type === 'text') return node.text;
      if (node.type === 'break') return '⏎';
      const inside = node.children ? short(node.children) : undefined;
      return `${node.type}(${[node.url ?? node.id, inside ?? node.text].filter((one) => one !== undefined).join('|')})`;
    })
    .join('');

describe('mrkdwn is read as Slack reads it', () => {
  test.each([
    ['plain', 'plain'],
    ['*bold* _it_ ~gone~', 'bold(bold) italic(it) strike(gone)'],
    ['*bold _and italic_*', 'bold(bold italic(and italic))'],
    ['2*3*4 snake_case_name', '2*3*4 snake_case_name'],
    ['* not bold * nor** this', '* not bold * nor** this'],
    ['*open', '*open'],
    ['`*code*` *`x`*', 'code(*code*) bold(code(x))'],
    ['*a `*` b*', 'bold(a code(*) b)'],
    ['one\ntwo', 'one⏎two'],
    ['a\n```\n*raw*\n<@U1>\n```\nb', 'apre(*raw*\n<@U1>)b'],
    ['&gt; said *so*\n> twice\nthen', 'quote(said bold(so)⏎twice)then'],
    ['<@U0ADA00001>', 'user(U0ADA00001)'],
    ['<@U1|ada> in <#C1|prod>', 'user(U1|ada) in channel(C1|prod)'],
    ['<!here> <!subteam^S1|@sre>', 'broadcast(here) group(S1|@sre)'],
    ['<https://x.y/z|the *page*>', 'link(https://x.y/z|the *page*)'],
    ['see https://x.y/z?a=1.', 'see link(https://x.y/z?a=1|https://x.y/z?a=1).'],
    ['&lt;!channel&gt; &amp;amp;', '<!channel> &amp;'],
    ['<javascript:alert(1)|click>', '<javascript:alert(1)|click>'],
    ['<data:text/html,x|y> <file:///etc/passwd>', '<data:text/html,x|y> <file:///etc/passwd>'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['<!unknown> <@lower>', '<!unknown> <@lower>'],
    ['<!date^0^{time}^javascript:x|then>', 'date(then)'],
    ['<!date^0^{time}^https://x.y/|then>', 'date(https://x.y/|then)'],
  ])('%j → %s', (text, tree) => {
    expect(short(readMrkdwn(text))).toBe(tree);
  });
});

const flat = (nodes: Node[]): Node[] =>
  nodes.flatMap((node) => [node, ...flat(node.children ?? [])]);

/** Texts that are mostly made of what has a meaning. */
const MARKS = '* _ ~ ` ``` < > | ^ &lt; &amp; &gt; !date^ <!channel> <@U1> <#C1|x>'.split(' ');
const PLACES = ['https://a.b', 'javascript:', 'data:', '<!date^1^{time}|x>', ' ', '\n'];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...MARKS, ...PLACES), fc.string({ maxLength: 6 })), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''));

describe('whatever the text', () => {
  test('only known nodes come out, and links lead only where a person may be sent', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const node of flat(readMrkdwn(text))) {
          expect(NODES).toContain(node.type);
          expect(node.url ?? 'https:').toMatch(/^(https?|mailto):/);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('escaped text comes out letter by letter', () => {
    const typed = fc
      .string()
      .filter((text) => !/[*_~`\n]|https?:/.test(text) && !/^ ?>/.test(text));
    fc.assert(
      fc.property(typed, (text) => {
        const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
        expect(short(readMrkdwn(escaped))).toBe(text);
      }),
    );
  });

  test('3,000 characters of open marks are read at once', () => {
    for (const unit of ['*a ', '<', '`', '*_~', '```', '*a `b` <c|']) {
      const text = unit.repeat(Math.floor(3000 / unit.length));
      expect(flat(readMrkdwn(text)).length).toBeLessThanOrEqual(3000);
    }
  });
});

test.each([
  ['https://curfew.example/a', true],
  ['mailto:ada@curfew.example', true],
  ['javascript:alert(1)', false],
  [' javascript:alert(1)', false],
  ['JaVaScRiPt:alert(1)', false],
  ['data:text/html,<script>', false],
  ['vbscript:x', false],
  ['/relative', false],
])('an address is safe: %j %s', (text, safe) => {
  expect(safeUrl(text) !== undefined).toBe(safe);
});

describe('dates are told in the reader’s time', () => {
  const at = Date.UTC(2026, 10, 23, 13, 5, 9) / 1000;
  const berlin = { now: new Date(at * 1000), locale: 'en-GB', timeZone: 'Europe/Berlin' };

  test.each([
    ['{date_num}', '2026-11-23'],
    ['{date}', '23 November 2026'],
    ['{date_short}', '23 Nov 2026'],
    ['{date_long}', 'Monday 23 November 2026'],
    ['{date_short_pretty} {time}', 'today 14:05'],
    ['{time_secs}', '14:05:09'],
    ['{ago}', 'this minute'],
    ['{nothing} {time', '{nothing} {time'],
  ])('%s → %s', (format, text) => {
    // Whether a comma follows the weekday changes with the edition of the calendar data.
    expect(formatDate(at, format, berlin).replace('Monday,', 'Monday')).toBe(text);
  });

  test.each([
    [-86_400, 'yesterday'],
    [86_400, 'tomorrow'],
    // In Berlin it is past midnight already.
    [10 * 3600, 'tomorrow'],
    [3 * 86_400, '26 Nov 2026'],
  ])('%d s away is %s', (seconds, text) => {
    expect(formatDate(at + seconds, '{date_short_pretty}', berlin)).toBe(text);
  });

  test('an instant that no calendar has is none', () => {
    expect([at, 1e15, Number.NaN].map((one) => isInstant(one))).toEqual([true, false, false]);
  });
});
