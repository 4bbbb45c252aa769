import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { bundleForBuild } from './bundle.mjs';
import { step } from './hand-over.mjs';
import { Stop } from './stop.mjs';

/**
 * Brings `dist/` up to date: compiled code, the files that lie beside it, the workflow bundle.
 * `path.join(__dirname, …)` therefore finds a neighbour in the source tree and in `dist/` alike.
 * @param {string} root
 */
export async function build(root) {
  const dist = path.join(root, 'dist');
  const sources = sourceFiles(root);
  if (!existsSync(dist)) console.error('Building (the first time takes half a minute).');
  removeWhatHasNoSource(dist, sources);
  const isWhole = sources.every(
    (file) => !isCode(file) || existsSync(path.join(dist, compiled(file))),
  );
  // The compiler remembers what it wrote and does not look whether it is still there.
  if (!isWhole) rmSync(path.join(dist, '.tsbuildinfo'), { force: true });
  const seen = lookOf(root, sources);
  if (!isWhole || readIfThere(path.join(dist, STAMP)) !== seen) await compile(root);
  writeFileSync(path.join(dist, STAMP), seen);
  for (const file of sources.filter((name) => !isCode(name))) copyIfNewer(root, dist, file);
  await bundleForBuild(root);
}

/** What the sources looked like when they were compiled last: finding that out is quicker than compiling nothing. */
const STAMP = '.compiled';

/**
 * @param {string} root
 * @param {string[]} sources
 */
function lookOf(root, sources) {
  const config = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  return [...config, ...sources]
    .map((file) => {
      const { mtimeMs, size } = statSync(path.join(root, file));
      return `${file} ${mtimeMs} ${size}`;
    })
    .join('\n');
}

/** @param {string} file */
const readIfThere = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

/** @param {string} root */
async function compile(root) {
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const code = await step(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (code !== 0) throw new Stop('The build stopped: the compiler found the errors above.', code);
}

/**
 * Every file of the folders that tsconfig.build.json names, relative to the root.
 * @param {string} root
 * @returns {string[]}
 */
export function sourceFiles(root) {
  /** @type {{include: string[]}} */
  const { include } = JSON.parse(readFileSync(path.join(root, 'tsconfig.build.json'), 'utf8'));
  return include
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) => filesBelow(path.join(root, folder)).map((file) => path.join(folder, file)))
    .filter((file) => !/(\.md|\.mjs|tsconfig\.json)$/.test(file));
}

/** @param {string} file */
const isCode = (file) => file.endsWith('.ts') && !file.endsWith('.d.ts');

/** @param {string} file */
const compiled = (file) => file.replace(/\.ts$/, '.js');

/**
 * What a deleted source left behind would otherwise go on being found.
 * @param {string} dist
 * @param {string[]} sources
 */
function removeWhatHasNoSource(dist, sources) {
  if (!existsSync(dist)) return;
  const expected = new Set(
    sources.flatMap((file) => (isCode(file) ? [compiled(file), `${compiled(file)}.map`] : [file])),
  );
  for (const file of filesBelow(dist)) {
    const ours = file.includes(path.sep);
    if (ours && !expected.has(file)) rmSync(path.join(dist, file));
  }
}

/**
 * @param {string} root
 * @param {string} dist
 * @param {string} file
 */
function copyIfNewer(root, dist, file) {
  const [from, to] = [path.join(root, file), path.join(dist, file)];
  if (existsSync(to) && statSync(to).mtimeMs >= statSync(from).mtimeMs) return;
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(from, to);
}

/**
 * @param {string} folder
 * @returns {string[]} relative to the folder
 */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}
