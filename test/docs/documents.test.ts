import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = path.join(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Folders whose files a document may name as `folder/file.ts`. */
const FOLDERS = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  .map(({ name }) => name)
  .filter((name) => name !== 'node_modules' && name !== 'dist');

interface Link {
  text: string;
  target: string;
}
const linksIn = (text: string): Link[] =>
  [...text.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, said = '', target = '']) => ({
    text: said,
    target,
  }));

const fileOf = (document: string, target: string): string =>
  path.join(root, path.dirname(document), target.split('#')[0] ?? '');

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const codeSpans = (text: string): string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);
  const local = linksIn(text).filter(({ target }) => !/^[a-z]+:/.test(target));

  test('links to what is there', () => {
    const dead = local.filter(({ target }) => {
      const [file = '', anchor] = target.split('#');
      const there = file === '' ? path.join(root, document) : fileOf(document, target);
      if (!existsSync(there)) return true;
      if (anchor === undefined) return false;
      const headings = readFileSync(there, 'utf8').matchAll(/^#+ (.+)$/gm);
      return ![...headings].some(([, heading = '']) => anchorOf(heading) === anchor);
    });
    expect(dead).toEqual([]);
  });

  test('names files and folders that are there', () => {
    const named = codeSpans(text.replaceAll(/^```[\s\S]*?^```/gm, ''))
      .filter((span) => /^[\w.-]+(\/[\w.@*-]+)+\/?$/.test(span))
      .filter((span) => FOLDERS.includes(span.split('/')[0] ?? '') && !span.includes('*'));
    // Built, not kept.
    const missing = named.filter(
      (span) => !span.startsWith('dist/') && !existsSync(path.join(root, span)),
    );
    expect(missing).toEqual([]);
  });

  test('calls tests by their names', () => {
    const tests = local.filter(({ target }) => /\btest\/.*\.test\.ts$/.test(target));
    const unknown = tests.filter(({ text: said, target }) => {
      if (target.endsWith(said)) return false;
      const source = readFileSync(fileOf(document, target), 'utf8');
      return !said.split(' › ').every((name) => source.includes(name));
    });
    expect(unknown).toEqual([]);
  });

  test('names scripts of package.json', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    const named = [...text.matchAll(/\bnpm (?:run )?(start|test|check|bench|build|format)\b/g)];
    expect(named.filter(([, name = '']) => !(name in scripts))).toEqual([]);
    const run = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('tells nothing about where it was written', () => {
    expect(text).not.toMatch(/\/(work|root|home)\//);
  });
});

describe('the environment in README.md', () => {
  const inTable = new Set(
    [...read('README.md').matchAll(/^\|(.+?)\|/gm)].flatMap(([, cell = '']) => codeSpans(cell)),
  );
  const judged = [...read('config/environment.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(
    ([, name = '']) => name,
  );

  test('is whole', () => {
    expect(judged).toContain('CURFEW_DATA');
    expect(judged.filter((name) => !inTable.has(name))).toEqual([]);
  });

  test('holds no variable that nobody reads', () => {
    const elsewhere = [
      'cli/home.ts',
      'cli/job-token.ts',
      'cli/server.ts',
      'launch/temporal-cli.mjs',
    ]
      .map(read)
      .join();
    const ours = [...inTable].filter((name) => /^CURFEW_[A-Z_]+$/.test(name));
    expect(ours.filter((name) => !judged.includes(name) && !elsewhere.includes(name))).toEqual([]);
  });
});

describe('docs/THREATS.md', () => {
  const rows = read('docs/THREATS.md')
    .split('\n')
    .filter((line) => /^\| *\d+ /.test(line));

  test('has all sixteen attacks, each with a test', () => {
    const numbers = rows.map((row) => Number(/\d+/.exec(row)?.[0]));
    expect(numbers).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
    expect(rows.filter((row) => !/\.test\.ts\)/.test(row))).toEqual([]);
  });

  test('knows every test that is named after an attack', () => {
    const named = readdirSync(path.join(root, 'test/attacks'));
    const text = read('docs/THREATS.md');
    expect(named.filter((file) => !text.includes(`attacks/${file}`))).toEqual([]);
  });
});
