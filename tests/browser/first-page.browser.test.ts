import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type DemoService, startDemoService } from '../demo/start-demo-service.ts';
import { buildWebApp } from './built-web-app.ts';
import { launchChromium } from './chromium.ts';

// A real browser, a real database, and a build before the first test.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 800 };

let browser: Browser;
let service: DemoService;
let webApp: Awaited<ReturnType<typeof buildWebApp>>;
const contexts: BrowserContext[] = [];
/** What any page complained about: a blocked script, an error nobody caught. */
const complaints: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  webApp = await buildWebApp();
  service = await startDemoService({ webDir: webApp.folder });
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
  await webApp?.remove();
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  expect(complaints.splice(0)).toEqual([]);
});

/** A browser of a person's own, signed in, with the day's tasks on the screen. */
async function openAs(person: string, viewport: typeof PHONE): Promise<Page> {
  const context = await browser.newContext({ viewport, locale: 'en-US' });
  contexts.push(context);
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`${person}: ${error.message}`));
  page.on('console', (message) => {
    // A network that was taken away on purpose is reported by the browser, too.
    const expected = /net::ERR_INTERNET_DISCONNECTED/.test(message.text());
    if (message.type() === 'error' && !expected) complaints.push(`${person}: ${message.text()}`);
  });
  await page.goto(service.url);
  await page.getByRole('button', { name: person }).click();
  await page.getByRole('article').first().waitFor();
  return page;
}

/** Of today's tasks of Ana's team, the one that starts last: nothing else touches it. */
async function scheduledTask(page: Page, n: number): Promise<{ title: string; card: Locator }> {
  const cards = page.getByRole('article').filter({ hasText: 'Scheduled' });
  const title = (await cards.nth(n).getAttribute('aria-label')) ?? '';
  expect(title).not.toBe('');
  return { title, card: cardOf(page, title) };
}

const cardOf = (page: Page, title: string): Locator => page.getByRole('article', { name: title, exact: true });
const statusLine = (page: Page): Locator => page.getByRole('status');
const offlineSwitch = (page: Page): Locator => page.getByRole('switch', { name: 'Go offline' });
const syncNow = (page: Page): Promise<void> => page.getByRole('button', { name: 'Sync now' }).click();

async function writeNote(page: Page, title: string, note: string): Promise<void> {
  const card = cardOf(page, title);
  await card.getByRole('button', { name: /note:/ }).click();
  await card.getByRole('textbox', { name: 'Note' }).fill(note);
  await card.getByRole('button', { name: 'Save note' }).click();
}

test('work done offline survives a reload, is sent when the network is back, and reaches the manager', async () => {
  const ana = await openAs('Ana Ribeiro', PHONE);
  await statusLine(ana).filter({ hasText: 'Everything is synced.' }).waitFor();
  expect(await ana.getByRole('article').count()).toBe(4);
  const { title, card } = await scheduledTask(ana, 0);

  await offlineSwitch(ana).check();
  await card.getByRole('button', { name: `Start: ${title}` }).click();
  await card.getByText('In progress').waitFor();
  await statusLine(ana).filter({ hasText: 'Offline. 1 change waits.' }).waitFor();

  await ana.reload();
  await card.getByText('In progress').waitFor();
  await statusLine(ana).filter({ hasText: 'Offline. 1 change waits.' }).waitFor();

  const manager = await openAs('Marta Oliveira', DESK);
  await cardOf(manager, title).getByText('Scheduled').waitFor();

  await offlineSwitch(ana).uncheck();
  await statusLine(ana).filter({ hasText: 'Everything is synced.' }).waitFor();
  await syncNow(manager);
  await cardOf(manager, title).getByText('In progress').waitFor();
  await manager.getByText('Ana Ribeiro changed the status and check-in time of a task').waitFor();
});

test('two people write the same note without a network: the manager sees both and restores one with a click', async () => {
  const ana = await openAs('Ana Ribeiro', PHONE);
  const manager = await openAs('Marta Oliveira', DESK);
  const { title } = await scheduledTask(ana, 0);

  // The browser's own network this time.
  await ana.context().setOffline(true);
  await manager.context().setOffline(true);
  await writeNote(ana, title, 'The client wants the windows done');
  await writeNote(manager, title, 'Use the back entrance');
  await statusLine(manager).filter({ hasText: 'Offline. 1 change waits' }).waitFor();

  await ana.context().setOffline(false);
  await statusLine(ana).filter({ hasText: 'Everything is synced.' }).waitFor();
  await manager.context().setOffline(false);
  await statusLine(manager).filter({ hasText: 'Everything is synced.' }).waitFor();

  const conflict = manager.getByRole('article', { name: /both changed the notes of a task/ });
  await conflict.getByText('The client wants the windows done').waitFor();
  await conflict.getByText('Use the back entrance').waitFor();
  await conflict.getByRole('button', { name: 'Restore Ana’s' }).click();

  await cardOf(manager, title).getByText('The client wants the windows done').waitFor();
  await conflict.waitFor({ state: 'detached' });
  await manager.getByText('All clear').waitFor();
  await syncNow(ana);
  await cardOf(ana, title).getByText('The client wants the windows done').waitFor();
});

test('a rejected change waits to be corrected, and signing out warns of it', async () => {
  const ana = await openAs('Ana Ribeiro', PHONE);
  const { title } = await scheduledTask(ana, 0);

  await writeNote(ana, title, 'x'.repeat(20_001));
  await ana.getByRole('button', { name: 'Attention (1 open)' }).click();
  const rejected = ana.getByRole('article', { name: 'Rejected change' });
  await rejected.getByText(title).waitFor();

  await ana.getByRole('button', { name: 'Account of Ana Ribeiro' }).click();
  await ana.getByRole('menuitem', { name: 'Sign out' }).click();
  const warning = ana.getByRole('dialog', { name: 'Unsent work' });
  await warning.getByText('1 change was rejected and waits for your decision.').waitFor();
  await warning.getByRole('button', { name: 'Stay' }).click();

  await rejected.getByRole('textbox', { name: 'Notes' }).fill('Short enough');
  await rejected.getByRole('button', { name: 'Try again' }).click();
  await ana.getByText('All clear').waitFor();
  await statusLine(ana).filter({ hasText: 'Everything is synced.' }).waitFor();
  await ana.getByRole('button', { name: 'Tasks' }).click();
  await cardOf(ana, title).getByText('Short enough').waitFor();
});

test('signing out with nothing unsent removes the business from the device', async () => {
  const ana = await openAs('Ana Ribeiro', PHONE);
  await statusLine(ana).filter({ hasText: 'Everything is synced.' }).waitFor();
  await ana.getByRole('button', { name: 'Account of Ana Ribeiro' }).click();
  await ana.getByRole('menuitem', { name: 'Sign out' }).click();
  await ana.getByRole('dialog', { name: 'Sign out?' }).getByRole('button', { name: 'Sign out' }).click();

  await ana.getByRole('heading', { name: 'Sign in' }).waitFor();
  const left = await ana.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  expect(left).toEqual([]);
});

test('somebody without a business starts one', async () => {
  const context = await browser.newContext({ viewport: PHONE });
  contexts.push(context);
  const page = await context.newPage();
  await page.goto(service.url);
  await page.getByRole('textbox', { name: 'Email' }).fill('new.owner@example.com');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: 'Name of the business' }).fill('Clean Slate');
  await page.getByRole('button', { name: 'Start a business' }).click();
  await page.getByRole('heading', { name: 'Clean Slate' }).waitFor();
  await page.getByText('Nothing planned').waitFor();
});
