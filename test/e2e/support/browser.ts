import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium as playwright, type Browser } from 'playwright-core';
import { chromium } from '../../support/needs';

/** The Chromium of this machine, without a window and without calling home. */
export async function openBrowser(): Promise<Browser> {
  const name = chromium();
  if (name === undefined)
    throw new Error('There is no Chromium here; ask needs("chromium") first.');
  return playwright.launch({
    executablePath: onPath(name),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Playwright takes a file where a shell takes a name. */
function onPath(name: string): string {
  if (path.isAbsolute(name)) return name;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find(existsSync) ?? name;
}
