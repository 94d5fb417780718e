import { defineConfig } from 'vitest/config';

/** Tests live beside their source; `tests/` holds what crosses packages. `.pg.test.ts` runs on a real PostgreSQL. */
function project(name: string, folder: string, globalSetup: string[] = []) {
  return {
    test: {
      name,
      globalSetup,
      include: [`${folder}/**/*.test.{ts,tsx}`],
      testTimeout: 20_000,
      hookTimeout: 30_000,
      unstubGlobals: true,
      unstubEnvs: true,
    },
  };
}

export default defineConfig({
  test: {
    // Of the root alone: a project that inherited it would start a PostgreSQL of its own.
    globalSetup: './db/src/testing/global-setup.ts',
    coverage: { include: ['{shared,db,server,sdk,web}/src/**/*.{ts,tsx}'] },
    projects: [
      project('shared', 'shared/src'),
      project('db', 'db/src'),
      project('server', 'server/src'),
      project('sdk', 'sdk/src'),
      project('web', 'web/src'),
      project('tests', 'tests'),
      project('packaging', 'packaging', ['./packaging/build-once.ts']),
    ],
  },
});
