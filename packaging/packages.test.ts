import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { publint } from 'publint';
import { describe, expect, test, vi } from 'vitest';
import { npmPack } from './npm-pack.ts';
import { publishedPackages } from './published-packages.ts';

vi.setConfig({ testTimeout: 60_000 });

const packages = await publishedPackages();

describe.each(packages.map((source) => [source.manifest.name, source] as const))('%s', (_, { outDir, manifest }) => {
  test('publint has nothing to say', async () => {
    const { messages } = await publint({ pkgDir: outDir, strict: true, pack: 'npm' });
    expect(messages).toEqual([]);
  });

  test('its types resolve for bundlers and for Node (attw)', async () => {
    const tarball = await npmPack(outDir);
    const analysis = await checkPackage(createPackageFromTarballData(tarball));
    if (!analysis.types) throw new Error('The package has no types');
    // Without these two it would not be an ESM-only package: `require` before Node 22, and resolution without `exports`.
    const esmOnly = analysis.problems.filter(
      (problem) => !('resolutionKind' in problem && /^node(10|16-cjs)$/.test(problem.resolutionKind)),
    );
    expect(esmOnly).toEqual([]);
  });

  test('it imports what it declares, nothing of Node, and holds no tests', async () => {
    const files = (await readdir(outDir, { recursive: true })).filter((file) => /\.(js|d\.ts)$/.test(file));
    const imported = new Set<string>();
    for (const file of files) {
      for (const name of importsOf(await readFile(join(outDir, file), 'utf8'))) imported.add(name);
    }
    const { dependencies = {}, peerDependencies = {} } = manifest;
    const outside = [...imported].filter((name) => !name.startsWith('.'));
    expect(outside.filter((name) => isBuiltin(name))).toEqual([]);
    expect(new Set(outside.map(packageOf))).toEqual(new Set(Object.keys({ ...dependencies, ...peerDependencies })));
    expect(files.filter((file) => /\.test\.|testing/.test(file))).toEqual([]);
  });
});

function importsOf(code: string): string[] {
  return [...code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name = '']) => name);
}

/** `typebox/value` -> `typebox`, `@scope/name/entry` -> `@scope/name`. */
function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}
