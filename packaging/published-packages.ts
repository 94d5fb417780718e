import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SourceManifest } from './published-manifest.ts';

export const ROOT = resolve(import.meta.dirname, '..');

export interface SourcePackage {
  readonly folder: string;
  /** Where the package is put together as it is published. */
  readonly outDir: string;
  readonly manifest: SourceManifest;
}

/** What an app installs, each after those that it depends on. Their versions move together. */
export async function publishedPackages(): Promise<readonly SourcePackage[]> {
  return Promise.all(['shared', 'sdk'].map(readPackage));
}

async function readPackage(name: string): Promise<SourcePackage> {
  const folder = join(ROOT, name);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as SourceManifest;
  return { folder, outDir: join(folder, 'dist'), manifest };
}
