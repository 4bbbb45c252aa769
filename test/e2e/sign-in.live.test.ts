import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { PEOPLE } from '../../sandbox/people';
import { changedExample } from '../support/changed-example';
import { needs } from '../support/needs';
import { picture } from './support/pictures';
import { PATIENCE, useStage } from './support/stage';
import type { Workspace } from './support/workspace';

const [ada, , carla] = PEOPLE;

needs('chromium')('signing in at the directory, as people see it', () => {
  const stage = useStage((folder) =>
    changedExample(folder, (text) =>
      text
        .replace(
          'routes:',
          `link: sign-in\npeople: { ${carla?.id}: ${carla?.directoryId} }\nroutes:`,
        )
        .replace(/(  staging-admin:[\s\S]*?route: one-owner\n)/, '$1    stepUp: { acr: [phr] }\n'),
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
});

async function hrefOf({ page }: Workspace, name: string): Promise<string> {
  const link = page.getByRole('link', { name, exact: true }).last();
  await link.waitFor();
  return (await link.getAttribute('href')) ?? '';
}

async function signInAs(page: Page, name: string): Promise<void> {
  await page.getByRole('radio', { name: new RegExp(`^${name}`) }).check();
  await page.getByRole('button', { name: 'Sign in' }).click();
}
