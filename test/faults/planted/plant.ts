import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../config/root';
import { build, sourceFiles } from '../../../launch/build.mjs';
import { planted } from './index';
import type { PlantedBug } from './planted-bug';

const BESIDE = [
  'package.json',
  'package-lock.json',
  'manifest.yml',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** Copies the tree to `root`, plants the bug there and builds it; this tree stays as it is. */
export async function plant(bug: PlantedBug, root: string): Promise<void> {
  for (const file of [...BESIDE, ...sourceFiles(packageRoot)]) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    cpSync(path.join(packageRoot, file), path.join(root, file), { preserveTimestamps: true });
  }
  // What was compiled already need not be compiled again.
  cpSync(path.join(packageRoot, 'dist'), path.join(root, 'dist'), {
    recursive: true,
    preserveTimestamps: true,
  });
  symlinkSync(path.join(packageRoot, 'node_modules'), path.join(root, 'node_modules'));
  for (const edit of bug.edits) {
    const file = path.join(root, edit.file);
    writeFileSync(file, planted(readFileSync(file, 'utf8'), edit));
  }
  await build(root);
}
