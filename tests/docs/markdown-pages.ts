import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

export interface Page {
  /** From the root of the repository: `docs/spec/merge.md`. */
  readonly path: string;
  readonly text: string;
}

/** README, CONTRIBUTING and everything under docs/, in the order of their paths. */
export async function readPages(): Promise<Page[]> {
  const entries = await readdir(join(ROOT, 'docs'), { recursive: true, withFileTypes: true });
  const docs = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
  const paths = ['CONTRIBUTING.md', 'README.md', ...docs.sort()];
  return Promise.all(paths.map(readPage));
}

export async function readPage(path: string): Promise<Page> {
  return { path, text: await readFile(join(ROOT, path), 'utf8') };
}

/** The contents of the fenced blocks of a language, in order. */
export function fencedBlocks({ text }: Page, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, tag]) => tag === language)
    .map(([, , content]) => content ?? '');
}

/** The page without its code blocks: what is left is prose, links and tables. */
export function prose({ text }: Page): string {
  return text.replace(/^```\w*\n[\s\S]*?^```$/gm, '');
}

/** Targets of inline links: `[text](target)`. */
export function linkTargets(page: Page): string[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
}

/** The anchors that a page's headings get on GitHub. */
export function anchors(page: Page): Set<string> {
  return new Set([...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slug(heading ?? '')));
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
