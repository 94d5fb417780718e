import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { configDefaults, defineConfig, type UserWorkspaceConfig } from 'vitest/config';

/** Tests live beside their source; `tests/` holds what crosses packages. `.pg.test.ts` runs on a real PostgreSQL. */
function project(name: string, folder: string, own: TestOptions = {}) {
  return {
    test: {
      name,
      include: [`${folder}/**/*.test.{ts,tsx}`],
      testTimeout: 20_000,
      hookTimeout: 30_000,
      unstubGlobals: true,
      unstubEnvs: true,
      // Also on two cores: much of a test is waiting for PostgreSQL.
      maxWorkers: Math.max(2, availableParallelism() - 1),
      ...own,
    },
  };
}

/** Suites that keep the whole machine busy, with processes or browsers of their own: when the others are done, one by one. */
const HEAVY = [
  ...['simulation', 'planted-bugs'].map((folder) => `tests/${folder}/**/*.test.ts`),
  'tests/pg/stream-order.pg.test.ts',
];
/**
 * Files one after the other in one process, which loads the service once: half the processor's time. What a file sets up it takes
 * down itself.
 */
const SHARING: TestOptions = { isolate: false };
const BROWSER = 'tests/browser';
const ALONE: TestOptions = { maxWorkers: 1, sequence: { groupOrder: 1 } };

type TestOptions = NonNullable<UserWorkspaceConfig['test']>;

/** The same tests of the hooks and parts on the oldest React that they are for. */
function onReact18() {
  const installed = resolve(import.meta.dirname, 'tests/react-18/node_modules');
  return {
    ...project('sdk on React 18', 'sdk/src/react', { provide: { reactVersion: '18' } }),
    resolve: {
      alias: Object.fromEntries(
        ['react', 'react-dom', '@testing-library/react'].map((name) => [name, resolve(installed, name)]),
      ),
    },
  };
}

export default defineConfig({
  test: {
    // Of the root alone: a project that inherited it would start a PostgreSQL of its own.
    globalSetup: './db/src/testing/global-setup.ts',
    coverage: { include: ['{shared,db,server,sdk,web}/src/**/*.{ts,tsx}'] },
    projects: [
      project('shared', 'shared/src', SHARING),
      project('db', 'db/src', SHARING),
      project('server', 'server/src', SHARING),
      project('sdk', 'sdk/src', { provide: { reactVersion: '19' } }),
      onReact18(),
      project('web', 'web/src'),
      project('tests', 'tests', { ...SHARING, exclude: [...configDefaults.exclude, ...HEAVY, `${BROWSER}/**`] }),
      project('heavy', 'tests', { include: HEAVY, ...ALONE }),
      project('browser', BROWSER, { globalSetup: './tests/browser/build-web-app.ts', ...ALONE }),
      project('packaging', 'packaging', { globalSetup: './packaging/build-once.ts' }),
    ],
  },
});
