import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './find-chromium.ts';

/** No service of the browser's maker is called, and nothing waits for a display. */
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real browser with an empty profile. */
export async function launchChromium(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  return chromium.launch({ executablePath, args: FLAGS, env: { ...process.env, ...env } });
}
