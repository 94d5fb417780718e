/** A `package.json` of the workspace, as far as publishing cares. */
export interface SourceManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly exports: { readonly [entry: string]: string };
  readonly dependencies?: Versions;
  readonly peerDependencies?: Versions;
  readonly peerDependenciesMeta?: { readonly [name: string]: { readonly optional: boolean } };
}

type Versions = { readonly [name: string]: string };

export interface PublishedManifest extends Omit<SourceManifest, 'exports'> {
  readonly type: 'module';
  readonly sideEffects: false;
  readonly engines: { readonly node: string };
  readonly exports: { readonly [entry: string]: string | { readonly types: string; readonly default: string } };
  readonly publishConfig: { readonly access: 'public' };
}

/**
 * The manifest that is published: entries are the built files, and a dependency within the workspace is the exact version
 * that was built with it. `versions` are those of the workspace's packages.
 */
export function publishedManifest(source: SourceManifest, versions: ReadonlyMap<string, string>): PublishedManifest {
  const { name, version, description, license, dependencies = {}, peerDependencies, peerDependenciesMeta } = source;
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20' },
    exports: {
      ...Object.fromEntries(Object.entries(source.exports).map(([entry, file]) => [entry, builtFiles(file)])),
      './package.json': './package.json',
    },
    dependencies: Object.fromEntries(
      Object.entries(dependencies).map(([on, range]) => [on, publishedRange(on, range, versions)]),
    ),
    ...(peerDependencies ? { peerDependencies } : {}),
    ...(peerDependenciesMeta ? { peerDependenciesMeta } : {}),
    publishConfig: { access: 'public' },
  };
}

/** `./src/react/index.ts` -> `./react/index.js` and its declarations. Throws for what is no source file. */
export function builtFiles(source: string): { readonly types: string; readonly default: string } {
  const built = /^\.\/src\/(.+)\.tsx?$/.exec(source)?.[1];
  if (built === undefined) throw new Error(`${source} is no source file of a package`);
  return { types: `./${built}.d.ts`, default: `./${built}.js` };
}

function publishedRange(name: string, range: string, versions: ReadonlyMap<string, string>): string {
  if (!range.startsWith('workspace:')) return range;
  const version = versions.get(name);
  if (version === undefined) throw new Error(`${name} is not published, so nothing published can depend on it`);
  return version;
}
