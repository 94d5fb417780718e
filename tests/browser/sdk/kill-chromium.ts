import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Business } from './business.ts';
import { compare, type Comparison } from './compare.ts';
import { type KillableChromium, startKillableChromium } from './killable-chromium.ts';
import { openTab, type Tab, whenSynced } from './tab.ts';

/** Milliseconds after the first request of a push: before, while and after the service has answered it. */
const MOMENTS = [0, 5, 10, 20, 40, 80, 160];

/** Somebody writes all the time; the whole browser dies `kills` times in the middle of a push and starts again on its profile. */
export async function killChromium(
  business: Business & { readonly url: string },
  { kills }: { readonly kills: number },
): Promise<Comparison> {
  const profile = await mkdtemp(join(tmpdir(), 'backhaul-profile-'));
  const runs: Tab[] = [];
  let browser: KillableChromium | null = null;
  try {
    for (let run = 1; run <= kills; run += 1) {
      browser = await startKillableChromium(profile);
      const tab = await openTab(browser.device, business);
      runs.push(tab);
      const pushed = tab.page.waitForRequest(/\/sync\/push/);
      await tab.page.evaluate((name) => sdk.writer.start(name, 5), `run ${run}`);
      await pushed;
      await delay(MOMENTS[run % MOMENTS.length]);
      await browser.kill();
    }
    browser = await startKillableChromium(profile);
    await whenSynced(await openTab(browser.device, business));
    return await compare(runs, business);
  } finally {
    await browser?.kill();
    await rm(profile, { recursive: true, force: true });
  }
}
