import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const WEB = join(import.meta.dirname, '../../web');
const VITE = join(WEB, 'node_modules/vite/bin/vite.js');

/** The web app as it is in the sources now, built into a temporary folder. */
export async function buildWebApp(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'backhaul-web-'));
  await promisify(execFile)(process.execPath, [VITE, 'build', '--outDir', folder, '--logLevel', 'warn'], { cwd: WEB });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
