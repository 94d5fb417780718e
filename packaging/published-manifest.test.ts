import { expect, test } from 'vitest';
import { publishedManifest, type SourceManifest } from './published-manifest.ts';

const source: SourceManifest = {
  name: '@backhaul/sdk',
  version: '1.2.3',
  description: 'A client',
  license: 'MIT',
  exports: { '.': './src/index.ts', './react': './src/react/index.tsx' },
  dependencies: { '@backhaul/shared': 'workspace:*', uuid: '14.0.3' },
  peerDependencies: { dexie: '^4.4.7' },
};

test('entries become built files, and a workspace dependency its exact version', () => {
  expect(publishedManifest(source, new Map([['@backhaul/shared', '1.2.3']]))).toEqual({
    name: '@backhaul/sdk',
    version: '1.2.3',
    description: 'A client',
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20' },
    exports: {
      '.': { types: './index.d.ts', default: './index.js' },
      './react': { types: './react/index.d.ts', default: './react/index.js' },
      './package.json': './package.json',
    },
    dependencies: { '@backhaul/shared': '1.2.3', uuid: '14.0.3' },
    peerDependencies: { dexie: '^4.4.7' },
    publishConfig: { access: 'public' },
  });
});

test('what is not published itself can not be depended on', () => {
  expect(() => publishedManifest(source, new Map())).toThrow('@backhaul/shared is not published');
});

test('an entry that is no source file is refused', () => {
  const manifest = { ...source, exports: { '.': './index.html' }, dependencies: {} };
  expect(() => publishedManifest(manifest, new Map())).toThrow('no source file');
});
