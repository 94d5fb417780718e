import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, CDPSession } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createBusiness } from './business.ts';
import { startKillableChromium } from './killable-chromium.ts';
import { type SdkBrowser, startSdkBrowser } from './sdk-browser.ts';
import { openTab, type Tab, whenSynced } from './tab.ts';

// A real browser, a real database, and a build before the first test.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let sdkBrowser: SdkBrowser;
beforeAll(async () => {
  sdkBrowser = await startSdkBrowser();
});
afterAll(() => sdkBrowser?.stop());

/** A device with a profile on the disk: only such have a quota that can be set. */
async function start() {
  const profile = await mkdtemp(join(tmpdir(), 'backhaul-profile-'));
  onTestFinished(() => rm(profile, { recursive: true, force: true }));
  const chromium = await startKillableChromium(profile);
  onTestFinished(() => chromium.kill());
  const { device } = chromium;
  const { url } = sdkBrowser.service;
  return { device, business: { url, ...(await createBusiness(url)) }, developerTools: await developerToolsOf(device) };
}

async function developerToolsOf(device: BrowserContext): Promise<CDPSession> {
  return device.newCDPSession(await device.newPage());
}

test('a full disk: a write is refused with its code and leaves nothing, sync says so, and goes on when there is space', async () => {
  const { device, business, developerTools } = await start();
  const origin = new URL(business.url).origin;
  await developerTools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 400_000 });
  const { page } = await openTab(device, business, { options: { autoSync: false } });
  const refused = await page.evaluate(async () => {
    const tasks = Array.from({ length: 300 }, (_, index) => ({
      title: `Task ${index}`,
      date: '2026-11-25',
      status: 'scheduled' as const,
      notes: 'n'.repeat(5_000),
    }));
    const { code } = await sdk.db.tasks.bulkAdd(tasks).then(
      () => ({ code: 'stored' }),
      (error: { code: string }) => error,
    );
    const { error } = await sdk.db.sync.now();
    return { code, left: [await sdk.db.tasks.count(), await sdk.db.table('_outbox').count()], sync: error?.code };
  });
  expect(refused).toEqual({ code: 'STORAGE_FULL', left: [0, 0], sync: 'STORAGE_FULL' });
  await developerTools.send('Storage.overrideQuotaForOrigin', { origin });
  const { error } = await page.evaluate(async () => {
    await sdk.db.tasks.add({ title: 'Later', date: '2026-11-25', status: 'scheduled' });
    return sdk.db.sync.now();
  });
  expect([error, (await business.tasks()).map(({ title }) => title)]).toEqual([null, ['Later']]);
});

test('storage that the browser evicts under the running app: the same device pulls everything anew, in every tab', async () => {
  const { device, business, developerTools } = await start();
  const tabs = [await openTab(device, business), await openTab(device, business)] as const;
  const [{ page }] = tabs;
  await page.evaluate(() => sdk.db.tasks.add({ title: 'Before', date: '2026-11-25', status: 'scheduled' }));
  await whenSynced(tabs[0]);
  const deviceId = await page.evaluate(() => sdk.db.device.id);
  await developerTools.send('Storage.clearDataForOrigin', {
    origin: new URL(business.url).origin,
    storageTypes: 'indexeddb',
  });
  for (const tab of tabs) {
    await tab.page.waitForFunction(() => sdk.db.sync.status.get().recovery?.reason === 'evicted');
    await expect.poll(() => tab.page.evaluate(() => sdk.db.tasks.count()), { timeout: 10_000 }).toBe(1);
  }
  await tabs[1].page.evaluate(() => sdk.db.tasks.add({ title: 'After', date: '2026-11-25', status: 'scheduled' }));
  await whenSynced(tabs[1]);
  expect((await business.tasks()).map(({ title }) => title)).toEqual(['Before', 'After']);
  await page.reload();
  await page.evaluate((request) => sdk.open(request), { tenantId: business.tenantId, email: business.email });
  expect(await page.evaluate(() => [sdk.db.device.id, sdk.db.sync.status.get().recovery?.lost])).toEqual([deviceId, 0]);
});

test('a database that a script deletes is lost like that, too; one that a tab signs out of is left by the others', async () => {
  const { device, business } = await start();
  const tabs = [await openTab(device, business), await openTab(device, business)] as const;
  const [first, second] = tabs;
  await first.page.evaluate(
    () => new Promise((gone) => indexedDB.deleteDatabase(sdk.db.name).addEventListener('success', gone)),
  );
  for (const { page } of tabs) {
    await page.waitForFunction(() => sdk.db.sync.status.get().recovery?.reason === 'evicted');
  }
  await second.page.evaluate(() => sdk.db.tasks.add({ title: 'After', date: '2026-11-25', status: 'scheduled' }));
  await whenSynced(second);
  expect((await business.tasks()).map(({ title }) => title)).toEqual(['After']);
  await first.page.evaluate(() => sdk.db.sync.signOut());
  await second.page.waitForFunction(() => sdk.db.sync.status.get().error?.code === 'SIGNED_OUT');
  expect(await first.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([]);
});

/** Types a task that is not sent, and breaks the store. */
async function breakStore({ page }: Tab): Promise<void> {
  await page.evaluate(async () => {
    await sdk.db.tasks.add({ title: 'Unsent', date: '2026-11-25', status: 'scheduled' });
    const { name } = sdk.db;
    await sdk.db.sync.close();
    const request = indexedDB.open(name);
    await new Promise((resolve) => request.addEventListener('success', resolve));
    const transaction = request.result.transaction('_memory', 'readwrite');
    transaction.objectStore('_memory').put({ key: 'sync', nothing: 'of use' });
    await new Promise((resolve) => transaction.addEventListener('complete', resolve));
    request.result.close();
  });
}

test('a store that can not be read any more is put aside; what was not sent goes on in a new one', async () => {
  const { device, business } = await start();
  await breakStore(await openTab(device, business, { options: { autoSync: false } }));
  const again = await openTab(device, business);
  await whenSynced(again);
  expect(await again.page.evaluate(() => sdk.db.sync.status.get().recovery)).toMatchObject({
    reason: 'corrupt',
    saved: 1,
    lost: 0,
  });
  expect((await business.tasks()).map(({ title }) => title)).toEqual(['Unsent']);
});

test('where the code for that can not be loaded, opening says so and touches nothing; it works once it can be', async () => {
  const { device, business } = await start();
  const tab = await openTab(device, business, { options: { autoSync: false } });
  await breakStore(tab);
  const { page } = tab;
  const open = (): Promise<string> =>
    page.evaluate(
      (request) =>
        sdk.open(request).then(
          () => 'open',
          ({ code }: { code: string }) => code,
        ),
      { tenantId: business.tenantId, email: business.email },
    );
  await page.reload();
  await page.route('**/assets/mending-*', (route) => route.abort());
  expect([await open(), await open()]).toEqual(['PART_UNAVAILABLE', 'PART_UNAVAILABLE']);
  await page.unroute('**/assets/mending-*');
  expect(await open()).toBe('open');
  await whenSynced(tab);
  expect((await business.tasks()).map(({ title }) => title)).toEqual(['Unsent']);
});

test('without the code of the live stream a device polls, and listens once it can be loaded', async () => {
  const { device, business } = await start();
  const { page } = await openTab(device, business, { options: { autoSync: false } });
  await page.reload();
  let asked = 0;
  await page.route('**/assets/wire-stream-*', (route) => {
    asked += 1;
    return route.abort();
  });
  await page.evaluate((request) => sdk.open(request), {
    tenantId: business.tenantId,
    email: business.email,
    options: { pollInterval: 200 },
  });
  await page.waitForFunction(() => sdk.db.sync.status.get().lastPullAt !== null);
  const other = await openTab(device, business, { options: { autoSync: false, name: 'other' } });
  await other.page.evaluate(() => sdk.db.tasks.add({ title: 'Polled', date: '2026-11-25', status: 'scheduled' }));
  await other.page.evaluate(() => sdk.db.sync.now());
  await page.waitForFunction(async () => (await sdk.db.tasks.count()) === 1);
  expect(await page.evaluate(() => sdk.db.sync.status.get().live)).toBe(false);
  expect(asked).toBeGreaterThan(0);
  await page.unroute('**/assets/wire-stream-*');
  await page.waitForFunction(() => sdk.db.sync.status.get().live);
});

test('a page that may not store anything gets a clear error', async () => {
  const { device, business } = await start();
  const page = await device.newPage();
  // As in a frame that is not trusted: the page has no origin of its own, and so no storage.
  await page.route('**/*', async (route) => {
    const response = await route.fetch();
    const headers = { 'content-security-policy': 'sandbox allow-scripts', 'access-control-allow-origin': '*' };
    await route.fulfill({ response, headers: { ...response.headers(), ...headers } });
  });
  await page.goto(business.url);
  await page.waitForFunction(() => 'sdk' in globalThis);
  expect(await page.evaluate((tenantId) => sdk.refusal(tenantId), business.tenantId)).toBe('STORAGE_UNAVAILABLE');
});
