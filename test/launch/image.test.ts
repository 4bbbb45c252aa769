import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { transformFileSync } from '@swc/core';

const root = path.join(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** As far as an image can be tested without building it. */
describe('the image', () => {
  const lines = read('Dockerfile').split('\n');
  const ignored = read('.dockerignore').split('\n');
  const images = lines.filter((line) => line.startsWith('FROM '));
  const last = lines.slice(lines.lastIndexOf(images.at(-1) ?? ''));

  test('everything that is copied in is there and not left out', () => {
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(copied).not.toEqual([]);
    expect(copied.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
    expect(copied.filter((file) => ignored.includes(file.split('/')[0] ?? ''))).toEqual([]);
  });

  test('what never belongs in it stays out of the build', () => {
    expect(ignored).toEqual(
      expect.arrayContaining(['.*', 'sandbox', 'test', 'node_modules', 'dist']),
    );
  });

  test('every stage is the same Debian image with Node 24', () => {
    const named = images.map((line) => line.split(' ')[1]);
    expect(new Set(named)).toEqual(new Set(['node:24-bookworm-slim']));
  });

  test('it runs as nobody special, in production, and is asked how it is', () => {
    expect(last).toContain('USER node');
    expect(last.join('\n')).toMatch(/NODE_ENV=production/);
    expect(last.join('\n')).toMatch(/^HEALTHCHECK .*launch\/healthcheck\.mjs/m);
  });

  test('its packages hold all that its code loads: nothing that only developers install', () => {
    const {
      packages,
    }: { packages: Record<string, { dev?: true; optional?: true; devOptional?: true }> } =
      JSON.parse(read('package-lock.json'));
    const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
      read('package.json'),
    );
    const isInstalled = (name: string) => {
      const locked = packages[`node_modules/${name}`];
      return (
        name in dependencies && locked && !locked.dev && !locked.optional && !locked.devOptional
      );
    };
    const loaded = productionCode().flatMap((file) =>
      packagesOf(file).map((name) => ({ file: path.relative(root, file), name })),
    );
    expect(loaded.map(({ name }) => name)).toContain('@temporalio/worker');
    expect(loaded.filter(({ name }) => !isInstalled(name))).toEqual([]);
  });
});

/** All code of the image: what the build compiles, less what is left out of it. */
function productionCode(): string[] {
  const { include }: { include: string[] } = JSON.parse(read('tsconfig.build.json'));
  return include
    .filter((folder) => !['bench', 'launch', 'sandbox'].includes(folder))
    .map((folder) => path.join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) =>
        path.join(folder, file),
      ),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
}

/** The packages that a file loads when it runs; importing a type loads nothing. */
function packagesOf(file: string): string[] {
  const { code } = transformFileSync(file, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
    module: { type: 'commonjs' },
  });
  return [...code.matchAll(/(?:require(?:\.resolve)?|import)\("([^".][^"]*)"\)/g)]
    .map(([, specifier = '']) => specifier)
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );
}
