import { expect, test, vi } from 'vitest';
import { checkSnippets } from './check-snippets.ts';
import { fencedBlocks, readPages } from './markdown-pages.ts';

vi.setConfig({ testTimeout: 60_000 });

test('every TypeScript snippet of the README and the docs compiles against the SDK', async () => {
  const pages = (await readPages())
    .filter((page) => ['ts', 'tsx'].some((tag) => fencedBlocks(page, tag).length > 0))
    // Its blocks are files of an app: tests/browser/vite-guide.browser.test.ts checks, builds and uses them.
    .filter(({ path }) => path !== 'docs/guides/from-vite.md');
  expect(pages.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['README.md', 'docs/guides/first-app.md', 'docs/guides/react.md', 'docs/spec/domain.md']),
  );
  expect(await checkSnippets(pages)).toBe('');
});

test('a snippet that does not fit the SDK is found', async () => {
  const open = `import { openBackhaul } from '@backhaul/sdk';
import { fieldService } from '@backhaul/shared';
const db = await openBackhaul(fieldService, { url: '', tenantId: '', userId: '', getToken: async () => '' });
`;
  const text = `\`\`\`ts\n${open}await db.tasks.add({ titel: 'Windows' });\n\`\`\`\n`;
  expect(await checkSnippets([{ path: 'wrong.md', text }])).toContain("'titel' does not exist");
});
