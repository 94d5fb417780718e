import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { pngOf } from '../support/png.ts';
import { type DemoBrowser, DESK, openFromMenu, PHONE, startDemoBrowser } from './demo-browser.ts';

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

/** Where somebody looks at what the test saw. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}

test.each([
  ['a phone', PHONE],
  ['the desk', DESK],
] as const)('a manager sends an invoice from %s, and sees what the customer got', async (where, viewport) => {
  const page = await demo.openAs('Marta Oliveira', { viewport });
  const invoices = await openFromMenu(page, 'Invoices');
  // Each viewport sends an invoice of its own.
  const card = invoices.getByRole('article').nth(where === 'a phone' ? 0 : 1);
  const title = (await card.getAttribute('aria-label')) ?? '';
  await picture(page, `invoices-${viewport.width}`);
  await card.getByRole('button', { name: /^Send: / }).click();

  const dialog = page.getByRole('dialog', { name: `Send ${title}` });
  await dialog.getByRole('textbox', { name: 'A few words of your own' }).fill('See you on Friday');
  const email = dialog.frameLocator('iframe');
  await email.getByText('See you on Friday').waitFor();
  await picture(page, `preview-${viewport.width}`);
  await dialog.getByRole('tab', { name: 'SMS' }).click();
  await dialog.getByText(/SMS, \d+ characters/).waitFor();
  await dialog.getByRole('button', { name: /^Send by/ }).click();
  await dialog.waitFor({ state: 'detached' });
  const lines = invoices.getByRole('article', { name: title, exact: true }).getByRole('listitem');
  await lines.filter({ hasText: 'SMS' }).getByText('Sent', { exact: true }).waitFor();
  await picture(page, `sent-${viewport.width}`);

  // The same again is nothing new.
  await invoices.getByRole('button', { name: `Send: ${title}` }).click();
  const again = page.getByRole('dialog', { name: `Send ${title}` });
  await again.getByText('Sent already, as it is now').first().waitFor();
  expect(await again.getByRole('button', { name: 'Nothing to send' }).isDisabled()).toBe(true);
  await again.getByRole('button', { name: 'Do not send' }).click();
  await invoices.getByRole('button', { name: 'Close the invoices' }).click();
  await invoices.waitFor({ state: 'detached' });

  const mailbox = await openFromMenu(page, 'Local mailbox');
  await mailbox.getByText('One SMS').or(mailbox.getByText('2 SMS')).first().waitFor();
  await picture(page, `mailbox-${viewport.width}`);

  // What the link in it opens, for a customer who has never heard of this service.
  const text =
    (await mailbox
      .getByText(/\/i\/[\w-]{43}/)
      .first()
      .textContent()) ?? '';
  const link = /http\S+\/i\/[\w-]{43}/.exec(text)?.[0] ?? '';
  const customer = await (await demo.newContext({ viewport: PHONE })).newPage();
  await customer.goto(link);
  await customer.getByText('See you on Friday').waitFor();
  expect(await customer.getByRole('heading', { level: 1 }).textContent()).toMatch(/^Invoice INV-\d{4}$/);
  await picture(customer, `letter-${viewport.width}`);
});

test('a photo of the work goes along, and the customer opens it', async () => {
  const page = await demo.openAs('Marta Oliveira', { viewport: PHONE });
  const invoices = await openFromMenu(page, 'Invoices');
  const card = invoices.getByRole('article').nth(4);
  const title = (await card.getAttribute('aria-label')) ?? '';
  await card
    .getByLabel(`File: ${title}`, { exact: true })
    .setInputFiles({ name: 'Kitchen.png', mimeType: 'image/png', buffer: pngOf(40, 30) });
  await card.getByRole('group', { name: 'Files' }).getByRole('button').first().waitFor();
  await card.getByRole('button', { name: /^Send: / }).click();
  const dialog = page.getByRole('dialog', { name: `Send ${title}` });
  const choice = dialog.getByRole('combobox', { name: 'A file that goes along' });
  await choice.click();
  await page.getByRole('option', { name: 'Kitchen.png (of the invoice)' }).click();
  await dialog.getByRole('checkbox', { name: 'Attach the invoice as a PDF' }).check();
  await dialog
    .frameLocator('iframe')
    .getByText(/^File: Kitchen\.png/)
    .waitFor();
  await picture(page, 'send-file-390');
  await dialog.getByRole('button', { name: /^Send by/ }).click();
  await dialog.waitFor({ state: 'detached' });
  const own = invoices.getByRole('article', { name: title, exact: true });
  await own.getByText('SMS, with a file').waitFor();
  await picture(page, 'sent-file-390');
  await invoices.getByRole('button', { name: 'Close the invoices' }).click();
  await invoices.waitFor({ state: 'detached' });

  const mailbox = await openFromMenu(page, 'Local mailbox');
  await mailbox
    .getByText(/^Attached: Invoice INV-\d{4}\.pdf, Kitchen\.png$/)
    .first()
    .waitFor();
  const text =
    (await mailbox
      .getByText(/\/i\/[\w-]{43}/)
      .first()
      .textContent()) ?? '';
  const customer = await (await demo.newContext({ viewport: PHONE })).newPage();
  await customer.goto(/http\S+\/i\/[\w-]{43}/.exec(text)?.[0] ?? '');
  await picture(customer, 'letter-file-390');
  await customer.getByRole('link', { name: /^File: Kitchen\.png/ }).click();
  await expect
    .poll(() => customer.evaluate(() => [document.contentType, document.images[0]?.naturalWidth]))
    .toEqual(['image/png', 40]);
});

test('where no preview can be made the words stay, and it is tried again', async () => {
  const page = await demo.openAs('Marta Oliveira', { viewport: PHONE });
  const invoices = await openFromMenu(page, 'Invoices');
  const preview = '**/v1/invoices/*/preview';
  await page.route(preview, (route) => route.fulfill({ body: 'Sign in to this network' }));
  await invoices
    .getByRole('button', { name: /^Send: / })
    .nth(3)
    .click();
  const dialog = page.getByRole('dialog', { name: /^Send / });
  const trouble = dialog.getByRole('alert').filter({ hasText: 'It can not be shown' });
  await trouble.waitFor();
  // Nobody knows yet what went before: nothing is chosen unasked.
  expect(await dialog.getByRole('button', { name: 'Nothing to send' }).isDisabled()).toBe(true);
  const words = dialog.getByRole('textbox', { name: 'A few words of your own' });
  await words.fill('Bring the keys');
  await trouble.waitFor();
  expect(await words.inputValue()).toBe('Bring the keys');
  await page.unroute(preview);
  await trouble.getByRole('button', { name: 'Try again' }).click();
  await dialog.frameLocator('iframe').getByText('Bring the keys').waitFor();
  await trouble.waitFor({ state: 'detached' });
});

test('what a customer says about being written to is noted where the message is made', async () => {
  const page = await demo.openAs('Marta Oliveira', { viewport: PHONE });
  const invoices = await openFromMenu(page, 'Invoices');
  await invoices
    .getByRole('button', { name: /^Send: / })
    .nth(3)
    .click();
  const dialog = page.getByRole('dialog', { name: /^Send / });
  await dialog.getByRole('button', { name: 'What the customer agreed to' }).click();
  const email = dialog.getByRole('group', { name: 'Consent to Email' });
  await email.getByText(/nothing noted$/).waitFor();
  await email.getByRole('button', { name: 'They do not wish it' }).click();
  await email.getByText(/do not write$/).waitFor();
  expect(await dialog.getByRole('checkbox', { name: 'Email' }).isDisabled()).toBe(true);
  await email.getByRole('button', { name: 'They agree again' }).click();
  await email.getByText(/agreed, /).waitFor();
  await picture(page, 'consent-390');
  expect(await dialog.getByRole('checkbox', { name: 'Email' }).isEnabled()).toBe(true);
});

test('what is sent without a network goes out once there is one', async () => {
  const page = await demo.openAs('Marta Oliveira', { viewport: PHONE });
  await page.getByRole('switch', { name: 'Go offline' }).check();
  const invoices = await openFromMenu(page, 'Invoices');
  const card = invoices.getByRole('article').nth(2);
  const title = (await card.getAttribute('aria-label')) ?? '';
  await card.getByRole('button', { name: /^Send: / }).click();
  const dialog = page.getByRole('dialog', { name: `Send ${title}` });
  await dialog.getByRole('checkbox', { name: 'SMS' }).check();
  // A device that can not keep it says so, and is asked once more.
  await page.evaluate(() => {
    const store = IDBObjectStore.prototype;
    const whole = Object.getOwnPropertyDescriptors(store);
    const full = (): never => {
      Object.defineProperties(store, whole);
      throw new DOMException('The disk is full', 'QuotaExceededError');
    };
    Object.assign(store, { add: full, put: full });
  });
  await dialog.getByRole('button', { name: 'Send by SMS' }).click();
  await dialog.getByRole('alert').filter({ hasText: 'Not sent' }).waitFor();
  await dialog.getByRole('button', { name: 'Send by SMS' }).click();
  await dialog.waitFor({ state: 'detached' });
  const own = invoices.getByRole('article', { name: title, exact: true });
  await own.getByText('SMS: goes out once this device is connected').waitFor();
  await picture(page, 'waiting-390');
  await invoices.getByRole('button', { name: 'Close the invoices' }).click();
  await invoices.waitFor({ state: 'detached' });
  await page.getByRole('switch', { name: 'Go offline' }).uncheck();
  await openFromMenu(page, 'Invoices');
  await own.getByRole('listitem').filter({ hasText: 'SMS' }).getByText('Sent', { exact: true }).waitFor();
});
