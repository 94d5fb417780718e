import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fencedBlocks, readPage } from './markdown-pages.ts';

test('the snippets of the guide on testing are the tests that run here', async () => {
  const guide = fencedBlocks(await readPage('docs/guides/testing.md'), 'ts').join('\n');
  const executed = await readFile(join(import.meta.dirname, 'testing-guide.test.ts'), 'utf8');
  expect(executed.split('\n').slice(1).join('\n')).toBe(guide);
});
