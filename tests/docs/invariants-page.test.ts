import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPage, ROOT } from './markdown-pages.ts';

const { text } = await readPage('docs/spec/invariants.md');

/** `- tests/pg/x.pg.test.ts: "title"`, with the file in backquotes. */
const named = [...text.matchAll(/^ *- `([\w./-]+\.test\.tsx?)`: "(.+)"$/gm)].map(
  ([, file, title]) => [file ?? '', title ?? ''] as const,
);

test('the page has a section for each of the twelve, in order', () => {
  const numbers = [...text.matchAll(/^## I(\d+)\b/gm)].map(([, number]) => Number(number));
  expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('every section names a test that enforces it, or says what is missing', () => {
  const sections = text
    .split(/^## /m)
    .slice(1)
    .filter((section) => /^I\d/.test(section));
  const silent = sections.filter(
    (section) => !/^ *- `[\w./-]+\.test\.tsx?`: "/m.test(section) && !section.includes('Not yet'),
  );
  expect(silent.map((section) => section.slice(0, 4))).toEqual([]);
});

test.each(named)('%s has the test "%s"', async (file, title) => {
  const source = await readFile(join(ROOT, file), 'utf8');
  const quoted = ["'", '"', '`'].map((quote) => `${quote}${title}${quote},`);
  expect(quoted.filter((one) => source.includes(one))).toHaveLength(1);
});
