import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin, type Rolldown } from 'vite';

export interface Bundle {
  /** What is loaded at the start. */
  readonly code: string;
  readonly minified: number;
  readonly gzipped: number;
  /** What is loaded when it is first used, gzipped. */
  readonly later: number;
  /** What is in it: file, and bytes of its code that are left before minifying. */
  readonly modules: ReadonlyMap<string, number>;
}

export interface BundleRequest {
  /** An app's module. What is to count must have an effect, such as `globalThis.app = [openBackhaul]`. */
  readonly code: string;
  /** Where names come from that are not installed beside the app: name -> file or folder. */
  readonly alias?: { readonly [name: string]: string };
  /** Names that stay out of the bundle. */
  readonly external?: readonly string[];
  /** The app's folder; by default an empty one. */
  readonly folder?: string;
}

/** Bundles an app for browsers as `vite build` does, in memory. Sizes are bytes; gzip at its best level. */
export async function bundle({ code, alias = {}, external = [], folder }: BundleRequest): Promise<Bundle> {
  const root = folder ?? (await mkdtemp(join(tmpdir(), 'backhaul-bundle-')));
  try {
    const entry = join(root, 'bundled-app.js');
    await writeFile(entry, code);
    const output = await build({
      root,
      configFile: false,
      logLevel: 'error',
      plugins: [plainLoader],
      resolve: { alias: exactly(alias) },
      build: {
        write: false,
        modulePreload: false,
        rolldownOptions: { input: entry, external: [...external] },
      },
    });
    return measure(output as Rolldown.RolldownOutput);
  } finally {
    if (folder === undefined) await rm(root, { recursive: true, force: true });
  }
}

/** Vite's own loader of parts (0.9 KB) is the bundler's, there with an app's first part that is loaded later, and not counted. */
const plainLoader: Plugin = {
  name: 'plain-loader',
  enforce: 'pre',
  load: (id) => (id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null),
};

function measure({ output: [entry, ...others] }: Rolldown.RolldownOutput): Bundle {
  const { code, modules: all, imports } = entry;
  const chunks = others.filter((part) => part.type === 'chunk');
  // Parts that the start shares with what comes later would have to be counted with it.
  const shared = chunks.filter(({ fileName }) => imports.includes(fileName));
  if (shared.length > 0) throw new Error(`The start is in several files: ${shared[0]?.fileName}`);
  const modules = Object.entries(all).map(([id, { renderedLength }]) => [id, renderedLength] as const);
  return {
    code,
    minified: Buffer.byteLength(code),
    gzipped: gzipped(code),
    later: chunks.reduce((sum, chunk) => sum + gzipped(chunk.code), 0),
    // The bundler's own have a NUL in front.
    modules: new Map(modules.filter(([id, length]) => length > 0 && !id.startsWith('\0'))),
  };
}

const gzipped = (code: string): number => gzipSync(code, { level: 9 }).length;

/** Vite's own aliases also take what begins with the name. */
function exactly(alias: { readonly [name: string]: string }) {
  return Object.entries(alias).map(([name, replacement]) => ({ find: new RegExp(`^${name}$`), replacement }));
}
