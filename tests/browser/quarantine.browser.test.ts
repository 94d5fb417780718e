import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
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
const offlineSwitch = (page: Page): Locator => page.getByRole('switch', { name: 'Go offline' });
const whenSynced = (page: Page): Promise<void> =>
  statusLine(page).filter({ hasText: 'Everything is synced.' }).waitFor();

/** The first two of the day's tasks that say this. */
async function twoTasks(page: Page, status: string): Promise<readonly [string, string]> {
  await whenSynced(page);
  const [first = '', second = ''] = await taskTitles(page, status);
  expect([first, second]).not.toContain('');
  return [first, second];
}

/** As a manager's API client would, whose session the page has. */
async function callAs(manager: Page, method: string, path: string, body?: object): Promise<void> {
  const status = await manager.evaluate(
    async ({ method: verb, path: url, body: content }) => {
      const { token, tenant } = JSON.parse(localStorage.getItem('backhaul.session') ?? '{}') as {
        token: string;
        tenant: { id: string };
      };
      const headers = {
        authorization: `Bearer ${token}`,
        'x-tenant-id': tenant.id,
        ...(content ? { 'content-type': 'application/json' } : {}),
      };
      const answer = await fetch(url, { method: verb, headers, ...(content ? { body: JSON.stringify(content) } : {}) });
      return answer.status;
    },
    { method, path, body },
  );
  expect(status).toBe(200);
}

/** Of the page's own local database. */
async function deviceOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const name = (await indexedDB.databases())
      .map((database) => database.name ?? '')
      .find((each) => each.includes(':user_'));
    const opening = indexedDB.open(name ?? '');
    await new Promise((resolve) => opening.addEventListener('success', resolve));
    const reading = opening.result.transaction('_memory').objectStore('_memory').getAll();
    await new Promise((resolve) => reading.addEventListener('success', resolve));
    opening.result.close();
    return (reading.result as { deviceId: string }[])[0]?.deviceId ?? '';
  });
}

test('a phone that is lost with unsent work: wiped, its work waits for the manager, who edits one change and applies all', async () => {
  const ana = await openAs('Ana Ribeiro', PHONE);
  const [first, second] = await twoTasks(ana, 'Scheduled');
  await offlineSwitch(ana).check();
  await writeNote(ana, first, 'Key is under the mat');
  await writeNote(ana, second, 'Dog in the garden');
  await cardOf(ana, second)
    .getByRole('button', { name: `Start: ${second}` })
    .click();

  const manager = await openAs('Marta Oliveira', DESK);
  await whenSynced(manager);
  await callAs(manager, 'DELETE', `/v1/devices/${await deviceOf(ana)}`);
  await offlineSwitch(ana).uncheck();
  await ana.getByRole('heading', { name: 'This device was removed' }).waitFor();
  await ana.getByText('2 changes that had not been sent are with the managers now').waitFor();
  expect(await ana.getByRole('article').count()).toBe(0);

  await syncNow(manager);
  const waiting = manager.getByRole('article', { name: /It did not arrive/ });
  await waiting.nth(1).waitFor();
  const note = waiting.filter({ hasText: first });
  await note.getByText('Key is under the mat').waitFor();
  await note.getByText('Typed by Ana Ribeiro').waitFor();
  await note.getByRole('button', { name: 'Edit first' }).click();
  await note.getByRole('textbox', { name: 'Notes' }).fill('Key is with the neighbour');
  await note.getByRole('button', { name: 'Apply this' }).click();
  await note.waitFor({ state: 'detached' });
  await waiting.getByRole('button', { name: 'Apply Ana’s' }).click();
  await waiting.waitFor({ state: 'detached' });
  await cardOf(manager, first).getByText('Key is with the neighbour').waitFor();
  await cardOf(manager, second).getByText('Dog in the garden').waitFor();
  await cardOf(manager, second).getByText('In progress').waitFor();

  await ana.getByRole('button', { name: 'Sign out' }).click();
  await ana.getByRole('button', { name: 'Ana Ribeiro' }).click();
  await cardOf(ana, first).getByText('Key is with the neighbour').waitFor();
});

test('a member who is switched off and on again, and work that a manager discards together', async () => {
  const ana = await openAs('Ana Ribeiro', PHONE);
  const manager = await openAs('Marta Oliveira', PHONE);
  await whenSynced(manager);
  const [first, second] = await twoTasks(ana, '');
  await offlineSwitch(ana).check();
  await writeNote(ana, first, 'One that nobody needs');
  await writeNote(ana, second, 'Another that nobody needs');
  const members = await ana.evaluate(
    () => JSON.parse(localStorage.getItem('backhaul.session') ?? '{}') as { user: { id: string } },
  );
  const path = `/v1/members/${members.user.id}`;
  await callAs(manager, 'PATCH', path, { status: 'disabled' });
  await offlineSwitch(ana).uncheck();
  await ana.getByRole('heading', { name: 'Your access is switched off' }).waitFor();
  await ana.getByText('2 changes that had not been sent are with the managers now').waitFor();

  await syncNow(manager);
  await manager.getByRole('button', { name: 'Attention (2 open)' }).click();
  await manager.getByRole('checkbox', { name: 'All' }).check();
  await manager.getByRole('button', { name: 'Discard 2 chosen' }).click();
  await manager
    .getByRole('article', { name: /It did not arrive/ })
    .first()
    .waitFor({ state: 'detached' });

  await callAs(manager, 'PATCH', path, { status: 'active' });
  await ana.reload();
  await cardOf(ana, first).waitFor();
  await whenSynced(ana);
  expect(await ana.getByText('One that nobody needs').count()).toBe(0);
});

test('signing out with unsent work: kept for the same person, or left to the managers', async () => {
  const carlos = await openAs('Carlos Mendoza', PHONE);
  const [title] = await twoTasks(carlos, '');
  const leave = async (choice: string): Promise<void> => {
    await carlos.getByRole('button', { name: 'Account of Carlos Mendoza' }).click();
    await carlos.getByRole('menuitem', { name: 'Sign out' }).click();
    const dialog = carlos.getByRole('dialog', { name: 'Unsent work' });
    await dialog.getByText('1 change on this device has not been sent yet.').waitFor();
    await dialog.getByRole('button', { name: choice }).click();
    await carlos.getByRole('heading', { name: 'Sign in' }).waitFor();
  };
  await offlineSwitch(carlos).check();
  await writeNote(carlos, title, 'Gate code 4711');
  await leave('Keep it here for me');
  await carlos.getByRole('button', { name: 'Carlos Mendoza' }).click();
  await cardOf(carlos, title).getByText('Gate code 4711').waitFor();
  await whenSynced(carlos);

  await offlineSwitch(carlos).check();
  await writeNote(carlos, title, 'Gate code 4712');
  await leave('Leave it to the managers');
  const left = await carlos.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  expect(left.filter((name) => name?.includes(':user_'))).toEqual([]);

  await carlos.getByRole('button', { name: 'Carlos Mendoza' }).click();
  await cardOf(carlos, title).getByText('Gate code 4711').waitFor();
  const manager = await openAs('Marta Oliveira', DESK);
  await manager.getByRole('article', { name: /Carlos Mendoza changed the notes.*signed out/ }).waitFor();
});
