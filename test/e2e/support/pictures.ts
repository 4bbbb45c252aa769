import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Workspace } from './workspace';

const FOLDER = path.join(__dirname, '../../../docs/pictures');

/** Takes a picture for the documentation, when asked to with CURFEW_PICTURES=1. */
export async function picture({ page }: Pick<Workspace, 'page'>, name: string): Promise<void> {
  if (process.env['CURFEW_PICTURES'] !== '1') return;
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: path.join(FOLDER, `${name}.png`), animations: 'disabled' });
}
