import { existsSync } from 'node:fs';
import path from 'node:path';

/** Curfew's own folder: where package.json lies, from source and from dist alike. */
export const packageRoot: string = ((): string => {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
})();
