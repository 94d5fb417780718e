import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { npmPack } from './npm-pack.ts';
import type { SourceManifest } from './published-manifest.ts';
import { publishedPackages, ROOT } from './published-packages.ts';

/** An app in an empty folder outside of the workspace, with the packages installed from their tarballs. */
export interface NpmApp {
  readonly folder: string;
  write(files: { readonly [name: string]: string }): Promise<void>;
  /** Runs a command of Node with these arguments in the app's folder; answers what it printed and how it ended. */
  node(...args: readonly string[]): Promise<Ended>;
  remove(): Promise<void>;
}

export interface Ended {
  readonly output: string;
  readonly exitCode: number;
}

/**
 * Packs what `buildPackages` has built and installs it with npm. Other packages, those that ours depend on and those in
 * `others`, are taken from this workspace's copies, so that no registry is asked.
 */
export async function createNpmApp(others: readonly string[]): Promise<NpmApp> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'backhaul-app-')));
  try {
    const dependencies = await tarballs(others, folder);
    // Also where another package asks for a version.
    const overrides = Object.fromEntries(Object.keys(dependencies).map((name) => [name, `$${name}`]));
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ private: true, type: 'module', dependencies, overrides }),
    );
    await succeed('npm', ['install', '--offline', '--no-audit', '--no-fund', '--no-package-lock', ...QUIET], folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    folder,
    async write(files) {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), text);
      }
    },
    node: (...args) => run(process.execPath, args, folder),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const QUIET = ['--ignore-scripts', '--loglevel', 'error'];

/** An app's dependencies: name -> tarball. */
async function tarballs(others: readonly string[], into: string): Promise<{ readonly [name: string]: string }> {
  const packages = await publishedPackages();
  const ours = packages.map(({ manifest }) => manifest.name);
  const needed = packages.flatMap(({ manifest }) => Object.keys(manifest.dependencies ?? {}));
  const copies = await withDependencies([...needed, ...others].filter((name) => !ours.includes(name)));
  const packed = packages.map(async ({ manifest, outDir }) => {
    const file = join(into, `${manifest.name.replaceAll('/', '-')}.tgz`);
    await writeFile(file, await npmPack(outDir));
    return [manifest.name, `file:${file}`] as const;
  });
  const copied = [...copies].map(async ([name, from]) => [name, `file:${await packCopy(name, from, into)}`] as const);
  return Object.fromEntries(await Promise.all([...packed, ...copied]));
}

/** Another package as the workspace has it. Not with `npm pack`, which packs sources and hangs on some of them. */
async function packCopy(name: string, from: string, into: string): Promise<string> {
  const stage = join(into, 'copies', name);
  await cp(from, join(stage, 'package'), {
    recursive: true,
    filter: (file) => !relative(from, file).split(sep).includes('node_modules'),
  });
  await succeed('tar', ['-czf', `${stage}.tgz`, '-C', stage, 'package'], into);
  return `${stage}.tgz`;
}

/** The packages and what they depend on themselves, with the folders that they are in. */
async function withDependencies(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map(names.map((name) => [name, installedFolder(name)]));
  for (const [name, folder] of found) {
    const { dependencies = {} } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as SourceManifest;
    // The package manager puts them beside the package.
    const beside = join(folder, ...name.split('/').map(() => '..'));
    for (const dependency of Object.keys(dependencies)) {
      if (!found.has(dependency)) found.set(dependency, realpathSync(join(beside, dependency)));
    }
  }
  return found;
}

function installedFolder(name: string): string {
  for (const owner of ['sdk', 'shared']) {
    const found = join(ROOT, owner, 'node_modules', name);
    if (existsSync(found)) return realpathSync(found);
  }
  throw new Error(`${name} is a dependency of neither package`);
}

async function succeed(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { output, exitCode } = await run(command, args, cwd);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: ${output}`);
  return output;
}

function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], { cwd }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ output: `${stdout}${stderr}`, exitCode: Number(error?.code ?? 0) });
    });
  });
}
