import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import {
  cardOf,
  type DemoBrowser,
  DESK,
  PHONE,
  startDemoBrowser,
  statusLine,
  syncNow,
  taskTitles,
  writeNote,
} from './demo-browser.ts';

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

const openAs = (person: string, viewport: typeof PHONE): Promise<Page> => demo.openAs(person, { viewport });

/** Of today's tasks of Ana's team, one that nobody has started. */
async function scheduledTask(page: Page, n: number): Promise<{ title: string; card: Locator }> {
  const title = (await taskTitles(page, 'Scheduled'))[n] ?? '';
  expect(title).not.toBe('');
  return { title, card: cardOf(page, title) };
}

const offlineSwitch = (page: Page): Locator => page.getByRole('switch', { name: 'Go offline' });

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

test('work that went with the browser’s copy is told, until somebody has read it', async () => {
  const ana = await openAs('Ana Ribeiro', PHONE);
  await ana.getByRole('switch', { name: 'Go offline' }).check();
  await writeNote(ana, (await scheduledTask(ana, 0)).title, 'Nobody will see this');
  await statusLine(ana).filter({ hasText: 'Offline. 1 change waits' }).waitFor();
  const browser = await ana.context().newCDPSession(ana);
  await browser.send('Storage.clearDataForOrigin', { origin: new URL(ana.url()).origin, storageTypes: 'indexeddb' });
  const notice = ana.getByRole('alert').filter({ hasText: 'Some work was lost' });
  await notice.getByText(/1 change that had not been sent could not be saved/).waitFor();
  await notice.getByRole('button', { name: 'I have read it' }).click();
  await ana.getByRole('switch', { name: 'Go offline' }).uncheck();
  await ana.getByRole('article').first().waitFor();
  expect(await notice.count()).toBe(0);
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
  const page = await (await demo.newContext({ viewport: PHONE })).newPage();
  await page.goto(demo.service.url);
  await page.getByRole('textbox', { name: 'Email' }).fill('new.owner@example.com');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: 'Name of the business' }).fill('Clean Slate');
  await page.getByRole('button', { name: 'Start a business' }).click();
  await page.getByRole('heading', { name: 'Clean Slate' }).waitFor();
  await page.getByText('Nothing planned').waitFor();
});
