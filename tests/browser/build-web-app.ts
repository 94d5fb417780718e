import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the built web app. */
    webApp: string;
  }
}

const WEB = join(import.meta.dirname, '../../web');
const VITE = join(WEB, 'node_modules/vite/bin/vite.js');

/** Before the tests of this folder: the web app as it is in the sources now, built once for all of them into a temporary folder. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'backhaul-web-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const built = [VITE, 'build', '--outDir', folder, '--logLevel', 'warn'];
    await promisify(execFile)(process.execPath, built, { cwd: WEB });
  } catch (error) {
    await remove();
    throw error;
  }
  provide('webApp', folder);
  return remove;
}
