import { pngOf } from '../support/png.ts';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type DemoBrowser, DESK, PHONE, startDemoBrowser } from './demo-browser.ts';

// A real browser, a real database, and a build before the first test.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let demo: DemoBrowser;
beforeAll(async () => {
  demo = await startDemoBrowser({ refusals: [409, 422] });
});
afterAll(() => demo?.stop());
afterEach(async () => {
  expect(await demo.closeContexts()).toEqual([]);
});

async function openSettings(page: Page) {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Business settings' }).click();
  const drawer = page.getByRole('dialog', { name: 'Business settings' });
  await drawer.getByRole('textbox', { name: 'Legal name' }).waitFor();
  return drawer;
}

test('a manager gives invoices a logo, is told what is none, and takes it away', async () => {
  const page = await demo.openAs('Marta Oliveira', { viewport: PHONE });
  const logo = (await openSettings(page)).getByRole('group', { name: 'Logo' });
  const choose = (name: string, buffer: Buffer) =>
    logo.locator('input[type=file]').setInputFiles({ name, mimeType: 'image/png', buffer });
  await choose('none.png', Buffer.from('no picture'));
  await logo
    .getByRole('alert')
    .getByText(/must be a whole JPEG, or a PNG/)
    .waitFor();
  await choose('logo.png', Buffer.from(pngOf(120, 60)));
  const image = logo.getByRole('img', { name: 'The logo on invoices' });
  await image.waitFor();
  expect(await image.evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBe(120);
  await logo.getByRole('button', { name: 'Remove' }).click();
  await image.waitFor({ state: 'detached' });
  await logo.getByRole('button', { name: 'Choose a picture' }).waitFor();
});

test('a manager sets what is printed on invoices, on a phone, and finds it again at the desk', async () => {
  const phone = await demo.openAs('Marta Oliveira', { viewport: PHONE });
  const drawer = await openSettings(phone);
  const save = drawer.getByRole('button', { name: 'Save' });
  expect(await save.isDisabled()).toBe(true);
  await drawer.getByRole('textbox', { name: 'Legal name' }).fill('Shining Homes, LLC');
  await drawer.getByRole('textbox', { name: 'Address' }).fill('1 Main Street\nSpringfield');
  await drawer.getByRole('combobox', { name: 'Time zone' }).fill('Madrid');
  await phone.getByRole('option', { name: 'Europe/Madrid' }).click();
  await drawer.getByRole('textbox', { name: 'Days that deletions are remembered' }).fill('30');
  await drawer.getByText('Not saved yet.').waitFor();
  await save.click();
  await drawer.getByText('Saved.').waitFor();

  const desk = await demo.openAs('Marta Oliveira', { viewport: DESK });
  const atDesk = await openSettings(desk);
  expect(await atDesk.getByRole('textbox', { name: 'Legal name' }).inputValue()).toBe('Shining Homes, LLC');
  expect(await atDesk.getByRole('textbox', { name: 'Address' }).inputValue()).toBe('1 Main Street\nSpringfield');
  expect(await atDesk.getByRole('combobox', { name: 'Time zone' }).inputValue()).toBe('Europe/Madrid');
  expect(await atDesk.getByRole('textbox', { name: 'Days that deletions' }).inputValue()).toBe('30');
});

test('what the service refuses is named and stays in the form; closing it asks first', async () => {
  const page = await demo.openAs('Marta Oliveira', { viewport: DESK });
  const drawer = await openSettings(page);
  // The browser's own check lets it pass.
  await drawer.getByRole('textbox', { name: 'Website' }).fill('ftp://example.com');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.getByRole('alert').getByText('The service does not take what stands in: Website.').waitFor();
  expect(await drawer.getByRole('textbox', { name: 'Website' }).inputValue()).toBe('ftp://example.com');

  await drawer.getByRole('button', { name: 'Close the settings' }).click();
  const warning = page.getByRole('dialog', { name: 'Unsaved changes' });
  await warning.getByRole('button', { name: 'Keep editing' }).click();
  await drawer.getByRole('textbox', { name: 'Website' }).fill('https://example.com');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.getByText('Saved.').waitFor();
  await drawer.getByRole('button', { name: 'Close the settings' }).click();
  await drawer.waitFor({ state: 'detached' });
});

test('two managers at once: the second sees what the first has saved, with the own words on top', async () => {
  const [one, other] = [
    await demo.openAs('Marta Oliveira', { viewport: DESK }),
    await demo.openAs('Marta Oliveira', { viewport: DESK }),
  ];
  const [first, second] = [await openSettings(one), await openSettings(other)];
  await first.getByRole('textbox', { name: 'Phone' }).fill('+1 555 0100');
  await first.getByRole('button', { name: 'Save' }).click();
  await first.getByText('Saved.').waitFor();

  await second.getByRole('textbox', { name: 'Tax ID' }).fill('B-123');
  await second.getByRole('button', { name: 'Save' }).click();
  await second.getByRole('alert').getByText('Somebody else has changed the settings').waitFor();
  expect(await second.getByRole('textbox', { name: 'Phone' }).inputValue()).toBe('+1 555 0100');
  expect(await second.getByRole('textbox', { name: 'Tax ID' }).inputValue()).toBe('B-123');
  await second.getByRole('button', { name: 'Save' }).click();
  await second.getByText('Saved.').waitFor();
});

test('an employee has no settings, and without a network a manager is told what they need', async () => {
  const ana = await demo.openAs('Ana Ribeiro', { viewport: PHONE });
  await ana.getByRole('button', { name: 'Account of Ana Ribeiro' }).click();
  await ana.getByRole('menuitem', { name: 'Sign out' }).waitFor();
  expect(await ana.getByRole('menuitem', { name: 'Business settings' }).count()).toBe(0);

  const marta = await demo.openAs('Marta Oliveira', { viewport: PHONE });
  await marta.getByRole('switch', { name: 'Go offline' }).check();
  await marta.getByRole('button', { name: /^Account of/ }).click();
  await marta.getByRole('menuitem', { name: 'Business settings' }).click();
  await marta.getByText('Settings are kept by the service').waitFor();
});
