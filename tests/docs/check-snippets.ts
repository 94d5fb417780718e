import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fencedBlocks, type Page, ROOT } from './markdown-pages.ts';

/** What an app that uses the SDK has installed, and where that is here. */
const DEPENDENCIES: readonly (readonly [name: string, folder: string])[] = [
  ['@backhaul/sdk', 'sdk'],
  ['@backhaul/shared', 'shared'],
  ['dexie', 'sdk/node_modules/dexie'],
  ['react', 'sdk/node_modules/react'],
  ['@types/react', 'sdk/node_modules/@types/react'],
  ['fake-indexeddb', 'sdk/node_modules/fake-indexeddb'],
  ['vitest', 'node_modules/vitest'],
];

/**
 * Type-checks the `ts` and `tsx` blocks of pages as a browser app of its own would be: the blocks of one page are one module
 * of each kind, in their order. Answers the compiler's complaints, empty when there are none.
 */
export async function checkSnippets(pages: readonly Page[]): Promise<string> {
  const project = await realpath(await mkdtemp(join(tmpdir(), 'backhaul-snippets-')));
  try {
    for (const [name, folder] of DEPENDENCIES) {
      const link = join(project, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(ROOT, folder), link);
    }
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS }));
    for (const page of pages) {
      for (const language of ['ts', 'tsx']) {
        const code = [...fencedBlocks(page, language), 'export {};\n'].join('\n');
        await writeFile(join(project, `${page.path.replaceAll('/', '-')}.${language}`), code);
      }
    }
    return await compile(project);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

/** Of an app for browsers. */
export const OPTIONS = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  target: 'ES2024',
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  lib: ['ES2024', 'DOM', 'DOM.Iterable'],
  types: [],
  jsx: 'react-jsx',
  skipLibCheck: true,
  // The packages are TypeScript sources, which import each other with their endings.
  allowImportingTsExtensions: true,
};

/** The compiler's complaints about a project; empty when there are none. TypeScript 7 is a command, not a library. */
export function compile(project: string): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = join(dirname(manifest), 'bin/tsc');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tsc, '--project', project], { cwd: project }, (error, stdout, stderr) => {
      // 1 and 2: it ran and found something.
      if (error && error.code !== 1 && error.code !== 2) reject(new Error(`${stdout}${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}
