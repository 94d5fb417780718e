import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createBusiness } from './business.ts';
import { type SdkBrowser, startSdkBrowser } from './sdk-browser.ts';
import { weekOffline } from './week-offline.ts';

// A real browser, a real database, and a build before the first test.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let sdkBrowser: SdkBrowser;
beforeAll(async () => {
  sdkBrowser = await startSdkBrowser();
});
afterAll(() => sdkBrowser?.stop());

test('a week offline: everything arrives in the order in which it was made, in bounded pushes', async () => {
  const { url } = sdkBrowser.service;
  const business = { url, ...(await createBusiness(url)) };
  const week = await weekOffline(await sdkBrowser.newDevice(), business, 1_200);
  expect([week.queued, week.records, week.noted]).toEqual([1_200, 1_200, 1_200]);
  expect(week.sent).toEqual(week.made);
  expect(Math.max(...week.pushes.map(({ changes }) => changes))).toBeLessThanOrEqual(500);
  expect(Math.max(...week.pushes.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1024 * 1024);
  // How long tasks of the main thread take is `soak:browsers`' to judge: beside other work they take as long as that makes them.
});
