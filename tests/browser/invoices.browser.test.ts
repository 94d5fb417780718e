import { getDocumentProxy } from 'unpdf';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { DESK, type DemoBrowser, openFromMenu, PHONE, startDemoBrowser } from './demo-browser.ts';

// A real browser, a real database, and a build before the first test.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let demo: DemoBrowser;
beforeAll(async () => {
  demo = await startDemoBrowser();
});
afterAll(() => demo?.stop());
afterEach(async () => expect(await demo.closeContexts()).toEqual([]));

/** Where the file says that it can be disputed. */
async function disputeLinkIn(bytes: Buffer): Promise<string> {
  const document = await getDocumentProxy(new Uint8Array(bytes));
  const pages = Array.from({ length: document.numPages }, (_, n) => document.getPage(n + 1));
  const annotations = await Promise.all(pages.map(async (page) => (await page).getAnnotations()));
  const links = annotations.flat().flatMap((one) => (one as { readonly url?: string }).url ?? []);
  return links.find((url) => url.includes('/d/')) ?? '';
}

test('a manager makes drafts, gives one its number, opens its PDF, and sees what the client disputes', async () => {
  const page = await demo.openAs('Marta Oliveira', { viewport: PHONE });
  const drawer = await openFromMenu(page, 'Invoices');
  await drawer.getByRole('button', { name: 'Generate' }).click();
  await drawer.getByText(/^Drafts: \d+ created/).waitFor();
  await drawer.getByRole('button', { name: 'Generate' }).click();
  await drawer.getByText(/^Drafts: \d+ unchanged\.$/).waitFor();

  await drawer.getByText('Drafts', { exact: true }).click();
  const draft = drawer.getByRole('article').filter({ hasText: 'Draft' }).first();
  const title = (await draft.getAttribute('aria-label')) ?? '';
  await draft.getByRole('button', { name: 'Give it a number' }).click();
  await drawer.getByText('All', { exact: true }).click();
  const invoice = drawer.getByRole('article', { name: title, exact: true });
  await invoice.getByText(/^INV-0001/).waitFor();
  const [file] = await Promise.all([
    page.waitForResponse(/\/v1\/invoices\/[\w-]+\/pdf$/),
    invoice.getByRole('button', { name: 'Open PDF' }).click(),
  ]);
  expect([file.status(), file.headers()['content-type']]).toEqual([200, 'application/pdf']);

  const client = await (await demo.newContext({ viewport: PHONE })).newPage();
  // The page itself has consumed the body of that answer.
  const again = await fetch(file.url(), { headers: await file.request().allHeaders() });
  await client.goto(await disputeLinkIn(Buffer.from(await again.arrayBuffer())));
  await client.getByRole('textbox', { name: 'What is wrong?' }).fill('One visit was half an hour short');
  await client.getByRole('button', { name: 'Send' }).click();
  await client.getByText('Thank you.').waitFor();

  const desk = await demo.openAs('Marta Oliveira', { viewport: DESK });
  const atDesk = await openFromMenu(desk, 'Invoices');
  await atDesk.getByText('Disputed', { exact: true }).first().click();
  const disputed = atDesk.getByRole('article', { name: title, exact: true });
  await disputed.getByText('The client says: One visit was half an hour short').waitFor();

  await disputed.getByRole('button', { name: /^Adjust/ }).click();
  const dialog = desk.getByRole('dialog', { name: `Adjust ${title}` });
  await dialog.getByRole('textbox', { name: 'Amount' }).fill('12,50');
  await dialog.getByRole('textbox', { name: 'What for' }).fill('Half an hour less');
  const [, becomes = ''] = /becomes (.+)$/.exec(await dialog.getByRole('status').innerText()) ?? [];
  expect(becomes).toMatch(/\d/);
  await dialog.getByRole('button', { name: 'Adjust', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await disputed.waitFor({ state: 'detached' });
  await atDesk.getByText('All', { exact: true }).click();
  await atDesk.getByRole('article', { name: title, exact: true }).getByText(becomes, { exact: true }).waitFor();
});

test('a manager makes payroll of the hours, looks at its lines, and marks it as paid without a network', async () => {
  const page = await demo.openAs('Marta Oliveira', { viewport: PHONE });
  const drawer = await openFromMenu(page, 'Payroll');
  await drawer.getByRole('button', { name: 'Generate' }).click();
  await drawer.getByText(/^Drafts: \d+ created/).waitFor();
  const entry = drawer.getByRole('article').filter({ hasText: 'To pay' }).first();
  const title = (await entry.getAttribute('aria-label')) ?? '';
  const named = drawer.getByRole('article', { name: title, exact: true });
  await named.getByRole('button', { name: 'Show the lines' }).click();
  expect(await named.getByRole('row').count()).toBeGreaterThan(0);

  await page.context().setOffline(true);
  await named.getByRole('button', { name: 'Mark as paid' }).click();
  await named.getByText('Paid', { exact: true }).waitFor();
  await page.context().setOffline(false);
  const desk = await demo.openAs('Marta Oliveira', { viewport: DESK });
  const atDesk = await openFromMenu(desk, 'Payroll');
  await atDesk.getByText('Paid', { exact: true }).first().click();
  await atDesk.getByRole('article', { name: title, exact: true }).waitFor();
});
