import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exampleFolder } from '../../config/bundle';

/** The example that ships, in a folder of its own, with its curfew.yaml changed. */
export function changedExample(folder: string, change: (text: string) => string): string {
  const config = mkdtempSync(path.join(folder, 'config-'));
  cpSync(exampleFolder, config, { recursive: true });
  const file = path.join(config, 'curfew.yaml');
  const text = readFileSync(file, 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error('nothing changed in curfew.yaml');
  writeFileSync(file, changed);
  return config;
}
