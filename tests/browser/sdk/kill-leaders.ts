import type { BrowserContext } from 'playwright-core';
import type { Business } from './business.ts';
import { compare, type Comparison } from './compare.ts';
import { leaderOf, openTab, type Tab, whenSynced } from './tab.ts';

export interface KillReport extends Comparison {
  /** Milliseconds from the death of each leader until another tab led. */
  readonly takeovers: readonly number[];
}

/** All tabs write all the time; the one that leads dies `kills` times, and a new one is opened in its place. */
export async function killLeaders(
  device: BrowserContext,
  business: Business & { readonly url: string },
  { tabs: count, kills }: { readonly tabs: number; readonly kills: number },
): Promise<KillReport> {
  const all: Tab[] = [];
  let open: Tab[] = [];
  const takeovers: number[] = [];
  const begin = async (): Promise<void> => {
    const tab = await openTab(device, business);
    const name = `tab ${all.push(tab)}`;
    open.push(tab);
    await tab.page.evaluate((given) => sdk.writer.start(given, 20), name);
  };
  while (open.length < count) await begin();
  for (let kill = 0; kill < kills; kill += 1) {
    const leader = await leaderOf(open);
    open = open.filter((tab) => tab !== leader);
    await leader.kill();
    const died = performance.now();
    await leaderOf(open);
    takeovers.push(performance.now() - died);
    await begin();
  }
  for (const { page } of open) await page.evaluate(() => sdk.writer.stop());
  for (const tab of open) await whenSynced(tab);
  return { takeovers, ...(await compare(all, business)) };
}
