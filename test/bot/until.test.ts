import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readUntil } from '../../bot/commands/until';

/** A Tuesday, 13:30 in Berlin. */
const NOW = new Date('2026-11-24T12:30:00.000Z');
const read = (words: string, timezone = 'Europe/Berlin') => readUntil(words, NOW, timezone);
const until = (instant: string) => ({ until: new Date(instant) });

describe('when somebody says to be back', () => {
  test.each([
    ['for 3d', '2026-11-27T12:30Z'],
    ['for 2 days', '2026-11-26T12:30Z'],
    ['for 1 week', '2026-12-01T12:30Z'],
    ['for 2w', '2026-12-08T12:30Z'],
    ['for 90m', '2026-11-24T14:00Z'],
    ['until friday', '2026-11-27T23:00Z'],
    ['Until Fri', '2026-11-27T23:00Z'],
    ['till tuesday', '2026-11-24T23:00Z'],
    ['until monday', '2026-11-30T23:00Z'],
    ['until today', '2026-11-24T23:00Z'],
    ['until tomorrow', '2026-11-25T23:00Z'],
    ['until 17:00', '2026-11-24T16:00Z'],
    ['until friday at 5pm', '2026-11-27T16:00Z'],
    ['until friday, 9:30', '2026-11-27T08:30Z'],
    ['until tomorrow 12am', '2026-11-24T23:00Z'],
    ['until 2026-12-04', '2026-12-04T23:00Z'],
    ['until 2026-12-04 08:00', '2026-12-04T07:00Z'],
    ['until 2026-12-04T08:00', '2026-12-04T07:00Z'],
    ['until 4 Dec', '2026-12-04T23:00Z'],
    ['until 4 Dec 17:00', '2026-12-04T16:00Z'],
    ['until Dec 4', '2026-12-04T23:00Z'],
    ['until 4th of December 2026', '2026-12-04T23:00Z'],
    ['until 4.12.', '2026-12-04T23:00Z'],
    ['until 04.12.2026', '2026-12-04T23:00Z'],
    ['until 3 Jan', '2027-01-03T23:00Z'],
    ['until 3 Nov', '2026-11-03T23:00Z'],
  ])('“%s”', (words, instant) => {
    expect(read(words)).toEqual(until(instant));
  });

  test.each([
    ['America/New_York', '2026-11-28T05:00Z'],
    ['Pacific/Auckland', '2026-11-27T11:00Z'],
    ['Asia/Kolkata', '2026-11-27T18:30Z'],
  ])('a day ends by their own clock: %s', (timezone, instant) => {
    expect(read('until friday', timezone)).toEqual(until(instant));
  });

  test('also in a night in which clocks change', () => {
    expect(readUntil('until 29 Mar', new Date('2026-03-20T12:00Z'), 'Europe/Berlin')).toEqual(
      until('2026-03-29T22:00Z'),
    );
    expect(readUntil('until 29 Mar 02:30', new Date('2026-03-20T12:00Z'), 'Europe/Berlin')).toEqual(
      until('2026-03-29T01:00Z'),
    );
  });

  test.each([
    ['', /Until when\?/],
    ['friday', /Until when is “friday”/],
    ['until', /Until when is “until”/],
    ['until whenever', /When is “whenever”/],
    ['until 4/12', /When is “4\/12”.*until 2026-12-04/],
    ['until 31 Nov', /There is no 31 nov/],
    ['until 2026-02-30', /There is no/],
    ['until friday 25:00', /When is/],
    ['until next friday', /When is/],
    ['until fr', /When is/],
    ['for ever', /For how long is “ever”/],
    ['for 3', /For how long is “3”/],
    ['for 0d', /For how long/],
  ])('“%s” is asked about, with how to say it', (words, problem) => {
    expect(read(words)).toEqual({ problem: expect.stringMatching(problem) });
    expect(read(words)).toEqual({ problem: expect.stringContaining('until 4 Dec 17:00') });
  });

  test('whatever is typed is an instant or a problem', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }),
        fc.constantFrom('until ', 'for ', ''),
        (text, how) => {
          const answer = read(`${how}${text}`);
          expect('until' in answer ? answer.until.toISOString() : answer.problem).toMatch(
            /Z$|until 4 Dec 17:00/,
          );
        },
      ),
    );
  });
});
