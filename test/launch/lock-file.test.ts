import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

interface Locked {
  version?: string;
  optionalDependencies?: Record<string, string>;
}

/** Where Node would look for `name` from a package that lies in `folder`, nearest first. */
function places(folder: string, name: string): string[] {
  const parts = folder.split('/node_modules/');
  return [
    ...parts.map(
      (_, i) => `${parts.slice(0, parts.length - i).join('/node_modules/')}/node_modules/${name}`,
    ),
    `node_modules/${name}`,
  ];
}

// npm drops other platforms' packages from the lock file when the registry it asks does not list them;
// from then on "npm ci" refuses the lock file, on every platform.
test('the lock file names the packages of every platform, so that npm ci accepts it', () => {
  const file = path.join(__dirname, '../../package-lock.json');
  const { packages }: { packages: Record<string, Locked> } = JSON.parse(readFileSync(file, 'utf8'));
  const missing = Object.entries(packages).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !places(folder, name).some((place) => place in packages),
    ),
  );
  expect(missing).toEqual([]);
});
