import { access } from 'node:fs/promises';
import { type Browser, chromium } from 'playwright-core';

const DEFAULT_PATH = '/usr/bin/chromium';

/** No service of the browser's maker is called, and nothing waits for a display. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real browser with an empty profile. Throws one clear sentence where there is none: a test without it proves nothing. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? DEFAULT_PATH;
  try {
    await access(executablePath);
  } catch {
    throw new Error(
      `There is no Chromium at ${executablePath}. Install one (Debian: apt-get install chromium) or name another in CHROMIUM_PATH.`,
    );
  }
  return chromium.launch({ executablePath, args: FLAGS });
}
