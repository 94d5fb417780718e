import { relative } from 'node:path';
import { buildPackages } from './build-packages.ts';
import { ROOT } from './published-packages.ts';

for (const { manifest, outDir } of await buildPackages()) {
  process.stdout.write(`${manifest.name} ${manifest.version}: ${relative(ROOT, outDir)}\n`);
}
