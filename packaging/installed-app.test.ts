import { relative } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bundle } from './measure-bundle.ts';
import { createNpmApp, type NpmApp } from './npm-app.ts';
import { tscPath } from './tsc-path.ts';

// What somebody gets who installs the packages into an app of their own.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

let app: NpmApp;
beforeAll(async () => {
  app = await createNpmApp(['dexie', 'fake-indexeddb', 'react', 'react-dom', '@types/react']);
});
afterAll(() => app?.remove());

const OPEN = `import { openBackhaul } from '@backhaul/sdk';
import { fieldService } from '@backhaul/shared/field-service';
import { liveQuery } from 'dexie';
`;

test('it runs in Node on an IndexedDB of its own: writes without a network, and the write waits', async () => {
  await app.write({
    'run.js': `import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
${OPEN}
const db = await openBackhaul(fieldService, {
  url: 'http://service.test', tenantId: '018f0000-0000-7000-8000-000000000001', userId: 'user_ana',
  getToken: async () => 'token', fetch: async () => { throw new TypeError('offline'); },
  indexedDB: new IDBFactory(), IDBKeyRange, autoSync: false,
});
const id = await db.tasks.add({ title: 'Windows', date: '2026-02-01', status: 'scheduled' });
const { title } = await db.tasks.get(id);
const { error, status } = await db.sync.now();
const seen = await new Promise((resolve) => liveQuery(() => db.tasks.count()).subscribe(resolve));
await db.sync.close();
console.log(JSON.stringify({ title, error: error.code, pending: status.pending, seen }));
`,
  });
  const { output, exitCode } = await app.node('run.js');
  expect({ output: output.trim(), exitCode }).toEqual({
    output: '{"title":"Windows","error":"NETWORK","pending":1,"seen":1}',
    exitCode: 0,
  });
});

test('its React part renders on a server', async () => {
  await app.write({
    'render.js': `import { BackhaulProvider } from '@backhaul/sdk/react';
import { fieldService } from '@backhaul/shared/field-service';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
console.log(renderToString(createElement(BackhaulProvider, { domain: fieldService, options: {}, fallback: 'opening' })));
`,
  });
  expect(await app.node('render.js')).toEqual({ output: 'opening\n', exitCode: 0 });
});

test.each(['NodeNext', 'Bundler'])('its declarations check an app with %s resolution', async (moduleResolution) => {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    // Once with our declarations, and those that they import, being checked themselves: that takes seconds.
    skipLibCheck: moduleResolution === 'Bundler',
    exactOptionalPropertyTypes: true,
    target: 'ES2024',
    module: moduleResolution === 'Bundler' ? 'ESNext' : moduleResolution,
    moduleResolution,
    lib: ['ES2024', 'DOM', 'DOM.Iterable'],
    types: [],
    jsx: 'react-jsx',
  };
  await app.write({
    'typed/tsconfig.json': JSON.stringify({ compilerOptions, files: ['right.ts', 'react.tsx', 'wrong.ts'] }),
    'typed/right.ts': `${OPEN}
const db = await openBackhaul(fieldService, {
  url: 'http://service.test', tenantId: '', userId: '', getToken: async () => 'token',
});
const id: string = await db.tasks.add({ title: 'Windows', date: '2026-02-01', status: 'scheduled' });
const status: 'scheduled' | 'inProgress' | 'completed' | 'canceled' | undefined = (await db.tasks.get(id))?.status;
liveQuery(() => db.tasks.toArray()).subscribe((tasks) => tasks.map(({ notes }) => notes?.length));
export { status };
`,
    'typed/react.tsx': `import type { BackhaulOptions } from '@backhaul/sdk';
import { BackhaulProvider, PendingStatus, useBackhaul, useLiveQuery } from '@backhaul/sdk/react';
import { fieldService } from '@backhaul/shared/field-service';
function Titles() {
  const db = useBackhaul<typeof fieldService>();
  const tasks = useLiveQuery(() => db.tasks.toArray(), [db], []);
  return <p>{tasks.map(({ title }) => title).join()}</p>;
}
export const App = ({ options }: { options: BackhaulOptions }) => (
  <BackhaulProvider domain={fieldService} options={options} fallback="…"><Titles /><PendingStatus /></BackhaulProvider>
);
`,
    'typed/wrong.ts': `${OPEN}
export const write = async (db: Awaited<ReturnType<typeof openBackhaul<typeof fieldService>>>) => {
  await db.tasks.add({ title: 'Windows', date: '2026-02-01', status: 'done' });
  liveQuery(() => db.invoices.toArray());
};
`,
  });
  const { output } = await app.node(tscPath(), '--project', 'typed');
  expect(output.split('\n').filter((line) => line.includes('error TS'))).toEqual([
    expect.stringMatching(/^typed\/wrong\.ts\(6,\d+\): error TS2322: Type '"done"' is not assignable/),
    expect.stringMatching(/^typed\/wrong\.ts\(7,\d+\): error TS2339: Property 'invoices' does not exist/),
  ]);
});

test('Vite bundles it for a browser, out of what was installed alone', async () => {
  const { modules, gzipped } = await bundle({
    folder: app.folder,
    code: `${OPEN}globalThis.app = [openBackhaul, fieldService, liveQuery];`,
  });
  const packages = new Set(
    [...modules.keys()].map((file) => relative(app.folder, file).split('/').slice(0, 3).join('/')),
  );
  expect(packages).toContain('node_modules/@backhaul/sdk');
  expect([...packages].filter((name) => name.startsWith('..') || name.includes('typebox'))).toEqual([]);
  expect(gzipped).toBeGreaterThan(30_000);
});
