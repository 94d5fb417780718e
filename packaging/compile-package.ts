import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtFiles } from './published-manifest.ts';
import type { SourcePackage } from './published-packages.ts';
import { tscPath } from './tsc-path.ts';

/**
 * Writes JavaScript, declarations and source maps of everything that the package's entries reach, and nothing else: tests stay
 * out. Packages of the workspace that it imports must have been built. Throws with the compiler's complaints.
 */
export async function compilePackage(source: SourcePackage, built: readonly SourcePackage[]): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'backhaul-build-'));
  try {
    const config = join(work, 'tsconfig.json');
    await writeFile(config, JSON.stringify(projectOf(source, built)));
    await runTsc(['--project', config]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function runTsc(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tscPath(), ...args], (error, stdout, stderr) => {
      if (error) reject(new Error(`${stdout}${stderr}`, { cause: error }));
      else resolve();
    });
  });
}

function projectOf({ folder, outDir, manifest }: SourcePackage, built: readonly SourcePackage[]): object {
  return {
    extends: join(folder, 'tsconfig.json'),
    compilerOptions: {
      rootDir: join(folder, 'src'),
      outDir,
      composite: false,
      emitDeclarationOnly: false,
      rewriteRelativeImportExtensions: true,
      sourceMap: true,
      inlineSources: true,
      // Without Node's: what an app bundles for a browser can not use them.
      types: [],
      paths: Object.fromEntries(built.flatMap(declarationPaths)),
    },
    files: Object.values(manifest.exports).map((file) => join(folder, file)),
    include: [],
  };
}

/** By name the workspace's packages are their sources, which would be compiled along. */
function declarationPaths({ outDir, manifest }: SourcePackage): [name: string, files: string[]][] {
  return Object.entries(manifest.exports).map(([entry, file]) => [
    `${manifest.name}${entry.slice(1)}`,
    [join(outDir, builtFiles(file).types)],
  ]);
}
