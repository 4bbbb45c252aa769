import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { PEOPLE } from '../../sandbox/people';
import { changedExample } from '../support/changed-example';
import { curfew as cli } from '../support/curfew-cli';
import { needs } from '../support/needs';
import { picture } from './support/pictures';
import { PATIENCE, useStage } from './support/stage';
import type { Workspace } from './support/workspace';

const [ada, , carla, , emil] = PEOPLE;

needs('chromium')('signing in at the directory, as people see it', () => {
  const stage = useStage((folder) =>
    changedExample(folder, (text) =>
      text
        .replace(
          'routes:',
          `link: sign-in\npeople: { ${carla?.id}: ${carla?.directoryId}, ${emil?.id}: ${emil?.directoryId} }\nroutes:`,
        )

        .replace(/(  staging-admin:[\s\S]*?route: one-owner\n)/, '$1    stepUp: { acr: [phr] }\n')
        .replace(/(  dev-readonly:[\s\S]*?risk: low\n)/, '$1    stepUp: { before: [connect] }\n')
        .replace(/(  prod-admin:[\s\S]*?risk: high\n)/, '$1    stepUp: { before: [breakGlass] }\n'),
    ),
  );

  test(
    'Ada is linked by a sign-in, not by whoever gets her link; Carla signs in to approve',
    async () => {
      const tab = await stage.as(ada?.id ?? '');
      await tab.runCommand('/request-access');
      const link = await hrefOf(tab, 'Sign in');

      const stranger = await stage.at(link);
      await signInAs(stranger, 'Ben Okafor');
      await stranger.getByRole('alert').getByText('Ben Okafor signed in').waitFor();
      await picture({ page: stranger }, 'sign-in-refused');
      await tab.goTo('messages');
      await tab.message('Nothing was linked');

      const herself = await stage.at(link);
      await picture({ page: herself }, 'sign-in-stand-in');
      await signInAs(herself, 'Ada Engel');
      await herself.getByRole('heading', { name: 'Are both of these you?' }).waitFor();
      expect(await herself.getByRole('main').innerText()).toMatch(
        /Ada Engel\s+Curfew Sandbox, U0ADA00001[\s\S]*ada@curfew\.example/,
      );
      await picture({ page: herself }, 'sign-in-link');
      await herself.getByRole('button', { name: 'Yes, link them' }).click();
      await herself.getByRole('heading', { name: 'You are linked' }).waitFor();
      await tab.message('is linked to Ada Engel');

      const curfew = stage.curfew();
      const requestId = await curfew.request('Ada', { role: 'staging-admin', reason: 'step up' });
      const owner = await stage.as(carla?.id ?? '');
      await owner.goTo('#access-requests');
      await owner.clickInMessage('Approve', { containing: 'step up' });
      await owner.modalSays('Nothing is approved yet');
      const approve = await stage.at(await hrefOf(owner, 'Sign in to approve'));
      await signInAs(approve, 'Carla Rossi');
      await approve.getByRole('heading', { name: 'Approve staging-admin for Ada' }).waitFor();
      await picture({ page: approve }, 'sign-in-approve');
      await approve.emulateMedia({ colorScheme: 'dark' });
      await picture({ page: approve }, 'sign-in-approve-dark');
      expect(curfew.count(requestId, 'request.reviewed')).toBe(0);
      await approve.getByRole('button', { name: 'Approve' }).click();
      await approve.getByRole('heading', { name: 'Approved' }).waitFor();
      await curfew.shows(requestId, 'Ada', 'active', 'Yours until');
      expect(curfew.ledger({ requestId, kinds: ['request.reviewed'] })).toMatchObject([
        { actor: carla?.directoryId, data: { stepUp: { acr: 'phr' } } },
      ]);
    },
    PATIENCE,
  );

  test(
    'Ada signs in to connect her terminal, which says so and goes on by itself',
    async () => {
      const curfew = stage.curfew();
      const tab = await stage.as(ada?.id ?? '');
      await curfew.request('Ada', { role: 'dev-readonly', reason: 'look at the logs' });
      await tab.goTo('messages');
      await tab.message('dev-readonly in shop-dev');
      await tab.clickInMessage('Connect', { containing: 'dev-readonly in shop-dev' });
      await tab.modalSays('curfew connect');
      const code = /curfew connect (\S+)/.exec(await tab.modalText())?.[1] ?? '';
      const home = path.join(stage.folder, 'home');
      const terminal = cli({ home, url: curfew.url }, 'connect', code, '--json');
      const words = await terminal.says('Words: ');
      expect(await terminal.says('dev-readonly asks for a fresh sign-in: ')).toContain(
        `a page at ${curfew.url}/sign-in. Sign in there`,
      );
      await tab.modalSays(words);
      await tab.clickInModal('Confirm');
      await tab.modalSays('Nothing is connected yet');
      await picture(tab, 'sign-in-to-go-on');
      const page = await stage.at(await hrefOf(tab, 'Sign in to go on'));
      await signInAs(page, 'Ada Engel');
      await page.getByRole('heading', { name: 'Connect this terminal?' }).waitFor();
      expect(await page.getByRole('main').innerText()).toContain(words);
      await looks(page, 'sign-in-connect');
      const { grantId = '' } = curfew.ledger({ kinds: ['connect.bound'] })[0] ?? {};
      expect(curfew.ledger({ grantId, kinds: ['connect.confirmed'] })).toEqual([]);
      await page.getByRole('button', { name: 'Connect it' }).click();
      await page.getByRole('heading', { name: 'Connected' }).waitFor();
      await looks(page, 'sign-in-connected');
      expect((await terminal.ended).code).toBe(0);
      expect((await cli({ home, url: curfew.url }, 'credentials', grantId).ended).code).toBe(0);
      expect(curfew.ledger({ grantId, kinds: ['connect.confirmed'] })).toMatchObject([
        { actor: ada?.directoryId, data: { stepUp: { issuer: expect.any(String) } } },
      ]);
    },
    PATIENCE,
  );

  test(
    'Emil signs in to break the glass',
    async () => {
      const tab = await stage.as(emil?.id ?? '');
      await tab.runCommand('/request-access --break-glass prod-admin 45m the database is down');
      expect(await tab.submitModal()).toEqual({});
      await tab.modalSays('Nothing is asked for yet');
      const link = await hrefOf(tab, 'Sign in to go on');
      const page = await stage.at(link);
      await signInAs(page, 'Emil Novak');
      await page.getByRole('heading', { name: 'Break the glass for prod-admin?' }).waitFor();
      await looks(page, 'sign-in-break-glass');
      expect(stage.curfew().ledger({ kinds: ['breakglass.used'] })).toEqual([]);
      await page.getByRole('button', { name: 'Break the glass' }).click();
      await page.getByRole('heading', { name: 'Asked for' }).waitFor();
      await tab.closeModal();
      await tab.goTo('messages');
      await tab.message('It ends by itself');
      const again = await stage.at(link);
      await again.getByRole('alert').getByText('used already').waitFor();
      await looks(again, 'sign-in-used');
    },
    PATIENCE,
  );
});

/** As people have it: light and dark, and on a narrow screen. */
async function looks(page: Page, name: string): Promise<void> {
  await picture({ page }, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture({ page }, `${name}-dark`);
  await page.setViewportSize({ width: 360, height: 720 });
  await picture({ page }, `${name}-narrow`);
  const width = await page.evaluate('document.documentElement.scrollWidth');
  expect(width).toBe(360);
}

async function hrefOf({ page }: Workspace, name: string): Promise<string> {
  const link = page.getByRole('link', { name, exact: true }).last();
  await link.waitFor();
  return (await link.getAttribute('href')) ?? '';
}

async function signInAs(page: Page, name: string): Promise<void> {
  await page.getByRole('radio', { name: new RegExp(`^${name}`) }).check();
  await page.getByRole('button', { name: 'Sign in' }).click();
}
