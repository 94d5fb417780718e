import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

/** The page that has the SDK of the sources and no screen, built into a temporary folder. */
export async function buildPage(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'backhaul-page-'));
  await build({
    root: join(import.meta.dirname, 'page'),
    configFile: false,
    logLevel: 'warn',
    build: { outDir: folder, target: 'es2023', emptyOutDir: false },
  });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
