import { access } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { anchors, linkTargets, type Page, prose, readPages, ROOT } from './markdown-pages.ts';

const pages = await readPages();

test.each(pages.map((page) => [page.path, page] as const))(
  '%s: every relative link leads somewhere',
  async (_, page) => {
    const broken = await Promise.all(
      linkTargets(page).map(async (target) => ((await leads(page, target)) ? [] : [target])),
    );
    expect(broken.flat()).toEqual([]);
  },
);

test.each(pages.map((page) => [page.path, page] as const))('%s: every file that it names exists', async (_, page) => {
  const named = [...prose(page).matchAll(/`((?:shared|db|server|sdk|web|tests|docs)\/[\w./-]*[\w/])`/g)];
  const missing = await Promise.all(named.map(async ([, path = '']) => ((await exists(path)) ? [] : [path])));
  expect(missing.flat()).toEqual([]);
});

test('every page can be reached from the README', () => {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const reached = new Set(['README.md']);
  for (const path of reached) {
    const page = byPath.get(path);
    for (const target of page ? linkTargets(page) : []) reached.add(resolveFrom(path, target));
  }
  expect(pages.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
});

async function leads(page: Page, target: string): Promise<boolean> {
  if (/^[a-z]+:/.test(target)) return true;
  const [, anchor] = target.split('#');
  const path = resolveFrom(page.path, target);
  if (!(await exists(path))) return false;
  if (anchor === undefined) return true;
  const named = pages.find((other) => other.path === path);
  return named !== undefined && anchors(named).has(anchor);
}

function resolveFrom(path: string, target: string): string {
  const [file = ''] = target.split('#');
  return file === '' ? path : relative(ROOT, join(ROOT, dirname(path), file));
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(join(ROOT, path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
