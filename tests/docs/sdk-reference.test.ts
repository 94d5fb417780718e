import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { storedTable } from './generated-tables.ts';
import { ROOT } from './markdown-pages.ts';
import { SDK_ENTRIES } from './sdk-reference.ts';

test.each(SDK_ENTRIES)(
  'the reference of $name is that of the sources: run `node tests/docs/write-tables.ts`',
  async (entry) => {
    expect(await storedTable(entry)).toBe(await entry.render());
  },
);

test('every entry of the SDK has a reference', async () => {
  const { name, exports } = JSON.parse(await readFile(join(ROOT, 'sdk/package.json'), 'utf8')) as {
    name: string;
    exports: { readonly [entry: string]: string };
  };
  expect(SDK_ENTRIES.map((entry) => entry.name)).toEqual(
    Object.keys(exports).map((entry) => `${name}${entry.slice(1)}`),
  );
});

test.each([
  ['@backhaul/sdk', '@backhaul/sdk'],
  ['@backhaul/sdk/testing', '@backhaul/sdk/testing'],
])('%s exports at run time what its reference calls a value', async (_, name) => {
  const exported = Object.keys((await import(name)) as object);
  const table = await storedTable(
    SDK_ENTRIES.find((entry) => entry.name === name) ?? { page: '', name: '', render: () => '' },
  );
  for (const value of exported) expect(table).toContain(`### \`${value}\`\n`);
});
