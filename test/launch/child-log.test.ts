import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate as soon } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openChildLog } from '../../launch/child-log';
import { worthShowing } from '../../launch/worth-showing';

describe("a child's log", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'curfew-log-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('holds what the child wrote, line by line, wherever the stream was cut', async () => {
    const log = openChildLog(folder, 'bot');
    const stream = new PassThrough();
    const lines: string[] = [];
    log.follow(stream, (line) => lines.push(line));
    const text = Buffer.from('first\nsecönd\n\nthird\nunfinished');
    for (const at of [0, 9, 10])
      stream.write(text.subarray(at, at === 0 ? 9 : at === 9 ? 10 : undefined));
    await soon();
    expect(lines).toEqual(['first', 'secönd', 'third']);
    expect(log.lastLines()).toEqual(lines);
    expect(readFileSync(log.file, 'utf8')).toBe(text.toString());
  });

  test('never takes more room than two files of its limit', async () => {
    const log = openChildLog(folder, 'bot', 100);
    const stream = new PassThrough();
    log.follow(stream);
    for (let i = 0; i < 20; i += 1) stream.write(`${String(i).padStart(39, '.')}\n`);
    await soon();
    expect(statSync(log.file).size).toBeLessThanOrEqual(100);
    expect(statSync(path.join(folder, 'bot.1.log')).size).toBeLessThanOrEqual(100);
    expect(readFileSync(log.file, 'utf8')).toContain('19\n');
  });
});

test.each([
  ['{"level":30,"msg":"a card was posted"}', undefined],
  [
    '{"level":50,"msg":"no answer from Slack","err":{"message":"ECONNRESET"}}',
    'no answer from Slack: ECONNRESET',
  ],
  ['{"level":60,"msg":"gone"}', 'gone'],
  ['{"not":"ours"}', undefined],
  ['{"level":50,"msg":', undefined],
  ['2026-01-01T00:00:00.000Z [INFO] Worker state changed', undefined],
  [
    '2026-01-01T00:00:00.000Z [ERROR] Failed to poll',
    '2026-01-01T00:00:00.000Z [ERROR] Failed to poll',
  ],
  ['Mirroring is on', undefined],
])('on the console, of %s: %s', (line, shown) => {
  expect(worthShowing(line)).toBe(shown);
});
