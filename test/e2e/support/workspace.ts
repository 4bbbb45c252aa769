import type { Browser, Locator, Page } from 'playwright-core';
import { fillField } from './fields';

/** One person's tab of the Slack stand-in, driven as a person would: by roles and labels. */
export interface Workspace {
  page: Page;
  /** What the page asked for outside its own server, and what its console complained about. */
  wrongs: readonly string[];
  /** `#access-prod`, `messages` (with the app) or `home`. */
  goTo: (place: string) => Promise<void>;
  /** Becomes somebody else in the same tab. */
  becomes: (person: string) => Promise<void>;
  /** Types a command (or a message) into the composer and presses Enter. */
  runCommand: (text: string) => Promise<void>;
  /** By label; a typeahead's value is the beginning of the option's text, check boxes take a list. */
  fillModal: (values: Record<string, string | readonly string[]>) => Promise<void>;
  /** Presses the modal's submit button; what is then wrong, by label (empty: it was taken). */
  submitModal: () => Promise<Record<string, string>>;
  closeModal: () => Promise<void>;
  /** A button inside the modal that is not its submit button. */
  clickInModal: (button: string) => Promise<void>;
  /** All that the modal on top says; waits for one. */
  modalText: () => Promise<string>;
  /** Resolves when the modal on top (or none: '') says it. */
  modalSays: (text: string) => Promise<void>;
  /** In the newest message here that contains the text. Answers the question of a confirm dialog with yes. */
  clickInMessage: (button: string, where: { containing: string }) => Promise<void>;
  clickInHome: (button: string) => Promise<void>;
  /** The newest message here that contains the text; waits for it. */
  message: (containing: string) => Promise<Locator>;
  /** Goes there; the messages as text, oldest first. */
  messagesIn: (place: string) => Promise<string[]>;
  /** Labels of the buttons of the newest message that contains the text. */
  buttonsOf: (containing: string) => Promise<string[]>;
  close: () => Promise<void>;
}

/** Every part of Curfew and the browser share the machine; what comes sooner is not kept waiting. */
const WAIT_MS = 60_000;

/** Opens the page at `url` (the sandbox's root) as `person`: the chat's id. */
export async function openWorkspace(
  browser: Browser,
  url: string,
  person: string,
  { viewport = { width: 1280, height: 800 } } = {},
): Promise<Workspace> {
  const context = await browser.newContext({ viewport, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const wrongs = watchFor(page, url);
  await page.goto(`${url}/?as=${person}`);
  await page.getByRole('main').getByRole('heading', { level: 2, name: /./ }).waitFor();

  const sidebar = page.getByRole('navigation', { name: 'Workspace' });
  const composer = page.locator('#composer-text');
  const modal = page.locator('dialog.modal[open]');
  const newest = (containing: string) =>
    page.getByRole('article').filter({ hasText: containing }).last();
  const idle = () => page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  const press = async (box: Locator, name: string) => {
    const button = box.getByRole('button', { name, exact: true });
    await button
      .or(box.getByRole('link', { name, exact: true }))
      .first()
      .click();
    const question = page.locator('dialog.confirm[open]');
    if (await question.isVisible()) await question.getByRole('button').last().click();
    await idle();
  };

  const workspace: Workspace = {
    page,
    wrongs,
    async goTo(place) {
      await sidebar.getByRole('link', { name: linkName(place) }).click();
      await page.getByRole('heading', { level: 2, name: headingOf(place), exact: true }).waitFor();
    },
    async becomes(name) {
      await sidebar.getByRole('button', { name: /^You are / }).click();
      await sidebar.getByRole('list', { name: 'Act as' }).getByRole('link', { name }).click();
      await sidebar.getByRole('button', { name: `You are ${name}` }).waitFor();
    },
    async runCommand(text) {
      await composer.fill(text);
      await composer.press('Enter');
      await idle();
    },
    async fillModal(values) {
      await modal.waitFor();
      for (const [label, value] of Object.entries(values)) await fillField(modal, label, value);
    },
    async submitModal() {
      await modal.locator('button[type=submit]').click();
      await idle();
      return wrongFields(modal);
    },
    async closeModal() {
      await modal.locator('.dialog-foot').getByRole('button').first().click();
      await idle();
    },
    clickInModal: (button) => press(modal, button),
    async modalText() {
      await modal.waitFor();
      return modal.innerText();
    },
    modalSays: (text) =>
      text === ''
        ? modal.waitFor({ state: 'detached' })
        : modal.filter({ hasText: text }).waitFor(),
    async clickInMessage(button, { containing }) {
      await newest(containing).waitFor();
      await press(newest(containing), button);
    },
    clickInHome: (button) => press(page.locator('.home'), button),
    async message(containing) {
      await newest(containing).waitFor();
      return newest(containing);
    },
    async messagesIn(place) {
      await workspace.goTo(place);
      return page.getByRole('article').allInnerTexts();
    },
    async buttonsOf(containing) {
      await newest(containing).waitFor();
      return newest(containing).locator('.button').allInnerTexts();
    },
    close: () => context.close(),
  };
  return workspace;
}

function watchFor(page: Page, url: string): string[] {
  const wrongs: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
      wrongs.push(`asked for ${request.url()}`);
  });
  page.on('pageerror', (error) => wrongs.push(error.message));
  page.on('dialog', (dialog) => {
    wrongs.push(`a script spoke: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (line) => {
    if (/Content.Security.Policy/i.test(line.text())) wrongs.push(line.text());
  });
  return wrongs;
}

/** The marks of unread messages follow the name. */
function linkName(place: string): RegExp {
  if (place === 'home') return / Home$/;
  if (place === 'messages') return / messages( \d+ unread)?$/;
  return new RegExp(`^${place.replace(/^#/, '')}( \\d+ unread)?$`);
}

const headingOf = (place: string): string =>
  ({ home: 'Curfew Home', messages: 'Curfew' })[place] ?? place;

async function wrongFields(modal: Locator): Promise<Record<string, string>> {
  if (!(await modal.isVisible())) return {};
  const fields = await modal.locator('.field.wrong').all();
  const entries = fields.map(async (field) => [
    (await field.locator('.label').textContent())?.replace(/ \(optional\)$/, ''),
    (await field.locator('.field-error').textContent())?.replace(/^Error: /, ''),
  ]);
  const problem = await modal.locator('.modal-problem').innerText();
  return {
    ...Object.fromEntries(await Promise.all(entries)),
    ...(problem === '' ? {} : { '': problem }),
  };
}
