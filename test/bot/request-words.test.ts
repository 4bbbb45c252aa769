import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { readCommand } from '../../bot/commands/request-words';
import { exampleCatalog } from '../support/example-catalog';

const catalog = exampleCatalog();
const asked = (more: object = {}) => ({
  role: 'prod-admin',
  durationMinutes: 60,
  reason: 'failover stuck',
  ...more,
});

describe('one line that says everything is asked for as it stands', () => {
  test.each<[string, object]>([
    ['prod-admin 1h INC-42 failover stuck', asked({ ticket: 'INC-42' })],
    ['prod-admin 1h failover stuck', asked()],
    ['  PROD-ADMIN   1h   failover   stuck ', asked()],
    ['1h prod-admin failover stuck', asked()],
    ['INC-42 prod-admin 1h failover stuck', asked({ ticket: 'INC-42' })],
    ['prod-admin 1 h failover stuck', asked()],
    ['prod-admin 60 minutes failover stuck', asked()],
    ['prod-admin for 1h because failover stuck', asked()],
    ['prod-admin 1h30m failover stuck', asked({ durationMinutes: 90 })],
    ['prod-admin 1h covid-19 dashboards', asked({ reason: 'covid-19 dashboards' })],
    ['prod-admin 1h failover 2h stuck', asked({ reason: 'failover 2h stuck' })],
    ['prod-admin 1h staging-admin is down', asked({ reason: 'staging-admin is down' })],
    [
      'prod-admin 1h see <https://x.example/1|x.example>',
      asked({ reason: 'see https://x.example/1' }),
    ],
    ['prod-admin 1h ask <@U0ADA00001|ada> &amp; co', asked({ reason: 'ask @ada & co' })],
    ['prod-admin 1h *look* <!channel>', asked({ reason: '*look* !channel' })],
  ])('“%s”', (text, what) => {
    expect(readCommand(text, catalog)).toEqual({ kind: 'ask', asked: what });
  });

  test('without a duration it is the usual time of the role', () => {
    const role = catalog.role('prod-admin');
    expect(readCommand('prod-admin failover stuck', catalog)).toEqual({
      kind: 'ask',
      asked: asked({ durationMinutes: role?.defaultMinutes }),
    });
  });
});

describe('what is missing, unknown or might mean two things opens the form, with nothing lost', () => {
  const read = (text: string) => {
    const words = readCommand(text, catalog);
    if (words.kind !== 'form') return words;
    const { role, ...given } = words.given;
    return { ...given, ...(role && { role: role.id }), hint: words.hint };
  };
  const emergency = expect.stringContaining('for emergencies');
  test.each<[string, object]>([
    ['', { hint: undefined }],
    ['prod-admin', { role: 'prod-admin', hint: 'Say what you are going to do.' }],
    [
      'prod-admin 1h INC-42',
      {
        role: 'prod-admin',
        duration: '1h',
        ticket: 'INC-42',
        hint: 'Say what you are going to do.',
      },
    ],
    [
      'prod-admin 9h failover',
      {
        role: 'prod-admin',
        duration: '9h',
        reason: 'failover',
        hint: 'The longest for prod-admin is 2 h.',
      },
    ],
    [
      'prod-admin 45 nodes are stuck',
      {
        role: 'prod-admin',
        duration: '45',
        reason: 'nodes are stuck',
        hint: expect.stringContaining('45'),
      },
    ],
    [
      'prod-amin 1h failover',
      {
        role: 'prod-admin',
        duration: '1h',
        reason: 'failover',
        hint: 'There is no role called “prod-amin”. Did you mean prod-admin?',
      },
    ],
    [
      '--break-glass prod-amin 30m failover',
      {
        breakGlass: true,
        duration: '30m',
        reason: 'failover',
        hint: 'There is no role called “prod-amin”. Did you mean prod-admin?',
      },
    ],
    [
      '1h please help',
      { duration: '1h', reason: 'please help', hint: 'There is no role called “please”.' },
    ],
    ['--break-glass', { breakGlass: true, hint: emergency }],
    ['--break-glass prod-admin', { breakGlass: true, role: 'prod-admin', hint: emergency }],
    [
      '—break-glass prod-admin 30m',
      { breakGlass: true, role: 'prod-admin', duration: '30m', hint: emergency },
    ],
    [
      '--break-glass 30m db is down',
      {
        breakGlass: true,
        duration: '30m',
        reason: 'db is down',
        hint: 'There is no role called “db”.',
      },
    ],
    [
      '--BREAKGLASS prod-admin db 30m is down',
      { breakGlass: true, role: 'prod-admin', reason: 'db 30m is down', hint: emergency },
    ],
    [
      '--break-glasses prod-admin',
      {
        reason: '--break-glasses prod-admin',
        hint: 'There is no role called “--break-glasses”.',
      },
    ],
  ])('“%s”', (text, given) => {
    expect(read(text)).toEqual(given);
  });

  test.each(['help', 'HELP', '?', '--help'])('“%s” explains the command', (text) => {
    expect(readCommand(text, catalog)).toEqual({ kind: 'help' });
  });
});

const word = fc.oneof(
  fc.constantFrom('prod-admin', 'dev-readonly', '1h', '90', 'min', 'for', 'INC-42'),
  fc.stringMatching(/^[a-z]{1,8}$/),
);
const words = fc.array(word, { maxLength: 8 });

test('whatever is typed after it, a break-glass is never sent by the command alone', () => {
  fc.assert(
    fc.property(words, (typed) => {
      expect(readCommand(['--break-glass', ...typed].join(' '), catalog)).toMatchObject({
        kind: 'form',
        given: { breakGlass: true },
      });
    }),
  );
});

test('whatever is typed, every word of it is asked for or stands in the form', () => {
  // What is asked for has its duration as a number.
  const durations = ['1h', '90', 'min'];
  const understood = (text: string): string[] => {
    const read = readCommand(text, catalog);
    switch (read.kind) {
      case 'help':
        return [text];
      case 'ask':
        return [read.asked.role, read.asked.ticket ?? '', read.asked.reason, ...durations];
      case 'form':
        return [
          read.given.role?.id ?? '',
          read.given.duration ?? '',
          read.given.ticket ?? '',
          read.given.reason ?? '',
        ];
    }
  };
  fc.assert(
    fc.property(words, (typed) => {
      const said = understood(typed.join(' ')).join(' ').split(' ');
      const fillers = ['for', 'because'];
      expect(typed.filter((one) => !said.includes(one) && !fillers.includes(one))).toEqual([]);
    }),
  );
});
