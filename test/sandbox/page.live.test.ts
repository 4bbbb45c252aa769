import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../e2e/support/browser';
import { openWorkspace, type Workspace } from '../e2e/support/workspace';
import { needs } from '../support/needs';
import { form, pagePeer } from '../support/page-peer';
import { startBolt, TOKENS } from '../support/slack-stand-in';
import type { PageState } from '../../sandbox/slack/page-wire';

const ADA = 'U0ADA00001';
const CARLA = 'U0CARLA003';
const FILLED = { Role: 'prod-admin', Duration: '1h', Reason: 'INC-42' };

needs('chromium')('the workspace page, against the real stand-in and a real Bolt app', () => {
  const heard: string[] = [];
  let browser: Browser;
  let bolt: Awaited<ReturnType<typeof startBolt>>;

  beforeAll(async () => {
    [browser, bolt] = await Promise.all([
      openBrowser(),
      startBolt('socket', (app) => pagePeer(app, heard)),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await bolt?.close();
  });
  beforeEach(() => {
    heard.length = 0;
  });

  /** Opens a tab, and at its end expects it to have been quiet and at home. */
  async function as(person: string, visit: (tab: Workspace) => Promise<void>, size?: object) {
    const tab = await openWorkspace(browser, bolt.slack.url, person, size);
    try {
      await visit(tab);
      expect(tab.wrongs).toEqual([]);
    } finally {
      while (await tab.page.locator('dialog.modal[open]').isVisible()) await tab.closeModal();
      await tab.close();
    }
  }

  test('a request goes through two tabs: form, card, approval, and the buttons are gone for both', () =>
    as(ADA, (ada) =>
      as(CARLA, async (carla) => {
        await carla.goTo('#access-prod');
        await ada.runCommand('/request-access');
        await ada.fillModal(FILLED);
        expect(await ada.submitModal()).toEqual({});
        await ada.modalSays('');
        await ada.message('With reviewers.');
        expect(heard).toEqual(['prod-admin | 1h | INC-42 | low']);

        await carla.message('Why: INC-42');
        expect(await carla.buttonsOf('Why: INC-42')).toEqual(['Approve', 'Deny']);
        expect((await carla.messagesIn('#access-prod')).at(-1)).toContain('Reviewers were told.');
        await ada.goTo('#access-prod');
        await carla.clickInMessage('Approve', { containing: 'Why: INC-42' });
        for (const tab of [ada, carla]) {
          await tab.message('Approved by @Carla Rossi');
          expect(await tab.buttonsOf('Approved by')).toEqual([]);
        }
        expect(heard.at(-1)).toBe(`approve by ${CARLA}`);
      }),
    ));

  test('the keyboard alone is enough, from the command to the sent form', () =>
    as(ADA, async ({ page, modalSays }) => {
      const keys = async (...pressed: string[]) => {
        for (const key of pressed) await page.keyboard.press(key);
      };
      await page.locator('#composer-text').focus();
      await page.keyboard.type('/req');
      await page.getByRole('option', { name: '/request-access' }).waitFor();
      await keys('Enter', 'Enter');
      await page.getByRole('dialog', { name: 'Request access' }).waitFor();
      await page.keyboard.type('prod');
      await page.getByRole('option', { name: 'prod-readonly in shop' }).waitFor();
      await keys('ArrowDown', 'Enter', 'Tab');
      await page.keyboard.type('2h');
      await keys('Tab');
      await page.keyboard.type('By hand');
      await keys('Control+Enter');
      await modalSays('');
      expect(heard).toEqual(['prod-readonly | 2h | By hand | low']);
      // Back where the keyboard was before the modal.
      expect(await page.evaluate('document.activeElement.id')).toBe('composer-text');
    }));

  test('what is wrong stands under its field, and nothing typed is lost', () =>
    as(ADA, async (ada) => {
      await ada.runCommand('/request-access');
      expect(await ada.submitModal()).toEqual({
        Role: 'Choose one of the suggestions: type, then pick.',
        Reason: 'This field is needed.',
      });
      // Typed, but nothing picked: the text stays for the next try.
      await ada.page.getByLabel('Role').fill('prod-adm');
      await ada.submitModal();
      expect(await ada.page.getByLabel('Role').inputValue()).toBe('prod-adm');
      await ada.fillModal({ ...FILLED, Duration: 'forever', Risk: 'High', When: 'Later' });
      expect(await ada.submitModal()).toEqual({ Duration: 'Up to 4 h.' });
      const duration = ada.page.getByLabel('Duration');
      expect(await duration.getAttribute('aria-invalid')).toBe('true');
      expect(await ada.page.locator(':focus[aria-invalid=true]').count()).toBe(1);
      await duration.fill('4h');
      expect(await ada.submitModal()).toEqual({});
      expect(heard.at(-1)).toBe('prod-admin | 4h | INC-42 | high');
    }));

  test('an update in place keeps what was typed and where the caret stood', () =>
    as(ADA, async (ada) => {
      await ada.runCommand('/request-access');
      await ada.fillModal(FILLED);
      const reason = ada.page.getByLabel('Reason');
      await reason.press('Home');
      const { modals } = await bolt.slack.get<PageState>(`/sandbox/page/state?user=${ADA}`);
      await bolt.app.client.views.update({
        token: TOKENS.botToken,
        view_id: modals[0]?.id ?? '',
        view: form('Take care.'),
      });
      await ada.modalSays('Take care.');
      await ada.page.keyboard.type('Late: ');
      expect(await reason.inputValue()).toBe('Late: INC-42');
      expect(await ada.submitModal()).toEqual({});
      expect(heard.at(-1)).toBe('prod-admin | 1h | Late: INC-42 | low');
    }));

  test('a view on top goes away, and what lay below is as it was', () =>
    as(ADA, async (ada) => {
      await ada.runCommand('/request-access');
      await ada.fillModal(FILLED);
      await ada.clickInModal('Details');
      await ada.modalSays('More about it');
      await ada.page.getByRole('button', { name: 'Back' }).click();
      await ada.modalSays('Reason');
      expect(await ada.page.getByLabel('Role').inputValue()).toBe('prod-admin in shop');
      await ada.submitModal();
      expect(heard.at(-1)).toBe('prod-admin | 1h | INC-42 | low');
    }));

  test('Escape closes the suggestions first, then the modal', () =>
    as(ADA, async ({ page, runCommand, modalSays }) => {
      await runCommand('/request-access');
      await page.getByLabel('Role').click();
      const suggestion = page.getByRole('option', { name: 'prod-admin in shop' });
      await suggestion.waitFor();
      await page.keyboard.press('Escape');
      await suggestion.waitFor({ state: 'detached' });
      expect(await page.getByRole('dialog').isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      await modalSays('');
    }));

  test('the focus stays inside the modal', () =>
    as(ADA, async ({ page, runCommand, modalText }) => {
      await runCommand('/request-access');
      await modalText();
      for (let presses = 0; presses < 25; presses += 1) {
        await page.keyboard.press('Tab');
        // Between two rounds a browser rests on its own window, which is the page's body here.
        const where =
          '["DIALOG", "BODY"].includes((document.activeElement.closest("dialog") ?? document.activeElement).tagName)';
        expect(await page.evaluate(where)).toBe(true);
      }
    }));

  test('what people type is shown letter by letter, in cards and in messages', () =>
    as(ADA, async (ada) => {
      const typed =
        '<!channel> *bold* <img src=x onerror=alert(1)> &lt;b&gt; <https://e.example|x>';
      await ada.runCommand('/request-access');
      await ada.fillModal({ ...FILLED, Reason: typed });
      await ada.submitModal();
      await ada.goTo('#access-prod');
      const card = await ada.message('onerror');
      expect(await card.innerText()).toContain(`Why: ${typed}`);
      await ada.goTo('#general');
      await ada.runCommand(typed);
      const message = await ada.message('onerror');
      expect(await message.innerText()).toContain(typed);
      for (const shown of [card, message]) {
        expect(await shown.locator('img, b, a, .mention:has-text("channel")').count()).toBe(0);
      }
    }));

  test('a question is asked before the button with a confirm, and no is no', () =>
    as(ADA, async (ada) => {
      await ada.runCommand('/request-access');
      await ada.fillModal({ ...FILLED, Reason: 'To be denied' });
      await ada.submitModal();
      await ada.goTo('#access-prod');
      const card = await ada.message('To be denied');
      await card.getByRole('button', { name: 'Deny' }).click();
      await ada.page.getByRole('dialog', { name: 'Deny?' }).getByText('Keep').click();
      expect(heard.filter((line) => line.startsWith('deny'))).toEqual([]);
      await ada.clickInMessage('Deny', { containing: 'To be denied' });
      await ada.message('Denied');
      expect(heard.at(-1)).toBe(`deny by ${ADA}`);
    }));

  test('an answer for one person says so, and nobody else sees it', () =>
    as(ADA, async (ada) => {
      await ada.goTo('#general');
      await ada.runCommand('/request-access only me');
      const answer = await ada.message('For your eyes only.');
      expect(await answer.innerText()).toContain('Only visible to you');
      await ada.becomes('Ben Okafor');
      expect(new URL(ada.page.url()).searchParams.get('as')).toBe('U0BEN00002');
      expect((await ada.messagesIn('#general')).join()).not.toContain('For your eyes only.');
    }));

  test('a command that does not exist is answered at once, with those that do', () =>
    as(ADA, async ({ page, runCommand }) => {
      await runCommand('/nothing');
      const answer = page.getByRole('alert').filter({ hasText: '/nothing is not a command here.' });
      expect(await answer.innerText()).toContain('/request-access');
      expect(await page.locator('#composer-text').inputValue()).toBe('/nothing');
    }));

  test('the Home tab is opened at the app and drawn', () =>
    as(ADA, async (ada) => {
      await ada.goTo('home');
      await ada.page.getByRole('heading', { name: 'Your access' }).waitFor();
      expect(await ada.page.locator('#composer').isVisible()).toBe(false);
    }));

  test('deliveries show what was sent and what was called', () =>
    as(ADA, async ({ page, runCommand, closeModal }) => {
      await runCommand('/request-access');
      await closeModal();
      const pane = page.getByRole('complementary', { name: 'Deliveries' });
      await pane.getByRole('listitem').filter({ hasText: '/request-access' }).first().waitFor();
      await pane.getByRole('listitem').filter({ hasText: 'views.open' }).first().waitFor();
      await pane.getByRole('button', { name: 'From the app' }).click();
      expect(await pane.getByText('/request-access').count()).toBe(0);
    }));

  test('on a narrow screen nothing runs off the side, and the channels fold out', () =>
    as(
      ADA,
      async ({ page }) => {
        const fits = 'document.documentElement.scrollWidth <= window.innerWidth';
        expect(await page.evaluate(fits)).toBe(true);
        await page.getByRole('button', { name: 'Channels and people' }).click();
        await page.getByRole('link', { name: /^access-prod/ }).click();
        await page.getByRole('heading', { name: '#access-prod' }).waitFor();
        expect(await page.evaluate(fits)).toBe(true);
      },
      { viewport: { width: 420, height: 800 } },
    ));

  test('when the app does not answer in time, the page says so and keeps what was typed', () =>
    as(ADA, async (ada) => {
      await ada.runCommand('/request-access');
      await ada.fillModal(FILLED);
      await bolt.slack.post('/sandbox/faults', {
        target: 'slack',
        operation: 'view_submission',
        kind: 'timeout',
        times: 1,
      });
      const problems = await ada.submitModal();
      expect(problems['']).toMatch(/did not answer within 3 seconds/);
      expect(await ada.page.getByLabel('Reason').inputValue()).toBe('INC-42');
      expect(await ada.submitModal()).toEqual({});
    }));
});
