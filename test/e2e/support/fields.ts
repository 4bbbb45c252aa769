import type { Locator } from 'playwright-core';
import { eventually } from '../../support/eventually';

/** Longer than Slack waits for an app. */
const SUGGESTED_WITHIN_MS = 5_000;

/** Fills one field of a modal by its label, whatever element it is. */
export async function fillField(
  modal: Locator,
  label: string,
  value: string | readonly string[],
): Promise<void> {
  const field = modal.getByLabel(new RegExp(`^${escaped(label)}( \\(optional\\))?$`)).first();
  await field.waitFor();
  const role = await field.getAttribute('role');
  if (typeof value !== 'string') return tick(field, value);
  if (role === 'radiogroup') return field.getByRole('radio', { name: value }).check();
  if (role === 'combobox') return pick(modal, field, value);
  const tag = await field.evaluate((element) => element.tagName);
  if (tag === 'SELECT') await field.selectOption({ label: value });
  else await field.fill(value);
}

async function tick(group: Locator, wanted: readonly string[]): Promise<void> {
  for (const name of wanted) await group.getByRole('checkbox', { name }).check();
}

/**
 * Types, waits for the app's suggestions, and takes the one that begins like it. An app that did not answer in
 * Slack's three seconds, or does not know it yet, is asked again, as a person would.
 */
async function pick(modal: Locator, field: Locator, value: string): Promise<void> {
  const option = modal.getByRole('option', { name: new RegExp(`^${escaped(value)}`) }).first();
  await eventually(async () => {
    await field.fill('');
    await field.fill(value);
    await option.click({ timeout: SUGGESTED_WITHIN_MS });
  });
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
