import path from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { temporaryFolder } from '../../support/temporary-folder';
import { startCurfew, type WholeCurfew } from '../../support/whole-curfew';
import { openBrowser } from './browser';
import { openWorkspace, type Workspace } from './workspace';

/** For one whole story, with everything starting and ending. */
export const PATIENCE = 300_000;

const TRIES = 5;
const NOT_IN_TIME = /within 3 seconds|in time|press the button again/;
const VIEWPORT = { width: 1200, height: 780 };

/** All of Curfew and a browser, for the tests of one `describe`. */
export interface Stage {
  folder: string;
  curfew: () => WholeCurfew;
  /** A person's tab, by the chat's id. */
  as: (person: string) => Promise<Workspace>;
  /** A page in a browser of its own, at this address. */
  at: (url: string) => Promise<Page>;
}

/** Starts it before the tests, on the example or the configuration that is made in `folder`; afterwards nothing runs, and no page had anything to complain about. */
export function useStage(configIn?: (folder: string) => string): Stage {
  const folder = temporaryFolder();
  const tabs: Workspace[] = [];
  let browser: Browser;
  let curfew: WholeCurfew;
  beforeAll(async () => {
    const env = configIn && { CURFEW_CONFIG: configIn(folder) };
    curfew = await startCurfew(path.join(folder, 'data'), env);
    browser = await openBrowser();
  }, PATIENCE);
  afterAll(async () => {
    const wrongs = tabs.flatMap((tab) => tab.wrongs);
    await browser?.close();
    await curfew?.stop();
    expect(wrongs).toEqual([]);
  }, PATIENCE);
  return {
    folder,
    curfew: () => curfew,
    async at(url) {
      const page = await (await browser.newContext()).newPage();
      await page.goto(url);
      return page;
    },
    async as(person) {
      const tab = await openWorkspace(browser, curfew.url, person, { viewport: VIEWPORT });
      tabs.push(tab);
      return { ...tab, submitModal: () => submitPatiently(tab) };
    },
  };
}

/** A machine may stand still for Slack's three seconds: then the form says so, and pressing again is the same request. */
async function submitPatiently(tab: Workspace): Promise<Record<string, string>> {
  for (let time = 1; ; time += 1) {
    const wrong = await tab.submitModal();
    const isLate = Object.values(wrong).some((said) => NOT_IN_TIME.test(said));
    if (!isLate || time === TRIES) return wrong;
  }
}
