import type { BrowserContext, Page } from 'playwright-core';
import type { Business } from './business.ts';
import type { OpenRequest } from './page/page.ts';

/** One open page of the app, and what its user has seen being stored. */
export interface Tab {
  readonly page: Page;
  /** Record id -> the title under which it was added. */
  readonly stored: ReadonlyMap<string, string>;
  /** Ids of records whose note was stored, too. */
  readonly noted: ReadonlySet<string>;
  /** Its process dies, from one moment to the next. */
  kill(): Promise<void>;
}

export type TabOptions = Omit<OpenRequest, 'tenantId' | 'email'>;

/** Opens a page of the app, signed in to the business. */
export async function openTab(
  context: BrowserContext,
  { url, tenantId, email }: { readonly url: string } & Pick<Business, 'tenantId' | 'email'>,
  options: TabOptions = {},
): Promise<Tab> {
  const page = await context.newPage();
  const stored = new Map<string, string>();
  const noted = new Set<string>();
  await page.exposeFunction('tell', (what: 'stored' | 'noted', id: string, title: string) => {
    if (what === 'stored') stored.set(id, title);
    else noted.add(id);
  });
  await page.goto(url);
  await page.waitForFunction(() => 'sdk' in globalThis);
  await page.evaluate((request) => sdk.open(request), { tenantId, email, ...options });
  return { page, stored, noted, kill: () => crash(page) };
}

async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  // The answer never comes: who would give it is dead.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
  await page.close();
}

/** The tab that syncs for all, once there is one. */
export async function leaderOf(tabs: readonly Tab[]): Promise<Tab> {
  const leading = tabs.map(async (tab) => {
    await tab.page.waitForFunction(() => sdk.db.sync.status.get().leading, null, { timeout: 30_000 });
    return tab;
  });
  // Those that do not lead give up in their own time, or with their page.
  for (const waiting of leading) waiting.catch(() => undefined);
  return Promise.any(leading);
}

/** Until this tab knows of nothing that waits to be sent. */
export async function whenSynced({ page }: Tab): Promise<void> {
  await page.evaluate(() => sdk.db.sync.whenSynced());
}
