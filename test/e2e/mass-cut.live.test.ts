import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { needs } from '../support/needs';
import { temporaryFolder } from '../support/temporary-folder';
import { startCurfew, type WholeCurfew } from '../support/whole-curfew';
import { openBrowser } from './support/browser';
import { picture } from './support/pictures';
import { openWorkspace } from './support/workspace';

const PATIENCE = 200_000;

needs('chromium')('many grants cut at once, as people see it', () => {
  let browser: Browser;
  let curfew: WholeCurfew;
  afterAll(async () => {
    await browser?.close();
    await curfew?.stop();
  }, 60_000);
  const folder = temporaryFolder();
  beforeAll(async () => {
    curfew = await startCurfew(path.join(folder, 'data'));
    browser = await openBrowser();
  }, PATIENCE);

  test(
    'a role, a person, everybody: shown before, confirmed, followed, and revoked only when seen denied',
    async () => {
      const bens = await curfew.grant('Ben', { reason: 'Bens work' });
      const adas = await curfew.grant('Ada', { reason: 'Adas work' });
      const home = path.join(folder, 'ada');
      const aws = await curfew.aws(home, await curfew.connect('Ada', adas, home));
      const viewport = { width: 1200, height: 780 };
      const emil = await openWorkspace(browser, curfew.url, 'U0EMIL0005', { viewport });

      await emil.runCommand('/revoke role staging-admn release is broken');
      await emil.message('Did you mean /revoke role staging-admin?');
      await emil.runCommand('/revoke @Ada Engel laptop stolen');
      await emil.modalSays('This ends 1 live grant of @Ada Engel');
      await picture(emil, 'revoke-person');
      expect(await emil.submitModal()).toEqual({});
      await emil.modalSays('Cutting 1 now.');
      await emil.closeModal();
      await emil.goTo('messages');
      const told = await emil.message('everything of @Ada Engel');
      await told.getByText('It is over').waitFor();
      await picture(emil, 'revoked-person');
      await expect(aws.listBuckets()).rejects.toMatchObject({ name: 'AccessDenied' });
      await curfew.shows(adas, 'Ada', 'ended', 'Revoked by');
      await curfew.shows(bens, 'Ben', 'active', 'Yours until');

      await emil.runCommand('/revoke --all incident 7');
      await emil.modalSays('This ends 1 live grant: everything that is there, of everybody.');
      await picture(emil, 'revoke-all');
      expect(await emil.submitModal()).toMatchObject({});
      await emil.fillModal({ 'Really everything?': 'everything' });
      expect(await emil.submitModal()).toEqual({});
      await emil.closeModal();
      await emil.message('everything of everybody');
      await curfew.shows(bens, 'Ben', 'ended', 'Revoked by');
      expect((await emil.messagesIn('#oncall')).join('\n')).toContain('everything of @Ada');
      expect(emil.wrongs).toEqual([]);
      await emil.close();
    },
    PATIENCE,
  );
});
