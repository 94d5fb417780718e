import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type BrowserContext, chromium } from 'playwright-core';
import { FLAGS } from '../chromium.ts';
import { findChromium } from '../find-chromium.ts';

/** A browser with a profile that outlives it. */
export interface KillableChromium {
  /** Its storage is that of the profile. */
  readonly device: BrowserContext;
  /** All of its processes die at once, as when the battery is taken out; what the disk has stays. */
  kill(): Promise<void>;
}

/** `profile`: a folder, empty or of a browser that was killed. */
export async function startKillableChromium(profile: string): Promise<KillableChromium> {
  const { executablePath, env } = await findChromium();
  const portFile = join(profile, 'DevToolsActivePort');
  await rm(portFile, { force: true });
  const child = spawn(
    executablePath,
    [...FLAGS, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    // A group of its own: a signal to it reaches every process of this browser, and nothing else.
    { env: { ...process.env, ...env }, stdio: 'ignore', detached: true },
  );
  const ended = once(child, 'exit');
  const kill = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL');
    await ended;
  };
  try {
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${await readPort(portFile, ended)}`);
    const [device] = browser.contexts();
    if (!device) throw new Error('The browser has no profile');
    return { device, kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

async function readPort(file: string, ended: Promise<unknown>): Promise<number> {
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const [port] = text.split('\n');
    if (port) return Number(port);
    if (hasEnded) throw new Error('The browser ended before it listened');
    await delay(20);
  }
}
