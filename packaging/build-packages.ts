import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compilePackage } from './compile-package.ts';
import { publishedManifest } from './published-manifest.ts';
import { publishedPackages, ROOT, type SourcePackage } from './published-packages.ts';

/** Puts each package together in its `dist` as it is published: `npm publish <package>/dist`. */
export async function buildPackages(): Promise<readonly SourcePackage[]> {
  const packages = await publishedPackages();
  const versions = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]));
  for (const [n, source] of packages.entries()) {
    const { folder, outDir, manifest } = source;
    await rm(outDir, { recursive: true, force: true });
    await mkdir(outDir, { recursive: true });
    await compilePackage(source, packages.slice(0, n));
    await writeFile(
      join(outDir, 'package.json'),
      `${JSON.stringify(publishedManifest(manifest, versions), null, 2)}\n`,
    );
    await copyFile(join(folder, 'README.md'), join(outDir, 'README.md'));
    await copyFile(join(ROOT, 'LICENSE'), join(outDir, 'LICENSE'));
  }
  return packages;
}
