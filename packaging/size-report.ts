import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Bundle, bundle } from './measure-bundle.ts';
import { builtFiles } from './published-manifest.ts';
import { ROOT, type SourcePackage } from './published-packages.ts';

/** Bytes, minified and gzipped, of what an app downloads to sync: SDK, Dexie and a domain's records. See decision 0034. */
export const BUDGET = 60_000;

export interface SizeReport {
  readonly parts: readonly { readonly name: string; readonly bundle: Bundle }[];
  /** Everything in one bundle. Less than its parts, which share words. */
  readonly total: Bundle;
  /** The same where the app takes Dexie's build for current browsers. */
  readonly withModernDexie: Bundle;
}

/** Measures the packages as they were last built. */
export async function measureSizes(packages: readonly SourcePackage[]): Promise<SizeReport> {
  const alias = builtAliases(packages);
  const part = async (name: string, imports: string, external: readonly string[] = []) => ({
    name,
    bundle: await bundle({ code: using(imports), alias: without(alias, external), external }),
  });
  return {
    parts: [
      await part('Dexie', "import { Dexie, liveQuery } from 'dexie'"),
      await part('SDK without Dexie', "import { openBackhaul } from '@backhaul/sdk'", ['dexie']),
      await part('SDK with its React part', "import * as everything from '@backhaul/sdk/react'", ['dexie', ...REACT]),
      await part('field-service records', "import { fieldService } from '@backhaul/shared/field-service'"),
    ],
    total: await bundle({ code: APP, alias }),
    withModernDexie: await bundle({ code: APP, alias: { ...alias, dexie: join(dexieFolder(), MODERN_DEXIE) } }),
  };
}

const MODERN_DEXIE = 'dist/modern/dexie.mjs';

const APP = `import { openBackhaul } from '@backhaul/sdk';
import { fieldService } from '@backhaul/shared/field-service';
globalThis.app = [openBackhaul, fieldService];
`;

const REACT = ['react', 'react/jsx-runtime'];

function using(imports: string): string {
  const names = /\{(.+)\}|\* as (\w+)/.exec(imports)?.slice(1).find(Boolean) ?? '';
  return `${imports};\nglobalThis.app = [${names}];\n`;
}

/** The built packages by the names that an app imports, and what they depend on. */
export function builtAliases(packages: readonly SourcePackage[]): { readonly [name: string]: string } {
  const entries = packages.flatMap(({ outDir, manifest }) =>
    Object.entries(manifest.exports).map(([entry, file]): [string, string] => [
      `${manifest.name}${entry.slice(1)}`,
      join(outDir, builtFiles(file).default),
    ]),
  );
  return { ...Object.fromEntries(entries), dexie: join(dexieFolder(), 'import-wrapper.mjs') };
}

function without(alias: { readonly [name: string]: string }, names: readonly string[]) {
  return Object.fromEntries(Object.entries(alias).filter(([name]) => !names.includes(name)));
}

function dexieFolder(): string {
  return dirname(createRequire(join(ROOT, 'sdk/package.json')).resolve('dexie/package.json'));
}
