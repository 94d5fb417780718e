import type { Browser, BrowserContext } from 'playwright-core';
import { type DemoService, startDemoService } from '../../demo/start-demo-service.ts';
import { launchChromium } from '../chromium.ts';
import { buildPage } from './build-page.ts';

/** The real service on a real PostgreSQL, the page with the SDK, and a browser. */
export interface SdkBrowser {
  readonly service: DemoService;
  readonly browser: Browser;
  /** A device of its own: storage that only its own tabs share. */
  newDevice(): Promise<BrowserContext>;
  stop(): Promise<void>;
}

export async function startSdkBrowser(): Promise<SdkBrowser> {
  const stack = new AsyncDisposableStack();
  try {
    const page = await buildPage();
    stack.defer(() => page.remove());
    const service = await startDemoService({ webDir: page.folder });
    stack.defer(() => service.stop());
    const browser = await launchChromium();
    stack.defer(() => browser.close());
    return { service, browser, newDevice: () => browser.newContext(), stop: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
