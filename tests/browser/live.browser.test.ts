import type { Request } from 'playwright-core';
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

/** Signed in and with a stream open; from then on every request that is no push counts as asking. */
async function openLive(person: string, viewport: typeof PHONE) {
  const page = await demo.openAs(person, { viewport });
  await page.getByText('Live, last news').waitFor();
  const asked: string[] = [];
  page.on('request', (request: Request) => {
    if (/\/sync\/(pull|stream)/.test(request.url())) asked.push(request.url());
  });
  return { page, asked };
}

test('what a colleague does appears by itself, without a pull on either side', async () => {
  const ana = await openLive('Ana Ribeiro', PHONE);
  const marta = await openLive('Marta Oliveira', DESK);
  const scheduled = ana.page.getByRole('article').filter({ hasText: 'Scheduled' }).first();
  const title = (await scheduled.getAttribute('aria-label')) ?? '';
  await cardOf(marta.page, title).getByText('Scheduled').waitFor();

  await scheduled.getByRole('button', { name: `Start: ${title}` }).click();
  await cardOf(marta.page, title).getByText('In progress').waitFor();
  expect([ana.asked, marta.asked]).toEqual([[], []]);
});

test('a stream is dropped while the app is offline, and comes back with what was missed', async () => {
  const ana = await openLive('Ana Ribeiro', PHONE);
  const marta = await openLive('Marta Oliveira', DESK);
  const offline = marta.page.getByRole('switch', { name: 'Go offline' });
  await offline.check();
  await marta.page.getByText('Last sync').waitFor();

  const scheduled = ana.page.getByRole('article').filter({ hasText: 'Scheduled' }).first();
  const title = (await scheduled.getAttribute('aria-label')) ?? '';
  await scheduled.getByRole('button', { name: `Start: ${title}` }).click();
  await cardOf(ana.page, title).getByText('In progress').waitFor();
  await ana.page.getByRole('status').filter({ hasText: 'Everything is synced.' }).waitFor();
  expect(await cardOf(marta.page, title).getByText('Scheduled').count()).toBe(1);

  await offline.uncheck();
  await cardOf(marta.page, title).getByText('In progress').waitFor();
  await marta.page.getByText('Live, last news').waitFor();
});
