import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createSignatureCheck } from '../../bot/http-edge';

const SECRET = 'the-signing-secret';
const NOW = Date.parse('2026-11-23T13:00:00.000Z');

const sign = (body: string, atMs: number, secret = SECRET) => {
  const timestamp = String(Math.floor(atMs / 1000));
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { body, timestamp, signature: `v0=${digest}` };
};
const checkAt = (clock: { ms: number } = { ms: NOW }) =>
  createSignatureCheck(SECRET, () => new Date(clock.ms));

describe('a request to /slack', () => {
  test.each([
    ['now', 0, 'genuine'],
    ['four minutes ago', -240_000, 'genuine'],
    ['a clock half a minute fast', 30_000, 'genuine'],
    ['six minutes ago', -360_000, 'forged'],
    ['two minutes ahead', 120_000, 'forged'],
    ['an hour ahead', 3_600_000, 'forged'],
  ])('signed %s is taken as it should be', (_when, offset, verdict) => {
    expect(checkAt()(sign('payload=1', NOW + offset))).toBe(verdict);
  });

  test.each([
    ['another secret', sign('a=1', NOW, 'another')],
    ['another body', { ...sign('a=1', NOW), body: 'a=2' }],
    ['another time', { ...sign('a=1', NOW), timestamp: String(NOW / 1000 + 1) }],
    ['no signature', { ...sign('a=1', NOW), signature: '' }],
    ['no time', { ...sign('a=1', NOW), timestamp: '' }],
    ['no number as time', { ...sign('a=1', NOW), timestamp: 'NaN' }],
  ])('signed with %s is forged', (_what, request) => {
    expect(checkAt()(request)).toBe('forged');
  });

  test('is taken once, however often it comes', () => {
    const check = checkAt();
    const request = sign('a=1', NOW);
    expect([check(request), check(request), check(request)]).toEqual([
      'genuine',
      'replayed',
      'replayed',
    ]);
  });

  test('is never taken again, even when it is no longer remembered', () => {
    const clock = { ms: NOW };
    const check = checkAt(clock);
    const early = sign('a=1', NOW + 59_000);
    expect(check(early)).toBe('genuine');
    for (let minute = 1; minute <= 10; minute += 1) {
      clock.ms = NOW + minute * 60_000;
      check(sign(`tick=${minute}`, clock.ms));
      expect(check(early)).not.toBe('genuine');
    }
  });
});
