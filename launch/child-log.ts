import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

const MAX_BYTES = 5_000_000;
const REMEMBERED_LINES = 15;
const MAX_LINE = 500;

/** What a child writes goes into a file; its last lines are remembered for when it ends unexpectedly. */
export interface ChildLog {
  readonly file: string;
  /** Copies a stream into the file and tells of each line. */
  follow(stream: Readable, onLine?: (line: string) => void): void;
  lastLines(): string[];
}

/** One file a child, with the one before kept beside it (`bot.log`, `bot.1.log`), for their owner's eyes only. */
export function openChildLog(folder: string, name: string, maxBytes = MAX_BYTES): ChildLog {
  const file = path.join(folder, `${name}.log`);
  const open = () => openSync(file, 'a', 0o600);
  let out = open();
  let bytes = fstatSync(out).size;
  let last: string[] = [];

  const write = (chunk: Buffer): void => {
    if (bytes + chunk.length > maxBytes) {
      closeSync(out);
      renameSync(file, path.join(folder, `${name}.1.log`));
      out = open();
      bytes = 0;
    }
    writeSync(out, chunk);
    bytes += chunk.length;
  };

  return {
    file,
    follow(stream, onLine) {
      const decoder = new StringDecoder('utf8');
      let rest = '';
      stream.on('data', (chunk: Buffer) => {
        write(chunk);
        const lines = (rest + decoder.write(chunk)).split('\n');
        // A line without an end must not grow without one either.
        rest = (lines.pop() ?? '').slice(0, 64_000);
        for (const line of lines.filter((text) => text.trim() !== '')) {
          last = [...last, line.slice(0, MAX_LINE)].slice(-REMEMBERED_LINES);
          onLine?.(line);
        }
      });
    },
    lastLines: () => last,
  };
}
