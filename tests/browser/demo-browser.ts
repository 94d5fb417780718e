import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { inject } from 'vitest';
import { type DemoService, startDemoService } from '../demo/start-demo-service.ts';
import { launchChromium } from './chromium.ts';

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };

export interface OpenOptions {
  readonly viewport: typeof PHONE;
  /** Default `en-US`. */
  readonly locale?: string;
  readonly colorScheme?: NonNullable<BrowserContextOptions['colorScheme']>;
}

/** The demo business with the web app of the sources, and a browser for each person. */
export interface DemoBrowser {
  readonly service: DemoService;
  readonly browser: Browser;
  /** Without a person in it yet. */
  newContext(options: OpenOptions): Promise<BrowserContext>;
  /** A browser of a person's own, signed in, with the day's tasks on the screen. */
  openAs(person: string, options: OpenOptions): Promise<Page>;
  /** Ends all contexts, and answers what any page complained about: a blocked script, an error nobody caught. */
  closeContexts(): Promise<string[]>;
  stop(): Promise<void>;
}

/** `refusals`: statuses that the service answers on purpose, of which the browser complains. */
export async function startDemoBrowser({
  refusals = [403],
}: {
  readonly refusals?: readonly number[];
} = {}): Promise<DemoBrowser> {
  const stack = new AsyncDisposableStack();
  try {
    const browser = await launchChromium();
    stack.defer(() => browser.close());
    const service = await startDemoService({ webDir: inject('webApp') });
    stack.defer(() => service.stop());
    return { service, browser, ...openers(browser, service, refusals), stop: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function openers(
  browser: Browser,
  service: DemoService,
  refusals: readonly number[],
): Pick<DemoBrowser, 'newContext' | 'openAs' | 'closeContexts'> {
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  const newContext: DemoBrowser['newContext'] = async ({ locale = 'en-US', ...options }) => {
    const context = await browser.newContext({ locale, ...options });
    context.setDefaultTimeout(30_000);
    contexts.push(context);
    return context;
  };
  // A network that was taken away on purpose is reported by the browser, too.
  const isExpected = (text: string): boolean =>
    text.includes('net::ERR_INTERNET_DISCONNECTED') || refusals.some((status) => text.includes(`status of ${status}`));
  return {
    newContext,
    async openAs(person, options) {
      const page = await (await newContext(options)).newPage();
      page.on('pageerror', (error) => complaints.push(`${person}: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error' && !isExpected(message.text())) complaints.push(`${person}: ${message.text()}`);
      });
      await page.goto(service.url);
      await page.getByRole('button', { name: person }).click();
      await page.getByRole('article').first().waitFor();
      return page;
    },
    async closeContexts() {
      for (const context of contexts.splice(0)) await context.close();
      return complaints.splice(0);
    },
  };
}

export const cardOf = (page: Page, title: string): Locator => page.getByRole('article', { name: title, exact: true });
export const statusLine = (page: Page): Locator => page.getByRole('status');
export const syncNow = (page: Page): Promise<void> => page.getByRole('button', { name: 'Sync now' }).click();

/** Opens what the account's menu offers, in its drawer. */
export async function openFromMenu(page: Page, item: string): Promise<Locator> {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: item }).click();
  const drawer = page.getByRole('dialog', { name: item });
  await drawer.waitFor();
  return drawer;
}

/** Titles of today's tasks, in the order in which they start; `status` narrows them down. */
export async function taskTitles(page: Page, status = ''): Promise<string[]> {
  const cards = await page.getByRole('article').filter({ hasText: status }).all();
  return Promise.all(cards.map(async (card) => (await card.getAttribute('aria-label')) ?? ''));
}

export async function writeNote(page: Page, title: string, note: string): Promise<void> {
  const card = cardOf(page, title);
  await card.getByRole('button', { name: /note:/ }).click();
  await card.getByRole('textbox', { name: 'Note' }).fill(note);
  await card.getByRole('button', { name: 'Save note' }).click();
}
