import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { cardOf, type DemoBrowser, DESK, PHONE, startDemoBrowser } from './demo-browser.ts';

// A real browser, a real database, and a build before the first test.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let demo: DemoBrowser;
beforeAll(async () => {
  demo = await startDemoBrowser();
});
afterAll(() => demo?.stop());
afterEach(async () => {
  expect(await demo.closeContexts()).toEqual([]);
});

/** For who wants to look: a folder for pictures of the screens. */
const SHOTS = process.env.SCREENSHOTS;
async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

/** A real picture, of what is on the screen. */
async function choose(page: Page, input: Locator, name: string): Promise<void> {
  const buffer = await page.screenshot();
  await input.setInputFiles({ name, mimeType: 'image/png', buffer });
}

const widthOf = (picture: Locator): Promise<number> =>
  picture.evaluate((image) => (image as HTMLImageElement).naturalWidth);

test('a photo taken offline at the start of a task is seen at once, survives a reload, and reaches the manager', async () => {
  const ana = await demo.openAs('Ana Ribeiro', { viewport: PHONE });
  const marta = await demo.openAs('Marta Oliveira', { viewport: DESK });
  const scheduled = ana.getByRole('article').filter({ hasText: 'Scheduled' }).first();
  const title = (await scheduled.getAttribute('aria-label')) ?? '';
  await scheduled.getByRole('button', { name: `Start: ${title}` }).click();
  await ana.getByRole('switch', { name: 'Go offline' }).check();

  await cardOf(ana, title)
    .getByRole('button', { name: `Add photo: ${title}` })
    .click();
  const chooser = ana.waitForEvent('filechooser');
  await ana.getByRole('menuitem', { name: 'At the start' }).click();
  const buffer = await marta.screenshot();
  await (await chooser).setFiles({ name: 'Baño antes.png', mimeType: 'image/png', buffer });
  const taken = cardOf(ana, title).getByRole('img', { name: 'Baño antes.png' });
  await taken.waitFor();
  await cardOf(ana, title).getByText('On this device, not sent yet').waitFor();
  expect(await widthOf(taken)).toBe(DESK.width);
  await taken.scrollIntoViewIfNeeded();
  await shot(ana, 'attachments-phone-offline');

  await ana.reload();
  await cardOf(ana, title).getByRole('img', { name: 'Baño antes.png' }).waitFor();
  expect(await cardOf(marta, title).getByRole('img').count()).toBe(0);

  await ana.getByRole('switch', { name: 'Go offline' }).uncheck();
  const seen = cardOf(marta, title).getByRole('img', { name: 'Baño antes.png' });
  await seen.waitFor();
  expect(await widthOf(seen)).toBe(DESK.width);
  await cardOf(ana, title).getByText('On this device, not sent yet').waitFor({ state: 'detached' });
  await seen.scrollIntoViewIfNeeded();
  await shot(marta, 'attachments-desk');
  await cardOf(marta, title).getByRole('button', { name: 'Show Baño antes.png' }).click();
  await marta.getByRole('dialog').getByRole('link', { name: 'Save Baño antes.png' }).waitFor();
  await shot(marta, 'attachments-desk-large');
});

test('a receipt of an expense reaches the manager beside it', async () => {
  const ana = await demo.openAs('Ana Ribeiro', { viewport: PHONE });
  await ana.getByRole('button', { name: 'Expenses' }).click();
  await ana.getByRole('textbox', { name: 'Paid for' }).fill('Glass cleaner');
  await ana.getByRole('textbox', { name: 'Amount, $' }).fill('12,50');
  await ana.getByRole('button', { name: 'Add', exact: true }).click();
  const expense = cardOf(ana, 'Glass cleaner');
  await expense.getByText('$12.50').waitFor();
  await choose(ana, expense.locator('input[type=file]'), 'receipt.png');
  await expense.getByRole('img', { name: 'receipt.png' }).waitFor();
  await shot(ana, 'receipt-phone');

  const marta = await demo.openAs('Marta Oliveira', { viewport: DESK });
  const seen = cardOf(marta, 'Glass cleaner').getByRole('img', { name: 'receipt.png' });
  await seen.waitFor();
  expect(await widthOf(seen)).toBe(PHONE.width);
  await seen.scrollIntoViewIfNeeded();
  await shot(marta, 'receipt-desk');
});
