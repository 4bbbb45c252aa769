import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { CannotStart } from './cannot-start';

/** Makes the folder for its owner alone, with the folders above it. */
export function makePrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new CannotStart(
      `The folder ${folder} cannot be made. Set CURFEW_DATA to a folder that you may write to.`,
      { cause },
    );
  }
}

/** All or nothing, and readable for its owner alone. */
export function writePrivately(file: string, text: string): void {
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, text, { mode: 0o600 });
  // The mode above counts only for a file that is new.
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}

/** Undefined when there is no such file. */
export const readIfThere = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, 'utf8') : undefined;

export const remove = (folder: string, file: string): void =>
  rmSync(path.join(folder, file), { force: true });
