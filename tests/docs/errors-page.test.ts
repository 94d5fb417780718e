import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR_CODES } from '@backhaul/shared';
import { expect, test } from 'vitest';
import { ERROR_TABLE, OPTION_TABLE, storedTable } from './generated-tables.ts';
import { readPage, ROOT } from './markdown-pages.ts';

test.each([
  ['errors.md', ERROR_TABLE],
  ['configuration.md', OPTION_TABLE],
])('%s holds the table of the code: run `node tests/docs/write-tables.ts`', async (_, table) => {
  expect(await storedTable(table)).toBe(await table.render());
});

test('codes that the service does not answer yet are named as such, and no others', async () => {
  const { text } = await readPage('docs/reference/errors.md');
  const reserved = /^Reserved, answered by nothing yet: (.*)\.$/m.exec(text)?.[1]?.match(/[A-Z_]{3,}/g) ?? [];
  const sources = (await Promise.all(['server/src', 'shared/src/engine', 'shared/src/domain'].map(sourceText))).join(
    '\n',
  );
  const unused = ERROR_CODES.filter((code) => !sources.includes(`'${code}'`));
  expect(reserved).toEqual(unused);
});

async function sourceText(folder: string): Promise<string> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name));
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))).join('\n');
}
