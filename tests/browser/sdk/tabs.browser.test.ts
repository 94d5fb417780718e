import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createBusiness } from './business.ts';
import { killChromium } from './kill-chromium.ts';
import { killLeaders } from './kill-leaders.ts';
import { type SdkBrowser, startSdkBrowser } from './sdk-browser.ts';
import { leaderOf, openTab, whenSynced } from './tab.ts';

// A real browser, a real database, and a build before the first test.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let sdkBrowser: SdkBrowser;
beforeAll(async () => {
  sdkBrowser = await startSdkBrowser();
});
afterAll(() => sdkBrowser?.stop());
afterEach(async () => {
  for (const context of sdkBrowser.browser.contexts()) await context.close();
});

async function start() {
  const { url } = sdkBrowser.service;
  const business = { url, ...(await createBusiness(url)) };
  return { business, device: await sdkBrowser.newDevice() };
}

describe('several tabs', () => {
  test('I2, I3: five tabs write while their leader is killed again and again', async () => {
    const { business, device } = await start();
    const report = await killLeaders(device, business, { tabs: 5, kills: 3 });
    expect(report).toMatchObject({ lost: [], twice: [], unknown: [] });
    expect(Math.max(...report.takeovers)).toBeLessThan(2_000);
  });

  test('a leader sends what another tab writes at once, without a look at the clock, and every tab shows how it stands', async () => {
    const { business, device } = await start();
    const options = { pollInterval: 1_000_000 };
    const leader = await openTab(device, business, { options });
    expect(await leaderOf([leader])).toBe(leader);
    const follower = await openTab(device, business, { options });
    await follower.page.waitForFunction(() => sdk.db.sync.status.get().live);
    const status = await follower.page.evaluate(() => sdk.db.sync.status.get());
    expect(status).toMatchObject({ leading: false, live: true, phase: 'idle', error: null });

    const took = await follower.page.evaluate(async () => {
      const began = performance.now();
      await sdk.db.tasks.add({ title: 'By a follower', date: '2026-11-25', status: 'scheduled' });
      await sdk.db.sync.whenSynced();
      return performance.now() - began;
    });
    expect(took).toBeLessThan(2_000);
    expect((await business.tasks()).map(({ title }) => title)).toEqual(['By a follower']);
    expect(await follower.page.evaluate(() => sdk.db.sync.status.get().leading)).toBe(false);

    await device.setOffline(true);
    await follower.page.waitForFunction(() => sdk.db.sync.status.get().phase === 'offline');
    expect(await follower.page.evaluate(() => sdk.db.sync.status.get())).toMatchObject({ live: false, online: false });
  });

  test('a tab that syncs no more leaves it to the others', async () => {
    const { business, device } = await start();
    const [one, two] = [await openTab(device, business), await openTab(device, business)];
    expect(await leaderOf([one, two])).toBe(one);
    await one.page.evaluate(() => sdk.db.sync.stop());
    expect(await leaderOf([one, two])).toBe(two);
    await one.page.evaluate(() => sdk.db.tasks.add({ title: 'From one', date: '2026-11-25', status: 'scheduled' }));
    await whenSynced(one);
    expect((await business.tasks()).map(({ title }) => title)).toEqual(['From one']);
  });

  test('two versions of the app are open at once', async () => {
    const { business, device } = await start();
    const older = await openTab(device, business);
    await older.page.evaluate(() => sdk.writer.start('older', 5));
    const newer = await openTab(device, business, { version: 'newer' });
    await newer.page.evaluate(() => sdk.writer.start('newer', 5));
    await expect.poll(() => Math.min(older.noted.size, newer.noted.size), { timeout: 30_000 }).toBeGreaterThan(30);
    for (const { page } of [older, newer]) await page.evaluate(() => sdk.writer.stop());
    await whenSynced(newer);
    await whenSynced(older);
    const typed = [...older.stored.values(), ...newer.stored.values()].sort();
    const held = await business.tasks();
    expect(held.map(({ title }) => title).sort()).toEqual(typed);
    expect(held.filter(({ title, notes }) => notes !== `note of ${title}`)).toEqual([]);
    expect(await newer.page.evaluate(() => sdk.db.table('crews').count())).toBe(0);
  });
});

test('I2, I3, I12: the browser is killed in the middle of a push', async () => {
  const { business } = await start();
  expect(await killChromium(business, { kills: 3 })).toMatchObject({ lost: [], twice: [], unknown: [] });
});
